// Keeps the cookies by which the server recognises this browser; Streamlit cannot set one in an answer. And says which
// language the page is in, which Streamlit always calls English.

/** @import { Component } from "../components/streamlit.d.ts" */

/** @param {Component<{ cookies: Record<string, string>, age: number, language: string }>} component `age` in seconds */
export default function ({ data }) {
  document.documentElement.lang = data.language;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; max-age=${data.age}; path=/; SameSite=Strict${secure}`;
  }
}
