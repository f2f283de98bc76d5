// The chat page. Everything here only makes quicker what the plain page does with forms and links.

import * as earlier from "./earlier.js";
import * as log from "./log.js";
import { Outbox } from "./outbox.js";
import { Stream } from "./stream.js";

const { conversation, csrf, cursor, waiting } = document.body.dataset;
const at = (id) => document.getElementById(id);
const [question, welcome, status, notice] = ["question", "welcome", "status", "notice"].map(at);
const UNSENT = `midway.unsent.${conversation}`;
const AWAY = "Midway is not reachable right now. What you wrote is kept here and sent as soon as it is back.";
const WAITING = [
  [0, "Midway is looking it up…"],
  [15000, "Still looking. Thank you for your patience…"],
  [120000, "This takes unusually long. The answer will appear here as soon as it is ready; you may close the page."],
];
const LOST_FOR = 4000;

let timers = [];
let isWaiting = false;
let lostTimer = 0;
let lastCitation = null;

// Saying things

function announce(words) {
  status.textContent = words;
}

function showNotice(words, again = false) {
  at("notice-words").textContent = words;
  at("again").hidden = !again;
  notice.hidden = !words;
}

function showWaiting(on) {
  if (on === isWaiting) return;
  isWaiting = on;
  timers.forEach(clearTimeout);
  at("waiting").hidden = !on;
  const say = (words) => {
    at("waiting-words").textContent = words;
    announce(words);
  };
  timers = on ? WAITING.map(([after, words]) => setTimeout(say, after, words)) : [];
}

// An answer is due as long as the last word is ours.
function followWaiting() {
  showWaiting(log.last()?.matches(".you") ?? false);
}

// Sending

const outbox = new Outbox(conversation, csrf, {
  accepted(item) {
    log.say(item.fields.id, "");
    if (item.kind === "messages") followWaiting();
    else settle(item, true);
  },
  refused(item, sentence) {
    if (item.kind === "messages") giveBack(item);
    else settle(item, false);
    showNotice(sentence);
  },
  away(item) {
    showWaiting(false);
    showNotice(AWAY, true);
    log.say(item.fields.id, "Not sent yet");
  },
  back: () => showNotice(""),
});

function ask(text) {
  const item = outbox.add("messages", { text });
  begun();
  showNotice("");
  const message = log.showPending(item.fields.id, text);
  followWaiting();
  log.bringIntoView(message);
}

// Words that were not taken go back to where they were typed.
function giveBack(item) {
  log.dropPending(item.fields.id);
  showWaiting(false);
  question.value = question.value ? `${item.fields.text}\n${question.value}` : item.fields.text;
  keepUnsent();
  fit();
  question.focus();
}

// The card says what became of a press until the bot puts another card in its place.
function settle(item, accepted) {
  const form = document.querySelector(`form[data-sent="${item.fields.id}"]`);
  if (!form) return;
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button")) {
    button.ariaDisabled = null;
    if (!accepted) button.ariaPressed = null;
  }
  // A form that was taken may still be answered with what is wrong in it.
  if (accepted) form.querySelector(".recording").textContent = form.matches(".buttons") ? "Noted." : "Sent.";
  else form.querySelector(".recording").remove();
}

function freeze(form, pressed, id) {
  form.dataset.sent = id;
  for (const button of form.querySelectorAll("button")) {
    button.ariaDisabled = "true";
    button.ariaPressed = button === pressed && form.matches(".buttons") ? "true" : null;
  }
  form.querySelector(".recording")?.remove();
  const line = document.createElement("p");
  line.className = "recording";
  line.textContent = form.matches(".buttons") ? "Recording…" : "Sending…";
  form.append(line);
  announce(`${line.textContent} ${pressed.textContent.trim()}`);
}

function sendCard(form, pressed) {
  const fields = new FormData(form);
  const message_id = fields.get("message_id");
  let item;
  if (form.matches(".buttons")) item = outbox.add("press", { message_id, ...JSON.parse(pressed.value) });
  else {
    const named = [...fields].filter(([name]) => name.startsWith("field."));
    const values = {};
    // Of boxes to tick, several come under one name: their values are joined, as the server joins them.
    for (const [name, value] of named) {
      const field = name.slice("field.".length);
      values[field] = values[field] ? `${values[field]},${value}` : value;
    }
    item = outbox.add("forms", { message_id, form: fields.get("form"), context: fields.get("context"), values });
  }
  freeze(form, pressed, item.fields.id);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches(".new")) return;
  event.preventDefault();
  if (form.matches(".composer")) sendQuestion();
  else if (form.matches(".suggestions")) {
    ask(event.submitter.value);
    question.focus();
  } else if (!form.dataset.sent && event.submitter.ariaPressed !== "true") {
    // What is chosen already is not sent again: the second half of a double click may come after the acknowledgement.
    sendCard(form, event.submitter);
  }
});

function sendQuestion() {
  const text = question.value.trim();
  if (!text) return;
  question.value = "";
  keepUnsent();
  fit();
  ask(text);
}

// Writing

function keepUnsent() {
  try {
    sessionStorage.setItem(UNSENT, question.value);
  } catch {
    // Without storage a reload forgets a question that was not sent.
  }
}

function fit() {
  if (CSS.supports("field-sizing", "content")) return;
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight}px`;
}

question.addEventListener("input", () => {
  keepUnsent();
  fit();
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendQuestion();
});

// Reading

document.addEventListener("click", (event) => {
  const mark = event.target.closest?.(".cite");
  if (!mark) return;
  const source = document.getElementById(mark.hash.slice(1));
  source.closest("details").open = true;
  lastCitation = mark;
  source.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const details = document.activeElement?.closest("details[open]:not(.rest)");
  if (!details) return question.focus();
  details.open = false;
  const mark = details.closest(".message")?.contains(lastCitation) ? lastCitation : details.querySelector("summary");
  mark.focus();
});

// Hearing

function heard(html, text) {
  const [what, message] = log.show(html);
  if (what === "same") return;
  begun();
  if (message.matches(".you")) return;
  log.draft(null);
  if (what === "replaced") return announce(text);
  followWaiting();
  log.bringIntoView(message);
}

function begun() {
  welcome.hidden = true;
  document.querySelector(".new button").hidden = false;
}

function found() {
  clearTimeout(lostTimer);
  lostTimer = 0;
  if (outbox.items.length) outbox.again();
  else if (at("notice-words").textContent === AWAY) showNotice("");
}

const stream = new Stream(conversation, cursor, {
  shown: heard,
  withdrawn: log.remove,
  draft(text) {
    if (text === "") showWaiting(true);
    if (text) showWaiting(false);
    log.draft(text);
  },
  elsewhere(data) {
    const words = earlier.show(data);
    if (words) announce(words);
  },
  open: found,
  lost() {
    lostTimer ||= setTimeout(showNotice, LOST_FOR, AWAY, true);
  },
});

function again() {
  outbox.again();
  stream.connect();
}

at("again").addEventListener("click", again);
addEventListener("online", again);

// What a reload found

// So that Back and a bookmark lead to this conversation, not to the newest.
history.replaceState(null, "", `/?${new URLSearchParams({ c: conversation })}${location.hash}`);
log.localTimes(document);
question.value ||= sessionStorage.getItem(UNSENT) ?? "";
fit();
for (const { kind, fields } of outbox.items) if (kind === "messages") log.showPending(fields.id, fields.text);
if (outbox.items.length) begun();
if (waiting !== undefined) showWaiting(true);
if (log.last()) log.bringIntoView(log.last());
if (matchMedia("(hover: hover)").matches) question.focus({ preventScroll: true });
outbox.again();
