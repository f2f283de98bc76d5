// News of the conversation, as Server-Sent Events. A hidden page lets go of its connection and catches up when seen.

const RETRY = 3000;

export class Stream {
  // `tell` has: shown(html, text), withdrawn(id), draft(text), elsewhere(data), open(), lost().
  constructor(conversation, cursor, tell) {
    Object.assign(this, { conversation, cursor, tell, source: null });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.close() : this.connect()));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.connect());
    this.connect();
  }

  connect() {
    if (this.source || document.hidden) return;
    const query = new URLSearchParams({ c: this.conversation, after: this.cursor });
    this.source = new EventSource(`/chat/events?${query}`);
    this.source.addEventListener("open", () => this.tell.open());
    this.source.addEventListener("error", () => this.failed());
    this.on("message", (data) => this.tell.shown(data.html, data.text));
    this.on("replaced", (data) => this.tell.shown(data.html, data.text));
    this.on("withdrawn", (data) => this.tell.withdrawn(data.id));
    this.on("draft", (data) => this.tell.draft(data.text));
    this.on("elsewhere", this.tell.elsewhere);
  }

  on(name, work) {
    this.source.addEventListener(name, (event) => {
      if (event.lastEventId) this.cursor = event.lastEventId;
      work(JSON.parse(event.data));
    });
  }

  failed() {
    this.tell.lost();
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.close();
    setTimeout(() => this.connect(), RETRY);
  }

  close() {
    this.source?.close();
    this.source = null;
  }
}
