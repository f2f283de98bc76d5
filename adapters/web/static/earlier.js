// Earlier conversations: their menu, and the line that says where something is new.

import { localTimes } from "./log.js";

const menu = document.getElementById("earlier");
const line = document.getElementById("elsewhere");

// Who has the menu open keeps it open, and stays on the same conversation. Gives the words to read out, if any are new.
export function show(data) {
  const open = menu.querySelector("details")?.open ?? false;
  const inside = menu.contains(document.activeElement) && (document.activeElement.getAttribute("href") ?? "");
  menu.innerHTML = data.menu;
  localTimes(menu);
  const details = menu.querySelector("details");
  if (details) details.open = open;
  if (inside !== false) ([...menu.querySelectorAll("a")].find((a) => a.getAttribute("href") === inside) ?? details?.firstElementChild)?.focus();
  const before = line.textContent.trim();
  line.innerHTML = data.line;
  const words = line.textContent.trim();
  return words === before ? "" : words;
}

document.addEventListener("click", (event) => {
  const details = menu.querySelector("details[open]");
  if (details && !menu.contains(event.target)) details.open = false;
});
menu.addEventListener("focusout", (event) => {
  const details = menu.querySelector("details[open]");
  if (details && event.relatedTarget && !menu.contains(event.relatedTarget)) details.open = false;
});
