// Leads back to the page that was left: the browser shows it as it was, with what was typed.
const back = document.querySelector("[data-back]");
back.hidden = history.length < 2;
back.addEventListener("click", () => history.back());
