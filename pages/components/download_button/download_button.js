// A link that looks like a button and brings a file. Pressed, it fetches the file and gives it to the browser to save:
// what cannot be had is then said below it, and the page stays. Without a plain press (in a new tab, "Save link as …")
// it is the link that it is.

const KEPT = 60_000; // milliseconds for which the browser may still read a file that it was given to save
const AWAY = "The server did not answer. Try again in a moment.";

export default function ({ data, parentElement }) {
  const [link, label, help] = ["a", ".label", ".help"].map((selector) => parentElement.querySelector(selector));
  label.textContent = data.label;
  help.textContent = data.help;
  if (data.address === null) link.removeAttribute("href");
  else link.href = new URL(data.address, document.baseURI);
  link.ariaDisabled = data.address === null;
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.href) bring(link, parentElement.querySelector(".problem"));
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

// Fetch the file and have it saved, or say why not. The page may be drawn anew meanwhile, or another one be shown.
async function bring(link, problem) {
  link.ariaBusy = true;
  problem.textContent = "";
  try {
    const answer = await fetch(link.href);
    if (answer.ok) save(await answer.blob(), nameIn(answer.headers.get("Content-Disposition")));
    else problem.textContent = await answer.text();
  } catch {
    problem.textContent = AWAY;
  }
  link.ariaBusy = false;
}

function save(file, name) {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}

function nameIn(disposition) {
  return decodeURIComponent(disposition?.match(/filename\*=UTF-8''([^;]+)/)?.[1] ?? "download");
}

// Above the page and all its boxes: below the link, or above it where there is more room.
function show(help, link) {
  if (!help.textContent || help.matches(":popover-open")) return;
  help.showPopover();
  const { left, top, bottom } = link.getBoundingClientRect();
  const { width, height } = help.getBoundingClientRect();
  const below = bottom + height + 8 < window.innerHeight;
  help.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  help.style.top = `${below ? bottom + 8 : top - height - 8}px`;
}

function hide(help) {
  if (help.matches(":popover-open")) help.hidePopover();
}
