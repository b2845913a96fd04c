// What the browser is told with each page: the cookies by which the server recognises it, which Streamlit cannot set in an
// answer; the language, which Streamlit always calls English; and to begin at the top, since Streamlit leaves a page that code
// turns to scrolled as far as the one before.

/** @import { Component } from "../components/streamlit.d.ts" */

/**
 * `age` in seconds; `page`: its path in the address.
 *
 * @typedef {{ cookies: Record<string, string>, age: number, language: string, page: string }} Data
 */

/** @type {string | undefined} The page that is shown. */
let shown;

/** @param {Component<Data>} component */
export default function ({ data }) {
  document.documentElement.lang = data.language;
  if (shown !== undefined && shown !== data.page) document.querySelector(".stMain")?.scrollTo({ top: 0 });
  shown = data.page;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; max-age=${data.age}; path=/; SameSite=Strict${secure}`;
  }
}
