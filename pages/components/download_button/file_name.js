/**
 * Return the name of a file that a server sends, as said in the header Content-Disposition (RFC 6266, `filename*`).
 *
 * @param {string | null} disposition
 */
export function fileNameIn(disposition) {
  return decodeURIComponent(disposition?.match(/filename\*=UTF-8''([^;]+)/)?.[1] ?? "download");
}
