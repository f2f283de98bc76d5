// What was said but not yet acknowledged. It outlives a reload and goes out in order, each with the id it was given
// first, so that the server counts it once however often it arrives.

const SHELF = "midway.outbox";
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
// So that a time somebody sets is their time.
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function load() {
  try {
    return JSON.parse(localStorage.getItem(SHELF)) ?? [];
  } catch {
    return [];
  }
}

function save(items) {
  try {
    localStorage.setItem(SHELF, JSON.stringify(items));
  } catch {
    // A full or forbidden storage only means that a reload forgets what is still unsent.
  }
}

export class Outbox {
  // `tell` has: accepted(item), refused(item, sentence), away(item), back().
  constructor(conversation, csrf, tell) {
    Object.assign(this, { conversation, csrf, tell, wait: FIRST_WAIT, running: false, timer: 0 });
    this.items = load().filter((item) => item.fields.conversation === conversation);
  }

  add(kind, fields) {
    const item = { kind, fields: { id: newId(), conversation: this.conversation, zone: ZONE, ...fields } };
    this.items.push(item);
    this.keep();
    void this.run();
    return item;
  }

  keep() {
    const others = load().filter((item) => item.fields.conversation !== this.conversation);
    save([...others, ...this.items]);
  }

  again() {
    clearTimeout(this.timer);
    this.wait = FIRST_WAIT;
    void this.run();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    while (this.items.length && (await this.deliver(this.items[0])));
    this.running = false;
  }

  // True if the next one may go.
  async deliver(item) {
    let answer;
    try {
      answer = await fetch(`/chat/${item.kind}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": this.csrf },
        body: JSON.stringify(item.fields),
      });
    } catch {
      return this.later(item);
    }
    if (answer.status >= 500 || answer.status === 429) return this.later(item);
    this.items.shift();
    this.keep();
    this.wait = FIRST_WAIT;
    this.tell.back();
    // What is no longer there after a second try was most likely taken at the first, and the card has changed since.
    if (answer.ok || (item.tried && answer.status === 409)) this.tell.accepted(item);
    else this.tell.refused(item, await sentenceOf(answer));
    return true;
  }

  later(item) {
    item.tried = true;
    this.keep();
    this.tell.away(item);
    this.timer = setTimeout(() => void this.run(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return false;
  }
}

async function sentenceOf(answer) {
  try {
    return (await answer.json()).error;
  } catch {
    return "Midway did not take this. Reload the page and send it again.";
  }
}
