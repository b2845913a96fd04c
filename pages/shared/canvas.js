// Tends the drawing canvas, whose component sits in a shadow root, out of reach of the page's styles and scripts, and
// may come later than this script. What people do goes on in the order in which they did it: presses of Undo and Clear
// are passed on to the server one at a time, strokes drawn before it has answered are held back until it has, and
// strokes that it does not know of when the page is left are drawn again when the canvas comes back.

// 280 pixels shown as 336: large enough to draw with a finger, and no wider than a phone.
const SIZE = "min(336px, calc(100vw - 2rem)) !important";
const STYLE = `.dc-toolbar { display: none !important } .dc-container { border-radius: 4px; overflow: hidden }
  .dc-container, .dc-container canvas, .dc-container .canvas-container { width: ${SIZE}; height: ${SIZE} }`;
const LABEL = "Canvas: draw a digit here with the mouse, a finger or a pen";
const TOLD = 250; // milliseconds after pen up by which the canvas has told the server of the stroke: it waits for 200
const PATIENCE = 3000; // milliseconds after which an answer of the server is no longer waited for
const SOON = 50; // milliseconds until what may have changed is looked at again
const PASSES = { bubbles: true, cancelable: true, composed: true, view: window };
const STORE = "digits_untold_strokes";

let canvas = null; // there is one in a page
let sheet = null; // what the server told last: the number of the sheet, and how many strokes it knows of on it
let untold = []; // strokes on the canvas that the server does not know of, each a list of points
let queue = []; // what goes on when the server has answered: {press: name of a button} or {pen: what it does, point, …}
let asked = null; // since when an answer to a press is waited for, and the number of the sheet at that time
let stroke = null; // the points of the stroke that is being drawn, each [x, y] from 0 to 1
let finger = false; // whether a finger draws it
let held = false; // whether that stroke, or the last one, goes through the queue
let inked = false; // whether the canvas has begun a stroke that it has not finished
let penUp = -Infinity; // when it finished the last one
let timer = 0;

export default function ({ data }) {
  let frame = 0;
  const look = () => {
    const hosts = [...document.querySelectorAll(`.${data.box} *`)].filter((element) => element.shadowRoot);
    const found = hosts.map((host) => tidy(host.shadowRoot)).find(Boolean) ?? null;
    frame = requestAnimationFrame(!found ? look : () => (found === canvas ? hear(data) : welcome(found, data)));
  };
  const press = (event) => {
    const name = event.isTrusted && data.buttons.find((name) => isPress(event, name));
    if (!name) return;
    stop(event);
    queue.push({ press: name });
    pass();
  };

  look();
  const listeners = { click: press, keydown: press, pointerdown: lower, pointermove: move, pointerup: lift };
  listeners.pointercancel = lift;
  for (const kind of ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove", "touchend"]) listeners[kind] = hold;
  const options = { capture: true, passive: false };
  for (const [kind, listener] of Object.entries(listeners)) window.addEventListener(kind, listener, options);
  return () => {
    cancelAnimationFrame(frame);
    for (const [kind, listener] of Object.entries(listeners)) window.removeEventListener(kind, listener, options);
  };
}

// A canvas is there for the first time, or again, with all strokes that the server knows of: draw the others.
function welcome(found, { number, known }) {
  const kept = recall();
  const arrived = known - kept.known; // of the untold ones; anything but a few means that it is another drawing
  const missing = arrived >= 0 ? kept.strokes.slice(arrived) : [];
  canvas = found;
  sheet = { number, known };
  [untold, asked, stroke, inked] = [[], null, null, false];
  queue = [...missing.flatMap(penMoves), ...queue.filter(({ press }) => press)];
  remember();
  pass();
}

// The server has told what it knows, and whether the canvas has told it that it shows the sheet of that number.
function hear({ number, known, shown }) {
  if (number === sheet.number) untold = untold.slice(Math.max(0, known - sheet.known));
  else again(); // what was drawn meanwhile, on the sheet before: the answer came after patience had run out
  if (asked && asked.number !== number && shown) asked = null;
  sheet = { number, known };
  remember();
  pass();
}

// Have the strokes that the new sheet does not show drawn on it, as soon as the canvas shows it.
function again() {
  if (untold.length) asked ??= { since: performance.now(), number: sheet.number };
  queue.unshift(...untold.flatMap(penMoves));
  untold = [];
}

// Let go on what may, in its turn, and look again later for the rest.
function pass() {
  clearTimeout(timer);
  for (let rest; queue.length; act(queue.shift())) {
    rest = patience(queue[0]);
    if (rest > 0) return (timer = setTimeout(pass, rest));
  }
}

// Milliseconds for which something has to wait. Streamlit takes two presses that come close together for one, and the
// canvas drops what it has not told of, or what is drawn before it is given another drawing.
function patience({ press }) {
  const now = performance.now();
  if (!canvas?.isConnected) return SOON;
  if (asked) return asked.since + PATIENCE - now;
  if (!press) return 0;
  if (inked) return SOON;
  if (penUp + TOLD > now) return penUp + TOLD - now;
  // After the first stroke there is nothing to take back until the server has told the page so.
  return button(press)?.disabled && now - penUp < PATIENCE ? SOON : 0;
}

function act({ press, pen, point, finger, stroke }) {
  asked = null; // if it was still waited for, it has been long enough
  if (press && !button(press)?.disabled) {
    asked = { since: performance.now(), number: sheet.number };
    untold = []; // the press comes after them, and the server has been told
    button(press)?.click();
  }
  if (pen) (finger ? touch : draw)(pen, point);
  if (pen === "down") inked = true;
  if (pen === "up") finish(stroke);
}

// What a pen does that draws these points.
function penMoves(points) {
  const between = points.map((point) => ({ pen: "move", point }));
  const up = { pen: "up", point: points.at(-1), stroke: points };
  return [{ pen: "down", point: points[0] }, ...between, up];
}

function lower(event) {
  if (!canvas || event.composedPath()[0] !== canvas || event.button !== 0 || !event.isPrimary) return;
  stroke = [whereabouts(event)];
  finger = event.pointerType === "touch";
  held = queue.length > 0 || Boolean(asked);
  if (held) queue.push({ pen: "down", point: stroke[0], finger });
  else inked = true;
}

function move(event) {
  if (!stroke || !event.isPrimary) return;
  stroke.push(whereabouts(event));
  if (held) queue.push({ pen: "move", point: stroke.at(-1), finger });
  if (held) pass();
}

function lift(event) {
  if (!stroke || !event.isPrimary) return;
  if (held) queue.push({ pen: "up", point: stroke.at(-1), finger, stroke });
  else finish(stroke);
  stroke = null;
  if (held) pass();
}

function finish(points) {
  inked = false;
  penUp = performance.now();
  untold.push(points);
  remember();
}

// Keep from the canvas what goes through the queue; what this draws itself is not trusted.
function hold(event) {
  if (!held || !event.isTrusted || (event.type === "mousemove" && !event.buttons)) return;
  if (event.composedPath()[0] === canvas || stroke) stop(event);
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// Have the canvas draw, as with the mouse.
function draw(pen, point) {
  canvas.dispatchEvent(new MouseEvent(`mouse${pen}`, { ...PASSES, ...onScreen(point), buttons: pen === "up" ? 0 : 1 }));
}

// Have the canvas draw, as with a finger: for a moment after one it does not listen to the mouse.
function touch(pen, point) {
  const changedTouches = [new Touch({ identifier: 0, target: canvas, ...onScreen(point) })];
  const touches = pen === "up" ? [] : changedTouches;
  const kind = { down: "touchstart", move: "touchmove", up: "touchend" }[pen];
  canvas.dispatchEvent(new TouchEvent(kind, { ...PASSES, changedTouches, touches, targetTouches: touches }));
}

function onScreen([x, y]) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return { clientX: left + x * width, clientY: top + y * height };
}

function whereabouts({ clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

function button(name) {
  return document.querySelector(`.${name} button`);
}

function remember() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify({ known: sheet.known, strokes: untold }));
  } catch {} // a browser that keeps nothing, or has no room
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? { known: 0, strokes: [] };
  } catch {
    return { known: 0, strokes: [] };
  }
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
