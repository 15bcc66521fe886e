/** The keyboard that a bot shows instead of letters: below the writing line, put away and taken out again. */

import { element } from "./dom.js";
import { store } from "./store.js";

const BOARD = '<svg class="drawn" viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="6" width="18" height="12" rx="2.5"/><path d="M7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14.3h8"/></svg>';

export class ReplyKeys {
  #messages = [];
  #shown = null;
  #turned = new WeakMap();

  /** `view()` is the panel's; `press(button)` sends what a key says. */
  constructor(view, press) {
    this.view = view;
    this.press = press;
    this.node = element("div", { class: "reply-keys", role: "group", "aria-label": "Keys of the bot", hidden: true });
    this.turn = element("button", { class: "round", type: "button", "aria-label": "The bot’s keyboard", title: "The bot’s keyboard", hidden: true, onclick: () => this.#turn() });
    this.turn.innerHTML = BOARD;
  }

  /** Null where there is none. */
  get placeholder() {
    return this.#isOut ? this.#shown.reply_markup.input_field_placeholder ?? null : null;
  }

  /** Of the messages the newest that brings or removes a keyboard counts; keys stay the same elements, for the focus. */
  draw(messages) {
    this.#messages = messages;
    const newest = messages.findLast((message) => isAboutKeys(message.reply_markup) && isMeantFor(this.view(), message));
    const shown = newest?.reply_markup.keyboard?.length ? newest : null;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.node.replaceChildren(...(shown?.reply_markup.keyboard ?? []).map((row) => this.#row(row)));
    }
    this.#arrange();
  }

  get #isOut() {
    return Boolean(this.#shown) && (this.#turned.get(this.#shown) ?? !this.#isUsedUp);
  }

  /** A keyboard for one time goes with the first answer of its viewer that its keys could have given. */
  get #isUsedUp() {
    const { message_id: id, reply_markup: markup } = this.#shown;
    const answers = markup.keyboard.flat().map(answerOf);
    const { userId } = this.view();
    return Boolean(markup.one_time_keyboard) && this.#messages.some((message) =>
      message.message_id > id && message.from.id === userId && answers.includes(message.gist));
  }

  #arrange() {
    const isOut = this.#isOut;
    const isFocused = this.node.contains(document.activeElement);
    this.node.hidden = !isOut;
    this.turn.hidden = !this.#shown || (isOut && Boolean(this.#shown.reply_markup.is_persistent));
    this.turn.setAttribute("aria-expanded", String(isOut));
    if (isFocused && !isOut) this.turn.focus();
  }

  #row(row) {
    return element("div", { class: "keys" }, ...row.map((button) =>
      element("button", { class: `key ${button.style ?? ""}`, type: "button", dir: "auto", title: button.text, onclick: () => this.#press(button) }, button.text)));
  }

  #press(button) {
    this.#turned.delete(this.#shown);
    this.press(button);
  }

  #turn() {
    this.#turned.set(this.#shown, !this.#isOut);
    this.#arrange();
  }
}

/** Selective markup is for whom its message answers or mentions; in a private chat that is nobody else. */
export function isMeantFor({ userId, chatId }, message) {
  const answered = store.chats.get(chatId)?.get(message.reply_to);
  const { username } = store.users.get(userId) ?? {};
  const meant = [answered?.from.id, ...message.mentions];
  return !message.reply_markup?.selective || chatId === userId || meant.includes(userId) || meant.includes(`@${username?.toLowerCase()}`);
}

const isAboutKeys = (markup) => Boolean(markup?.keyboard || markup?.remove_keyboard);

/** As a reply quotes it. */
function answerOf(button) {
  if (button.request_contact) return "Contact";
  return button.request_location ? "Location" : button.text.trim();
}
