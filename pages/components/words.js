// Words that the server sends with {names} in them, where what is put in changes in the browser.

const NARROW_SPACE = "\u202f"; // as in mnist_core/text/translation.py

/**
 * Return a whole number with its thousands apart, as the page's other numbers have them.
 *
 * @param {number} count
 */
export function grouped(count) {
  const text = count.toLocaleString("en");
  return document.documentElement.lang in { "": "", en: "" } ? text : text.replaceAll(",", NARROW_SPACE);
}

/**
 * Return the words with the values in them; numbers are `grouped`.
 *
 * @param {string} words such as "{answer}: wrong, it is {label}"
 * @param {Record<string, string | number>} values
 */
export function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? grouped(value) : String(value);
  });
}
