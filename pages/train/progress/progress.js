// Shows how far a run is, and asks the server for news of it. Plots on the page hear what is for them as `digits-plot`.

const RETRY = 3000; // milliseconds after which a server that is away, or a rerun that has changed nothing, is asked again

const views = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? new Progress(parentElement);
  views.set(parentElement, view);
  view.update(data, setTriggerValue);
  return () => {
    view.remove();
    views.delete(parentElement);
  };
}

class Progress {
  constructor(parent) {
    this.find = (selector) => parent.querySelector(selector);
    this.values = parent.querySelectorAll("dd");
    this.seen = () => this.ask();
    document.addEventListener("visibilitychange", this.seen);
  }

  // The page was drawn, anew perhaps. News that came after its script had read the run stay.
  update({ address, news }, setTriggerValue) {
    this.address = new URL(address, document.baseURI);
    this.setTriggerValue = setTriggerValue;
    this.page = news.page;
    if (!(news.at < this.news?.at)) this.show(news);
    this.askIn(news.pace);
  }

  askIn(seconds) {
    clearTimeout(this.timer);
    if (seconds !== null) this.timer = setTimeout(() => this.ask(), 1000 * seconds);
  }

  async ask() {
    if (document.hidden || this.asking || this.removed) return;
    this.asking = true;
    const started = performance.now();
    const wait = await this.hear().catch(() => RETRY / 1000); // Streamlit says that the server is away
    this.asking = false;
    const passed = (performance.now() - started) / 1000;
    if (!this.removed) this.askIn(wait === null ? null : Math.max(0, wait - passed));
  }

  // Returns after how many seconds to ask again.
  async hear() {
    const headers = this.tag ? { "If-None-Match": this.tag } : {};
    const answer = await fetch(this.address, { headers, cache: "no-store" });
    if (this.removed) return null;
    if (answer.ok) {
      const news = await answer.json();
      this.tag = answer.headers.get("ETag");
      this.show(news);
      for (const [name, chart] of Object.entries(news.charts)) tell("digits-plot", { name, at: news.at, ...chart });
    }
    const trouble = answer.status === 503 && { kind: "error", text: (await answer.json()).error };
    this.notice(trouble || this.news.notice);
    const page = answer.status === 404 ? "none" : this.news.page;
    this.renew(page);
    return page === this.page ? this.news.pace : (this.news.pace ?? RETRY / 1000);
  }

  show(news) {
    this.news = news;
    this.find(".words").textContent = news.words;
    this.find(".track").ariaValueNow = Math.floor(100 * news.fraction);
    this.find(".track").ariaValueText = news.words;
    this.find(".track div").style.width = `${100 * news.fraction}%`;
    this.values.forEach((value, index) => (value.textContent = news.numbers[index]));
    this.find(".validation").textContent = news.validation;
    this.find(".validation").hidden = !news.validation;
    this.notice(news.notice);
  }

  notice(notice) {
    const box = this.find(".notice");
    box.hidden = !notice;
    if (!notice || box.textContent === notice.text) return; // it would be read out again
    box.className = `notice ${notice.kind}`;
    box.role = notice.kind === "info" ? "status" : "alert";
    box.textContent = notice.text;
  }

  // Has the page drawn anew where it is out of date; a late server is asked again, but not at every turn.
  renew(page) {
    if (page === this.page || (page === this.wanted && performance.now() - this.renewed < RETRY)) return;
    this.wanted = page;
    this.renewed = performance.now();
    this.setTriggerValue("outdated", page);
  }

  remove() {
    this.removed = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
  }
}

function tell(kind, detail) {
  window.dispatchEvent(new CustomEvent(kind, { detail }));
}
