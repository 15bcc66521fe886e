/** What the next message will answer: the line above the one where it is written. */

import { lines } from "./bubble.js";
import { element, fill } from "./dom.js";

export class Answering {
  #message = null;

  /** `messages()` lists those of the chat, oldest first; `onChange(id)` hears which is chosen, or null. */
  constructor(messages, onChange) {
    this.messages = messages;
    this.onChange = onChange;
    this.words = element("blockquote");
    this.node = element("div", { class: "answering", "aria-live": "polite", hidden: true }, this.words,
      element("button", { class: "round", type: "button", "aria-label": "Cancel the reply", title: "Cancel the reply (Esc)", onmousedown: (event) => event.preventDefault(), onclick: () => this.choose(null) }, "×"));
  }

  get id() { return this.#message?.message_id ?? null; }

  /** What a bot that asked for this reply wants to stand in the empty line, or null. */
  get placeholder() {
    const markup = this.#message?.reply_markup;
    return markup?.force_reply ? markup.input_field_placeholder ?? null : null;
  }

  choose(message) {
    this.#message = message ?? null;
    this.node.hidden = !message;
    fill(this.words, message ? lines(message.from.name, message.gist).map((line) => [line.outerHTML, () => line]) : []);
    this.onChange(this.id);
  }

  /** The id that goes with what is sent now. */
  take() {
    const { id } = this;
    if (id) this.choose(null);
    return id;
  }

  /** After its message was edited or has gone. */
  refresh() {
    if (this.id) this.choose(this.messages().find((message) => message.message_id === this.id));
  }

  /** To an older message (-1) or a newer one (1); after the newest comes none. */
  step(by) {
    const messages = this.messages();
    const place = messages.findIndex((message) => message.message_id === this.id);
    const next = (place < 0 ? messages.length : place) + by;
    if (messages.length) this.choose(messages[Math.max(next, 0)]);
  }
}
