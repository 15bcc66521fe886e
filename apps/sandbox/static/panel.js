/** One device: a user looking at one chat. */

import * as api from "./api.js";
import { Answering } from "./answering.js";
import { bubble, spin } from "./bubble.js";
import { Composer } from "./composer.js";
import { avatar, day, element } from "./dom.js";
import { alertDialog, toast } from "./notices.js";
import { store } from "./store.js";

const NEAR_END = 120;
const ACTION_SHOWN_FOR = 4000;
const BARRED = '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.500"/><path d="m6 6 12 12"/></svg>';

export class Panel {
  #busy = new Map();
  #atEnd = true;
  #height = 0;
  #actionTimer = null;
  #device = 1;
  #marked = null;

  constructor(view, { onChange, onClose }) {
    this.view = view;
    this.onChange = onChange;
    this.face = element("span");
    this.chatSelect = element("select", { class: "chat-name", "aria-label": "Chat", onchange: () => this.#choose({ chatId: Number(this.chatSelect.value) }) });
    this.userSelect = element("select", { class: "user-name", "aria-label": "User", onchange: () => this.#choose({ userId: Number(this.userSelect.value), chatId: null }) });
    this.block = element("button", { class: "block", type: "button", "aria-pressed": "false", onclick: () => this.#toggleBlock() });
    this.block.innerHTML = BARRED;
    this.close = element("button", { class: "close", type: "button", "aria-label": "Close this view", onclick: () => onClose(this) }, "×");
    this.badge = element("span", { class: "device", hidden: true });
    this.notices = element("div", { class: "notices", role: "status" });
    this.latest = element("button", { class: "latest", type: "button", "aria-label": "To the latest message", hidden: true, onclick: () => this.#goToEnd() }, "↓");
    this.list = element("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: "0", onscroll: () => this.#scrolled() });
    new ResizeObserver(() => this.#resized()).observe(this.list);
    this.wall = element("div", { class: "wall" }, this.list, this.latest, this.notices);
    this.answering = new Answering(() => this.#messages, (id) => this.#mark(id));
    this.composer = new Composer((text) => this.#send(text, this.answering.take()), this.answering);
    this.replyKeys = element("div", { class: "reply-keys", hidden: true });
    this.node = element("section", { class: "panel" },
      element("header", { class: "panel-head" }, this.face, element("div", { class: "panel-title" }, this.chatSelect, element("div", { class: "panel-user" }, this.userSelect, this.badge)), this.block, this.close),
      this.wall, this.composer.node, this.replyKeys);
  }

  get chatId() { return this.view.chatId; }
  get userId() { return this.view.userId; }
  get #messages() { return [...(store.chats.get(this.chatId)?.values() ?? [])]; }

  #choose(change) {
    const view = { ...this.view, ...change };
    this.view = { userId: view.userId, chatId: view.chatId ?? view.userId };
    this.onChange();
  }

  /** The names of things may have changed. */
  drawHead() {
    const user = store.users.get(this.userId);
    if (!user) return this.#beSomebody();
    const chats = store.chatsOf(this.userId);
    if (!chats.some((chat) => chat.id === this.chatId)) return this.#choose({ chatId: null });
    const title = chats.find((chat) => chat.id === this.chatId).title;
    this.node.setAttribute("aria-label", `${user.first_name} in ${title}${this.#device > 1 ? `, device ${this.#device}` : ""}`);
    this.face.replaceWith(this.face = avatar(user.first_name, user.id));
    this.chatSelect.replaceChildren(...chats.map((c) => element("option", { value: c.id, selected: c.id === this.chatId }, c.title)));
    this.userSelect.replaceChildren(...[...store.users.values()].map((u) => element("option", { value: u.id, selected: u.id === this.userId }, `as ${u.first_name} · ${u.language_code}`)));
    const label = user.blocked ? "Let the bot in again" : "Block the bot";
    this.block.setAttribute("aria-pressed", String(user.blocked));
    this.block.setAttribute("aria-label", label);
    this.block.title = label;
  }

  /** The user of a kept view may be of a world that is gone. */
  #beSomebody() {
    const [first] = store.users.keys();
    if (first) this.#choose({ userId: first, chatId: null });
  }

  /** Which of several devices of one user in one chat this is. */
  numberDevice(number) {
    this.#device = number;
    this.badge.hidden = number === 1;
    this.badge.textContent = `device ${number}`;
  }

  draw() {
    const messages = this.#messages;
    this.list.replaceChildren();
    messages.forEach((message) => this.#append(message));
    if (!messages.length) this.list.append(this.#empty());
    this.answering.refresh();
    if (messages.length) this.#beAsked(messages.at(-1));
    this.#drawReplyKeys();
    this.#toEnd();
    this.loadCommands();
  }

  loadCommands() {
    this.composer.load(this.userId, this.chatId);
  }

  put(message, isEdit) {
    const atEnd = this.#isNearEnd();
    const old = this.#message(message.message_id);
    if (old) this.#replace(old, message, isEdit);
    else this.#append(message);
    this.answering.refresh();
    if (!isEdit) this.#beAsked(message);
    this.#drawReplyKeys();
    if (atEnd || message.from.id === this.userId) this.#toEnd();
  }

  remove(messageId) {
    const node = this.#message(messageId);
    const focused = node?.contains(document.activeElement);
    node?.remove();
    this.answering.refresh();
    if (focused) this.#focusList();
    if (!this.list.querySelector(".message")) this.draw();
  }

  #answer(message) {
    this.answering.choose(message);
    this.composer.input.focus();
  }

  /** A bot may ask for a reply; in a group, of the one that it answers or mentions itself. */
  #beAsked(message) {
    const { force_reply: isAsked, selective } = message.reply_markup ?? {};
    const answered = store.chats.get(this.chatId)?.get(message.reply_to);
    const meant = [answered?.from.id, ...message.mentions];
    const isMeant = !selective || this.chatId === this.userId || meant.includes(this.userId);
    if (isAsked && isMeant) this.answering.choose(message);
  }

  #mark(id) {
    this.list.querySelector(".chosen")?.classList.remove("chosen");
    const node = id && this.#message(id);
    node?.classList.add("chosen");
    if (node && id !== this.#marked) {
      node.scrollIntoView({ block: "nearest" });
      this.#atEnd = this.#isNearEnd();
    }
    this.#marked = id;
  }

  showAction(action) {
    this.list.querySelector(".typing")?.remove();
    clearTimeout(this.#actionTimer);
    const text = action === "typing" ? "typing…" : `${action.replace(/_/g, " ")}…`;
    const node = element("div", { class: "typing" }, text);
    this.list.append(node);
    this.#toEnd();
    this.#actionTimer = setTimeout(() => node.remove(), ACTION_SHOWN_FOR);
  }

  #append(message) {
    this.list.querySelectorAll(".empty, .typing").forEach((node) => node.remove());
    const date = day(message.date);
    const days = this.list.querySelectorAll(".day");
    if (days[days.length - 1]?.textContent !== date) this.list.append(element("div", { class: "day" }, date));
    this.list.append(this.#bubble(message));
  }

  #replace(old, message, isEdit) {
    const focused = placeOf(old, document.activeElement);
    const node = this.#bubble(message);
    node.style.animation = "none";
    if (isEdit) node.classList.add("edited-now");
    old.replaceWith(node);
    if (focused >= 0) this.#focusKey(message.message_id, focused);
  }

  #message(id) {
    return this.list.querySelector(`.message[data-id="${id}"]`);
  }

  /** Keyboards change under the finger: the key in the same place, the last one, or else the messages. */
  #focusKey(messageId, place) {
    const keys = [...(this.#message(messageId)?.querySelectorAll(".key") ?? [])];
    const key = keys[place] ?? keys.at(-1);
    if (key) key.focus({ preventScroll: true });
    else this.#focusList();
  }

  #focusList() {
    this.list.focus({ preventScroll: true });
  }

  #bubble(message) {
    const mine = message.from.id === this.userId;
    const named = !mine && this.chatId !== this.userId;
    const answered = store.chats.get(this.chatId)?.get(message.reply_to);
    return bubble(message, { mine, named, answered }, {
      tap: (...tapped) => this.#tap(...tapped),
      answer: (asked) => this.#answer(asked),
      copy: (text) => this.#copy(text),
      command: (text) => this.#send(text),
      isBusy: (...asked) => this.#busy.has(keyOf(...asked)),
    });
  }

  #empty() {
    return element("div", { class: "empty" },
      element("span", { class: "face", "aria-hidden": "true" }, "👋"),
      element("b", {}, "No messages here yet"),
      element("span", { class: "hint" }, store.served ? "Say hello to the bot." : "The bot is not running yet; it will get your message when it starts."),
      element("button", { class: "solid", type: "button", onclick: () => this.#start() }, "Start"));
  }

  #start() {
    this.#focusList();
    this.#send("/start");
  }

  #drawReplyKeys() {
    const markups = this.#messages.map((m) => m.reply_markup).filter(Boolean);
    const newest = markups.at(-1);
    this.composer.input.placeholder = newest?.input_field_placeholder ?? "Message";
    const last = markups.reverse().find((markup) => markup.keyboard || markup.remove_keyboard);
    const rows = last?.keyboard ?? [];
    this.replyKeys.hidden = !rows.length;
    this.replyKeys.replaceChildren(...rows.map((row) => element("div", { class: "keys" }, ...row.map((button) =>
      element("button", { class: "key", type: "button", onclick: () => this.#press(button) }, button.text)))));
  }

  /** Scrolling that a new size has caused says nothing of where the reader wants to be. */
  #scrolled() {
    if (this.list.clientHeight === this.#height) this.#atEnd = this.#isNearEnd();
    this.latest.hidden = this.#atEnd;
  }

  #resized() {
    this.#height = this.list.clientHeight;
    if (this.#atEnd) this.#toEnd();
  }

  #isNearEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
  }

  #goToEnd() {
    this.#focusList();
    this.#toEnd();
  }

  #toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  #press(button) {
    if (button.request_location) this.#attempt(() => api.shareLocation(this.userId, this.chatId));
    else if (button.request_contact) this.#attempt(() => api.shareContact(this.userId, this.chatId));
    else this.#send(button.text);
  }

  async #send(text, replyTo) {
    await this.#attempt(() => api.send(this.userId, this.chatId, text, replyTo));
  }

  async #copy(text) {
    await this.#attempt(async () => {
      await navigator.clipboard.writeText(text);
      toast(this.notices, `Copied: ${text}`);
    });
  }

  async #tap(message, button) {
    const place = placeOf(this.#message(message.message_id), document.activeElement);
    this.#setBusy(message, button, 1);
    await this.#attempt(async () => {
      const { answer } = await api.tap(this.userId, this.chatId, message.message_id, button.callback_data);
      this.#show(answer, () => this.#focusKey(message.message_id, place));
    });
    this.#setBusy(message, button, -1);
  }

  #show(answer, giveFocusBack) {
    if (!answer) toast(this.notices, "The bot has not answered this tap.");
    else if (answer.text && answer.show_alert) alertDialog(store.users.get(this.userId)?.first_name ?? "", answer.text, giveFocusBack);
    else if (answer.text) toast(this.notices, answer.text);
  }

  /** A key spins as long as one of its taps waits. */
  #setBusy(message, button, change) {
    const key = keyOf(message, button);
    const taps = (this.#busy.get(key) ?? 0) + change;
    if (taps) this.#busy.set(key, taps);
    else this.#busy.delete(key);
    for (const node of this.#message(message.message_id)?.querySelectorAll(".key") ?? []) {
      if (node.dataset.callback === button.callback_data) spin(node, taps > 0);
    }
  }

  async #toggleBlock() {
    const user = store.users.get(this.userId);
    await this.#attempt(() => api.addUser({ ...user, blocked: !user.blocked }));
    toast(this.notices, user.blocked ? "The bot may write again." : "You have blocked the bot.");
  }

  async #attempt(action) {
    try {
      await action();
    } catch (error) {
      toast(this.notices, error instanceof api.Refused ? error.message : "The sandbox does not answer. Is it running?");
    }
  }
}

const placeOf = (message, key) => [...(message?.querySelectorAll(".key") ?? [])].indexOf(key);

const keyOf = (message, button) => `${message.message_id}:${button.callback_data}`;
