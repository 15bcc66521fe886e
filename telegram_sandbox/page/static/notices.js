/** How a bot's answer to a tap is shown: a toast in the panel, or an alert that waits for OK. */

import { byId, element } from "./dom.js";

const SHOWN_FOR = 3200;

/** `notices` is a live region that is there all the time: one that comes with its text is not read aloud. */
export function toast(notices, text) {
  const node = element("div", { class: "toast", dir: "auto" }, text);
  notices.replaceChildren(node);
  setTimeout(() => node.classList.add("leaving"), SHOWN_FOR);
  setTimeout(() => node.remove(), SHOWN_FOR + 300);
}

const waiting = [];

/** `giveFocusBack` is called when what had the focus has gone while the alert was open. */
export function alertDialog(who, text, giveFocusBack) {
  waiting.push([who, text, giveFocusBack]);
  showNext();
}

function showNext() {
  const dialog = byId("alert");
  if (dialog.open || !waiting.length) return;
  const [who, text, giveFocusBack] = waiting.shift();
  byId("alert-for").textContent = who;
  byId("alert-text").textContent = text;
  dialog.addEventListener("close", () => {
    const focused = document.activeElement;
    if (focused === document.body || dialog.contains(focused)) giveFocusBack();
    showNext();
  }, { once: true });
  dialog.showModal();
}
