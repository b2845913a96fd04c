// Keeps the cookies by which the server recognises this browser; Streamlit cannot set one in an answer.

/** @import { Component } from "../components/streamlit.d.ts" */

/** @param {Component<{ cookies: Record<string, string>, age: number }>} component `age` in seconds */
export default function ({ data }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  for (const [name, value] of Object.entries(data.cookies)) {
    document.cookie = `${name}=${value}; max-age=${data.age}; path=/; SameSite=Strict${secure}`;
  }
}
