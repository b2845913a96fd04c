// What the browser is told with each page: the cookies by which the server recognises it, which Streamlit cannot set in an
// answer; the language, which Streamlit always calls English; and to begin at the top, since Streamlit leaves a page that code
// turns to scrolled as far as the one before. An address that is no page of the app has no style sheet yet. The root
// element names the page, from when it is shown: see main.css.

/** @import { Component } from "../components/streamlit.d.ts" */

/**
 * `age` in seconds; `page`: its path in the address.
 *
 * @typedef {{ cookies: Record<string, string>, age: number, language: string, page: string }} Data
 */

const STYLE_SHEET = "style.css"; // see index_page.py

/** @type {string | undefined} The page that is shown. */
let shown;

/** @param {Component<Data>} component */
export default function ({ data }) {
  document.documentElement.lang = data.language;
  document.documentElement.dataset.page = data.page;
  if (shown !== undefined && shown !== data.page) document.querySelector(".stMain")?.scrollTo({ top: 0 });
  shown = data.page;
  if (!document.querySelector(`link[href$="${STYLE_SHEET}"]`)) addStyleSheet();
  const secure = location.protocol === "https:" ? "; Secure" : "";
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; max-age=${data.age}; path=/; SameSite=Strict${secure}`;
  }
}

function addStyleSheet() {
  document.body.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `./${STYLE_SHEET}` }));
}
