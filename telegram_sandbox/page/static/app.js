/** Ties the page together: panels, drawers, theme, and the stream of events. */

import * as api from "./api.js";
import { setUpAdding } from "./adding.js";
import { byId, element } from "./dom.js";
import { addCall, loadCalls, setUpDrawers } from "./drawers.js";
import { setUpMembers } from "./members.js";
import { Panel } from "./panel.js";
import { saveViews, savedViews, store } from "./store.js";

let panels = [];

const watching = (chatId) => panels.filter((panel) => panel.chatId === chatId);

function open(view) {
  const panel = new Panel(view, { onChange: () => changed(panel), onClose: close });
  panels.push(panel);
  byId("stage").append(panel.node);
  return panel;
}

async function changed(panel) {
  keep();
  panels.forEach((each) => each.drawHead());
  if (store.chats.has(panel.chatId)) panel.drawAll();
  else await store.loadChat(panel.chatId);
}

function close(panel) {
  panels = panels.filter((other) => other !== panel);
  panel.node.remove();
  keep();
  panels.forEach((other) => other.drawHead());
  panels.at(-1).composer.input.focus();
}

function keep() {
  saveViews(panels.map((panel) => panel.view));
  const seen = {};
  for (const panel of panels) {
    const place = `${panel.userId} ${panel.chatId}`;
    seen[place] = (seen[place] ?? 0) + 1;
    panel.numberDevice(seen[place]);
  }
  panels.forEach((panel) => { panel.close.hidden = panels.length === 1; });
}

async function addView(view) {
  const panel = open(view);
  await changed(panel);
  panel.node.scrollIntoView({ behavior: "smooth", inline: "center" });
  panel.composer.input.focus();
}

function drawStatus() {
  const status = byId("status");
  status.className = `status${store.served ? " served" : ""}`;
  status.querySelector(".label").replaceChildren(...(store.served
    ? [element("span", { class: "roomy" }, `${store.botName} is `), "connected"]
    : ["Waiting for a bot", element("span", { class: "roomy" }, ` at ${location.origin}`)]));
}

function drawLost() {
  byId("status").className = "status lost";
  byId("status").querySelector(".label").textContent = "The sandbox is not running. Trying again…";
}

async function resync() {
  await store.refresh(panels.map((panel) => panel.chatId));
  await loadCalls();
}

function setUpTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = localStorage.getItem("sandbox.theme") ?? (dark.matches ? "dark" : "light");
  };
  dark.addEventListener("change", apply);
  byId("theme").addEventListener("click", () => {
    localStorage.setItem("sandbox.theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    apply();
  });
  apply();
}

store.on("world", () => { drawStatus(); panels.forEach((panel) => panel.drawHead()); });
store.on("chat", (chatId) => watching(chatId).forEach((panel) => panel.drawAll()));
store.on("topics", (chatId) => watching(chatId).forEach((panel) => panel.drawTopics()));
store.on("message", ({ message, isEdit }) => watching(message.chat_id).forEach((panel) => panel.put(message, isEdit)));
store.on("deleted", ({ chatId, messageId }) => watching(chatId).forEach((panel) => panel.remove(messageId)));

setUpTheme();
setUpDrawers();
setUpAdding(addView);
setUpMembers();
savedViews().forEach(open);
keep();

api.listen({
  hello: resync,
  message: (message) => store.put(message),
  deleted: (gone) => store.remove(gone),
  call: addCall,
  commands: () => panels.forEach((panel) => panel.loadCommands()),
  topics: (told) => store.putTopics(told),
  action: ({ chat_id: chatId, thread_id: topicId, action }) => watching(chatId).forEach((panel) => panel.showAction(action, topicId)),
  status: ({ served }) => store.putStatus(served),
  user: (user) => store.putUser(user),
  group: (group) => store.putGroup(group),
  bots: resync,
  reset: () => { store.chats.clear(); return resync(); },
}, drawLost);
