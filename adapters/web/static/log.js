// Drawing the conversation: messages as the server made them, our own words before it has them, drafts.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const log = document.getElementById("log");

export const last = () => [...log.querySelectorAll(".message:not(.draft)")].at(-1);

export function localTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date().toDateString();
    const day = today ? {} : { day: "numeric", month: "short" };
    time.textContent = at.toLocaleString(undefined, { ...day, hour: "numeric", minute: "2-digit" });
  }
}

// Puts a message where it belongs and says what that was: "new", "replaced", or "same" if it stood there already.
export function show(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const message = template.content.querySelector(".message");
  localTimes(template.content);
  const standing = document.getElementById(message.id) ?? pending(message.dataset.event);
  if (standing?.dataset.version === message.dataset.version) return ["same", standing];
  if (message.classList.contains("you")) message.ariaLive = "off";
  if (standing) {
    replace(standing, message);
    return ["replaced", message];
  }
  log.append(message);
  return ["new", message];
}

function pending(event) {
  return event ? log.querySelector(`.pending[data-event="${CSS.escape(event)}"]`) : null;
}

// A card takes the place of another: what was open stays open, who was inside stays inside, nothing is read out twice.
function replace(standing, message) {
  const inside = standing.contains(document.activeElement);
  const open = [...standing.querySelectorAll("details")].map((details) => details.open);
  message.ariaLive = "off";
  if (message.matches(".midway")) message.classList.add("changed");
  standing.replaceWith(message);
  message.querySelectorAll("details").forEach((details, at) => (details.open ||= open[at] ?? false));
  if (inside) message.focus({ preventScroll: true });
}

export function remove(id) {
  document.getElementById(`m${id}`)?.remove();
}

export function showPending(id, text) {
  const message = frame("you pending", "You", text);
  message.dataset.event = id;
  log.append(message);
  return message;
}

export function dropPending(id) {
  pending(id)?.remove();
}

export function say(id, words) {
  const message = pending(id);
  if (!message) return;
  message.querySelector(".state")?.remove();
  const state = document.createElement("p");
  state.className = "state";
  state.textContent = words;
  if (words) message.append(state);
}

export function draft(text) {
  const standing = log.querySelector(".draft");
  if (!text) standing?.remove();
  else if (standing) standing.querySelector("p").textContent = text;
  else {
    const message = frame("midway draft", "Midway", text);
    message.ariaBusy = "true";
    log.append(message);
    bringIntoView(message);
  }
}

function frame(kind, author, text) {
  const message = document.createElement("article");
  message.className = `message ${kind}`;
  message.ariaLive = "off";
  const name = document.createElement("h2");
  name.className = "author";
  name.textContent = author;
  const words = document.createElement("div");
  words.className = "words";
  const paragraph = document.createElement("p");
  paragraph.dir = "auto";
  paragraph.textContent = text;
  words.append(paragraph);
  message.append(name, words);
  return message;
}

// The beginning of what is new, never its end: a long answer is read from the top, below its question if that is short.
export function bringIntoView(message) {
  const before = message.previousElementSibling;
  const together = before?.matches(".you") && before.offsetHeight < innerHeight / 4;
  (together ? before : message).scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
}
