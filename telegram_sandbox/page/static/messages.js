/** The messages of one chat as somebody sees them: drawn, changed in place, scrolled. */

import { bubble, spin } from "./bubble.js";
import { day, element, fill } from "./dom.js";
import { placeOf, store } from "./store.js";

const NEAR_END = 120;
const ACTION_SHOWN_FOR = 4000;

export class MessageList {
  #busy = new Map();
  #atEnd = true;
  #height = 0;
  #actionTimer = null;
  #marked = null;
  #drawn = null;

  /** `place()` tells the userId and chatId; `actions` are those of a bubble, `start` and `maySpeak`. */
  constructor(place, actions) {
    this.place = place;
    this.actions = { ...actions, isBusy: (...asked) => this.#busy.has(keyOf(...asked)) };
    this.notices = element("div", { class: "notices", role: "status" });
    this.latest = element("button", { class: "latest", type: "button", "aria-label": "To the latest message", hidden: true, onclick: () => this.#goToEnd() }, "↓");
    this.list = element("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: "0", onscroll: () => this.#scrolled() });
    new ResizeObserver(() => this.#resized()).observe(this.list);
    this.node = element("div", { class: "wall" }, this.list, this.latest, this.notices);
  }

  draw(messages) {
    const place = placeOf(this.place());
    this.#fill(messages);
    if (this.#atEnd || place !== this.#drawn) this.#toEnd();
    this.#drawn = place;
  }

  /** After `message` has come or was edited. The answer scrolls, for whoever is to see that. */
  put(messages, message, isEdit) {
    const follows = this.#isNearEnd() || message.from.id === this.place().userId;
    this.#fill(messages);
    if (isEdit) this.#message(message.message_id).classList.add("edited-now");
    return () => { if (follows) this.#toEnd(); };
  }

  /** Whether there are others left. */
  remove(messageId) {
    const node = this.#message(messageId);
    const focused = node?.contains(document.activeElement);
    node?.remove();
    if (focused) this.focus();
    return Boolean(this.list.querySelector(".message"));
  }

  mark(id) {
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
    if (this.#atEnd) this.#toEnd();
    this.#actionTimer = setTimeout(() => node.remove(), ACTION_SHOWN_FOR);
  }

  focus() {
    this.list.focus({ preventScroll: true });
  }

  /** Remembers which key of the message has the focus: call the answer to give it back, however that has changed. */
  keepFocus(messageId) {
    const rank = rankOf(this.#message(messageId), document.activeElement);
    return () => this.#focusKey(messageId, rank);
  }

  /** A key spins as long as one of its taps waits. */
  setBusy(message, button, change) {
    const key = keyOf(message, button);
    const taps = (this.#busy.get(key) ?? 0) + change;
    if (taps) this.#busy.set(key, taps);
    else this.#busy.delete(key);
    for (const node of this.#message(message.message_id)?.querySelectorAll(".key") ?? []) {
      if (node.dataset.callback === button.callback_data) spin(node, taps > 0);
    }
  }

  /** A key whose message is drawn anew gives its focus on. */
  #fill(messages) {
    const focused = document.activeElement;
    const held = this.list.contains(focused) ? focused.closest(".message") : null;
    const rank = rankOf(held, focused);
    fill(this.list, messages.length ? messages.flatMap((message, index) => this.#rows(message, messages[index - 1])) : [this.#nothing()]);
    if (rank >= 0 && !held.isConnected) this.#focusKey(held.dataset.id, rank);
  }

  /** The message, after its day if that begins with it. */
  #rows(message, before) {
    const { userId, chatId } = this.place();
    const answered = store.chats.get(chatId)?.get(message.reply_to);
    const row = [[userId, message, answered?.from.name, answered?.gist], () => this.#bubble(message, answered)];
    const date = day(message.date);
    if (before && day(before.date) === date) return [row];
    return [[["day", date, message.message_id], () => element("div", { class: "day" }, date)], row];
  }

  #message(id) {
    return this.list.querySelector(`.message[data-id="${id}"]`);
  }

  /** Keyboards change under the finger: the key in the same place, the last one, or else the messages. */
  #focusKey(messageId, rank) {
    const keys = [...(this.#message(messageId)?.querySelectorAll(".key") ?? [])];
    const key = keys[rank] ?? keys.at(-1);
    if (key) key.focus({ preventScroll: true });
    else this.focus();
  }

  #bubble(message, answered) {
    const { userId, chatId } = this.place();
    const mine = message.from.id === userId;
    const node = bubble(message, { mine, named: !mine && chatId !== userId, answered }, this.actions);
    if (this.#message(message.message_id)) node.style.animation = "none";
    return node;
  }

  #nothing() {
    const maySpeak = this.actions.maySpeak();
    return [["empty", store.served, maySpeak], () => this.#empty(maySpeak)];
  }

  #empty(maySpeak) {
    return element("div", { class: "empty" },
      element("span", { class: "face", "aria-hidden": "true" }, "👋"),
      element("b", {}, "No messages here yet"),
      element("span", { class: "hint" }, store.served ? "Say hello to the bot." : "The bot is not running yet; it will get your message when it starts."),
      maySpeak ? element("button", { class: "solid", type: "button", onclick: () => { this.focus(); this.actions.start(); } }, "Start") : null);
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
    this.focus();
    this.#toEnd();
  }

  #toEnd() {
    this.#atEnd = true;
    this.latest.hidden = true;
    this.list.scrollTop = this.list.scrollHeight;
  }
}

const rankOf = (message, key) => [...(message?.querySelectorAll(".key") ?? [])].indexOf(key);

const keyOf = (message, button) => `${message.message_id}:${button.callback_data}`;
