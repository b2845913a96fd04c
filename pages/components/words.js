// Words that the server sends with {names} in them, where what is put in changes in the browser.

/**
 * @param {string} words such as "{answer}: wrong, it is {label}"
 * @param {Record<string, string | number>} values
 */
export function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
