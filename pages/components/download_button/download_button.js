// A link that looks like a button and brings a file. Pressed, it fetches the file and gives it to the browser to save:
// what cannot be had is then said below it, and the page stays. Without a plain press (in a new tab, "Save link as …")
// it is the link that it is.

/** @import { Component } from "../streamlit.d.ts" */

import { find } from "../find_element.js";
import { fileNameIn } from "./file_name.js";
import { helpPosition } from "./help_position.js";

/** @typedef {{ label: string, address: string | null, help: string }} Data `address`: null while it is disabled */

const KEPT = 60_000; // milliseconds for which the browser may still read a file that it was given to save
const AWAY = "The server did not answer. Try again in a moment.";

/** @param {Component<Data>} component */
export default function ({ data, parentElement }) {
  const link = /** @type {HTMLAnchorElement} */ (find(parentElement, "a"));
  const help = find(parentElement, ".help");
  find(parentElement, ".label").textContent = data.label;
  help.textContent = data.help;
  if (data.address === null) link.removeAttribute("href");
  else link.href = new URL(data.address, document.baseURI).href;
  link.ariaDisabled = String(data.address === null);
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.href) bring(link, find(parentElement, ".problem"));
  };
  link.onkeydown = (event) => {
    if (event.key === "Escape") hide(help);
    if (event.key !== " ") return; // a button's key; Enter is a link's own
    event.preventDefault();
    if (!event.repeat) link.click();
  };
  link.onpointerenter = (event) => event.pointerType === "mouse" && show(help, link);
  link.onfocus = () => link.matches(":focus-visible") && show(help, link);
  link.onpointerleave = link.onblur = () => hide(help);
}

/**
 * Fetch the file and have it saved, or say why not. Meanwhile the page may be rerun, or another one may be shown.
 *
 * @param {HTMLAnchorElement} link
 * @param {HTMLElement} problem
 */
async function bring(link, problem) {
  link.ariaBusy = "true";
  problem.textContent = "";
  try {
    const answer = await fetch(link.href);
    if (answer.ok) save(await answer.blob(), fileNameIn(answer.headers.get("Content-Disposition")));
    else problem.textContent = await answer.text();
  } catch {
    problem.textContent = AWAY;
  }
  link.ariaBusy = "false";
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function save(file, name) {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}

/**
 * Above the page and all its boxes.
 *
 * @param {HTMLElement} help
 * @param {HTMLElement} link
 */
function show(help, link) {
  if (!help.textContent || help.matches(":popover-open")) return;
  help.showPopover();
  const { left, top } = helpPosition(link.getBoundingClientRect(), help.getBoundingClientRect(), window);
  help.style.left = `${left}px`;
  help.style.top = `${top}px`;
}

/** @param {HTMLElement} help */
function hide(help) {
  if (help.matches(":popover-open")) help.hidePopover();
}
