// Keeps the cookies by which the server recognises this browser; Streamlit cannot set one in an answer. Says which
// language the page is in, which Streamlit always calls English. And shows each page from its top: where code turns to
// another page, Streamlit leaves it scrolled as far as the one before.

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
