// Copies what the pen has drawn so far, small and grey, while it is down, and hands it over: about ten times a second,
// and no faster than the server answers.

const SIDE = 140; // of the copy in pixels: half of the canvas's, and five of MNIST's own for each
const PERIOD = 90; // milliseconds from copy to copy
const PATIENCE = 600; // milliseconds after which an answer of the server is no longer waited for

const watchers = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const watcher = watchers.get(parentElement) ?? new Watcher();
  watchers.set(parentElement, watcher);
  watcher.update(data, setStateValue);
  return () => {
    watcher.remove();
    watchers.delete(parentElement);
  };
}

class Watcher {
  constructor() {
    this.copy = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    this.context = this.copy.getContext("2d", { willReadFrequently: true });
    this.lower = () => this.start();
    this.lift = () => this.stop();
    for (const kind of ["pointerup", "pointercancel", "blur"]) window.addEventListener(kind, this.lift);
  }

  update(data, setStateValue) {
    this.box = data.box;
    this.seen = data.seen;
    this.setStateValue = setStateValue;
    this.find();
  }

  // The canvas is in a shadow root, may come later than this, and may be replaced.
  find() {
    cancelAnimationFrame(this.waiting);
    const hosts = [...document.querySelectorAll(`.${this.box} *`)].filter((element) => element.shadowRoot);
    const root = hosts.map((host) => host.shadowRoot).find((root) => root.querySelector(".upper-canvas"));
    if (!root) return (this.waiting = requestAnimationFrame(() => this.find()));
    const upper = root.querySelector(".upper-canvas");
    if (upper === this.upper) return;
    this.upper?.removeEventListener("pointerdown", this.lower);
    this.layers = [root.querySelector(".dc-canvas"), upper]; // the stroke that is being drawn is on the upper one
    this.upper = upper;
    upper.addEventListener("pointerdown", this.lower);
  }

  start() {
    clearInterval(this.timer);
    this.last = "";
    this.timer = setInterval(() => this.look(), PERIOD);
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    if (this.sent) this.hand({ ...this.sent, down: false });
  }

  look() {
    const now = Date.now();
    if (this.sent && this.sent.frame !== this.seen && now - this.sent.frame < PATIENCE) return;
    const pixels = this.pixels();
    if (pixels === this.last) return;
    this.last = pixels;
    this.hand({ frame: now, pixels, down: true });
  }

  hand(picture) {
    this.sent = picture;
    this.setStateValue("picture", picture);
  }

  // The brightness of each pixel, row after row, in base64.
  pixels() {
    this.context.clearRect(0, 0, SIDE, SIDE);
    for (const layer of this.layers) this.context.drawImage(layer, 0, 0, SIDE, SIDE);
    const rgba = this.context.getImageData(0, 0, SIDE, SIDE).data;
    let grey = "";
    for (let index = 0; index < rgba.length; index += 4) grey += String.fromCharCode(rgba[index]);
    return btoa(grey);
  }

  remove() {
    clearInterval(this.timer);
    cancelAnimationFrame(this.waiting);
    this.upper?.removeEventListener("pointerdown", this.lower);
    for (const kind of ["pointerup", "pointercancel", "blur"]) window.removeEventListener(kind, this.lift);
  }
}
