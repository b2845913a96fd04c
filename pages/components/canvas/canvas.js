// Tends the drawing canvas, whose component sits in a shadow root, out of reach of the page's styles and scripts, and
// may come later than this script. What people do goes on in the order in which they did it: presses of Undo and Clear
// are passed on to the server one at a time, strokes drawn before it has answered are held back until it has, and
// strokes that it does not know of when the page is left are drawn again when the canvas comes back.
//
// A server that is behind may drop an answer: Streamlit ignores what a rerun has to tell when it began the next one
// before that was sent. So the server is asked until it has answered; a press names the sheet that it is meant for,
// and counts once. It may come too late for that sheet, as when the page has just been opened: then it is repeated.

// 280 pixels shown as 336: large enough to draw with a finger, and no wider than a phone.
const SIZE = "min(336px, calc(100vw - 2rem)) !important";
const STYLE = `.dc-toolbar { display: none !important } .dc-container { border-radius: 4px; overflow: hidden }
  .dc-container, .dc-container canvas, .dc-container .canvas-container { width: ${SIZE}; height: ${SIZE} }`;
const LABEL = "Canvas: draw a digit here with the mouse, a finger or a pen";
const TOLD = 250; // milliseconds after pen up by which the canvas has told the server of the stroke: it waits for 200
const RETRY = 1500; // milliseconds after which the server is asked again
const SOON = 50; // milliseconds until what may have changed is looked at again
const PASSES = { bubbles: true, cancelable: true, composed: true, view: window };
const STORE = "digits_untold_strokes";

let canvas = null; // there is one in a page
let sheet = null; // what the server told last: number of the sheet, how many strokes it knows of on it, …
let untold = []; // strokes on the canvas that the server does not know of
let queue = []; // what goes on when the server has answered: strokes, and presses, each {press: "undo" or "clear", early:
// whether the canvas was not there yet}
let asked = null; // what a new sheet is waited for: {press, number: of the sheet that is to be replaced}; press may be null
let stroke = null; // the one being drawn: {points: each [x, y] from 0 to 1, finger, lifted, drawn: how many of them}
let held = false; // whether that stroke, or the last one, goes through the queue
let inked = false; // whether the canvas has begun a stroke that it has not finished
let penUp = -Infinity; // when it finished the last one
let sent = -Infinity; // when the server was asked last
let ask = () => {}; // asks the server
let timer = 0;

export default function ({ data, setStateValue }) {
  let frame = 0;
  ask = (question) => setStateValue("asked", question);
  const look = () => {
    const hosts = [...document.querySelectorAll(`.${data.key}_box *`)].filter((element) => element.shadowRoot);
    const found = hosts.map((host) => tidy(host.shadowRoot)).find(Boolean) ?? null;
    frame = requestAnimationFrame(!found ? look : () => (found === canvas ? hear(data) : welcome(found, data)));
  };
  const press = (event) => {
    const name = event.isTrusted && Object.keys(data.presses).find((name) => isPress(event, name, data.key));
    if (!name) return;
    stop(event);
    queue.push({ press: name, early: !canvas?.isConnected });
    remember();
    pass();
  };

  look();
  const listeners = { click: press, keydown: press, pointerdown: lower, pointermove: move, pointerup: lift };
  listeners.pointercancel = lift;
  for (const kind of ["mousedown", "mousemove", "mouseup", "touchstart", "touchmove", "touchend"]) {
    listeners[kind] = hold;
  }
  const options = { capture: true, passive: false };
  for (const [kind, listener] of Object.entries(listeners)) window.addEventListener(kind, listener, options);
  return () => {
    cancelAnimationFrame(frame);
    for (const [kind, listener] of Object.entries(listeners)) window.removeEventListener(kind, listener, options);
  };
}

// A canvas is there for the first time, or again, with all strokes that the server knows of: draw the others.
function welcome(found, told) {
  const kept = recall();
  const arrived = told.known - kept.known; // of the untold ones; anything but a few means that it is another drawing
  const missing = arrived >= 0 ? kept.untold.slice(arrived) : [];
  const unheard = kept.asked && kept.asked.number !== told.pressed ? [{ press: kept.asked.press }] : [];
  canvas = found;
  [sheet, untold, asked, stroke, inked] = [told, [], null, null, false];
  const [before, early] = [kept.queue.filter((item) => !item.early), queue.filter((item) => item.early)];
  queue = [...unheard, ...missing, ...before, ...early].map(anew);
  remember();
  pass();
}

// The server has told what it knows. It tells of a new sheet unasked when it was started again, with all strokes that it
// has heard of: the others are drawn again.
function hear(told) {
  const renewed = told.number !== sheet.number;
  if (!renewed || !asked) untold = untold.slice(Math.max(0, told.known - sheet.known));
  if (renewed && untold.length) {
    asked ??= { press: null, number: sheet.number };
    queue.unshift(...untold.map(anew));
    untold = [];
  }
  sheet = told;
  if (asked && asked.number !== told.number && told.shown) {
    if (asked.press && asked.number !== told.pressed) queue.unshift({ press: asked.press });
    asked = null;
  }
  remember();
  pass();
}

// Let go on what may, in its turn, and look again soon while something waits.
function pass() {
  clearTimeout(timer);
  const waiting = queue.length;
  for (let item; (item = queue[0]) && !waits(item); queue.shift()) {
    if (item.press) push(item.press);
    else if (!trace(item)) break;
  }
  if (queue.length < waiting) remember();
  if (isOwed() && performance.now() > Math.max(sent, penUp) + RETRY) inquire();
  if (queue.length || isOwed()) timer = setTimeout(pass, SOON);
}

// Whether something has to wait: the canvas drops what is drawn before it is given another sheet, and what it has not
// told of by then.
function waits({ press }) {
  if (!canvas?.isConnected || asked) return true;
  return Boolean(press) && (inked || performance.now() < penUp + TOLD);
}

// Whether the server has still to answer: with a new sheet, or by knowing of the strokes, unless it was asked since.
function isOwed() {
  return Boolean(asked) || (untold.length > 0 && !inked && sheet.heard < penUp);
}

function inquire() {
  sent = Math.round(performance.now());
  ask({ press: asked?.press ?? null, number: asked?.number ?? 0, at: sent });
}

// Have the server undo or clear, if there is something to take back.
function push(press) {
  if (!sheet.presses[press] && !untold.length) return;
  asked = { press, number: sheet.number };
  untold = []; // the press comes after them, and the server has been told
  inquire();
}

// Draw what there is of a stroke by now; tell whether that is all. What watches the pointer hears of it too.
function trace(stroke) {
  const pen = stroke.finger ? touch : draw;
  const [start, ...others] = stroke.points;
  if (!stroke.drawn) {
    canvas.dispatchEvent(new PointerEvent("pointerdown", PASSES));
    pen("down", start);
    inked = true;
  }
  for (const point of others.slice(Math.max(0, stroke.drawn - 1))) pen("move", point);
  stroke.drawn = stroke.points.length;
  if (!stroke.lifted) return false;
  pen("up", stroke.points.at(-1));
  canvas.dispatchEvent(new PointerEvent("pointerup", PASSES));
  finish(stroke);
  return true;
}

function anew(item) {
  return item.press ? { press: item.press } : { ...item, drawn: 0 };
}

function lower(event) {
  if (!canvas || !event.isTrusted || event.composedPath()[0] !== canvas || event.button || !event.isPrimary) return;
  stroke = { points: [whereabouts(event)], finger: event.pointerType === "touch", lifted: false, drawn: 0 };
  held = queue.length > 0 || Boolean(asked);
  if (held) {
    queue.push(stroke);
    event.stopPropagation();
  } else inked = true;
}

function move(event) {
  if (!stroke || !event.isPrimary) return;
  stroke.points.push(whereabouts(event));
  if (held) pass();
}

function lift(event) {
  if (!stroke || !event.isTrusted || !event.isPrimary) return;
  stroke.lifted = true;
  if (!held) finish(stroke);
  stroke = null;
  remember();
  pass();
}

function finish(stroke) {
  inked = false;
  penUp = performance.now();
  untold.push(stroke);
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

// Keep what the server does not know of, in case that the page is reloaded or left.
function remember() {
  if (!sheet) return;
  const waiting = queue.filter(({ press, lifted }) => press || lifted);
  try {
    const unanswered = asked?.press ? asked : null;
    sessionStorage.setItem(STORE, JSON.stringify({ known: sheet.known, untold, asked: unanswered, queue: waiting }));
  } catch {
    // a browser that keeps nothing, or has no room
  }
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? { known: 0, untold: [], queue: [] };
  } catch {
    return { known: 0, untold: [], queue: [] };
  }
}

// Whether the event presses the button of that name: a click, or the shortcut of Undo.
function isPress(event, name, key) {
  if (event.type === "click") return Boolean(event.target.closest?.(`.${key}_${name} button`));
  if (event.target.closest?.("input, textarea, [contenteditable]") || name !== "undo") return false;
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
