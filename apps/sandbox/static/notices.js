/** How a bot's answer to a tap is shown: a toast in the panel, or an alert that waits for OK. */

import { byId, element } from "./dom.js";

const SHOWN_FOR = 3200;

export function toast(wall, text) {
  wall.querySelector(".toast")?.remove();
  const node = element("div", { class: "toast", role: "status" }, text);
  wall.append(node);
  setTimeout(() => node.classList.add("leaving"), SHOWN_FOR);
  setTimeout(() => node.remove(), SHOWN_FOR + 300);
}

const waiting = [];

export function alertDialog(who, text) {
  waiting.push([who, text]);
  showNext();
}

function showNext() {
  const dialog = byId("alert");
  if (dialog.open || !waiting.length) return;
  const [who, text] = waiting.shift();
  byId("alert-for").textContent = who;
  byId("alert-text").textContent = text;
  dialog.addEventListener("close", showNext, { once: true });
  dialog.showModal();
}
