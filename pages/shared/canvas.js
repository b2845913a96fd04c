// Tends the drawing canvas, whose component sits in a shadow root, out of reach of the page's styles and scripts, and
// may come later than this script; and passes presses of Undo and Clear on to the server one at a time.

// 280 pixels shown as 336: large enough to draw with a finger, and no wider than a phone.
const SIZE = "min(336px, calc(100vw - 2rem)) !important";
const STYLE = `.dc-toolbar { display: none !important } .dc-container { border-radius: 4px; overflow: hidden }
  .dc-container, .dc-container canvas, .dc-container .canvas-container { width: ${SIZE}; height: ${SIZE} }`;
const LABEL = "Canvas: draw a digit here with the mouse, a finger or a pen";
const TOLD = 250; // milliseconds after pen up by which the canvas has told the server of the stroke: it waits for 200
const PATIENCE = 3000; // milliseconds after which an answer of the server is no longer waited for

let down = false; // the pen, of which there is one
let penUp = -Infinity;
let presses = []; // of Undo and Clear, as the names of the buttons, that the server does not know of yet
let asked = null; // since when an answer to a press is waited for, and the number of the sheet at that time
let timer = 0;

export default function ({ data }) {
  let frame = 0;
  let canvas = null;
  if (asked && asked.number !== data.number) asked = null;
  pass(data.number);

  const lowered = () => (down = true);
  const lifted = () => {
    if (down) penUp = performance.now();
    down = false;
  };
  const look = () => {
    const hosts = [...document.querySelectorAll(`.${data.box} *`)].filter((element) => element.shadowRoot);
    canvas = hosts.map((host) => tidy(host.shadowRoot)).find(Boolean) ?? null;
    if (!canvas) frame = requestAnimationFrame(look);
    else canvas.addEventListener("pointerdown", lowered);
  };
  const hold = (event) => {
    const name = event.isTrusted && data.buttons.find((name) => isPress(event, name));
    if (!name) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    presses.push(name);
    pass(data.number);
  };

  look();
  const listeners = { click: hold, keydown: hold, pointerup: lifted, pointercancel: lifted };
  for (const [kind, listener] of Object.entries(listeners)) window.addEventListener(kind, listener, true);
  return () => {
    cancelAnimationFrame(frame);
    canvas?.removeEventListener("pointerdown", lowered);
    for (const [kind, listener] of Object.entries(listeners)) window.removeEventListener(kind, listener, true);
  };
}

// Pass the first press on, if it may be: Streamlit takes two that come close together for one, and the canvas drops a
// stroke that it has not told of when it is given another drawing. Else look again later.
function pass(number) {
  clearTimeout(timer);
  if (!presses.length) return;
  const now = performance.now();
  const rest = Math.max(penUp + TOLD - now, asked ? asked.since + PATIENCE - now : 0);
  if (rest > 0) return (timer = setTimeout(() => pass(number), rest));
  const button = document.querySelector(`.${presses[0]} button`);
  // After the first stroke there is nothing to take back until the server has told the page so.
  if (button?.disabled && now - penUp < PATIENCE) return (timer = setTimeout(() => pass(number), 50));
  presses.shift();
  const goes = button && !button.disabled;
  asked = goes ? { since: now, number } : null;
  if (goes) button.click();
  pass(number);
}

// Whether the event presses the button with the class `name`: a click, or the shortcut of Undo.
function isPress(event, name) {
  if (event.type === "click") return Boolean(event.target.closest?.(`.${name} button`));
  if (event.target.closest?.("input, textarea, [contenteditable]") || !name.endsWith("_undo")) return false;
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
}

// The canvas has a toolbar of its own, which shows when a mouse is over it. On touch screens it is never seen, but lies
// on the upper right corner and swallows the strokes there. Its undo and clear are buttons of the page, so it goes.
function tidy(root) {
  const canvas = root.querySelector(".upper-canvas");
  if (!canvas) return null;
  if (!root.querySelector("style[data-digits]")) {
    const style = document.createElement("style");
    style.dataset.digits = "";
    style.textContent = STYLE;
    root.append(style);
  }
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", LABEL);
  return canvas;
}
