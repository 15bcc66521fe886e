/** The topics of a chat in a row: one is shown, others wait; somebody begins another, closes one, opens it. */

import * as api from "./api.js";
import { element, fill } from "./dom.js";
import { store } from "./store.js";

const GENERAL = 1;
const LOCK = '<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/></svg>';
const UNLOCK = '<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 7.500-2"/></svg>';

export class TopicStrip {
  #waiting = new Set();
  #drawn = undefined;
  #owner = null;

  /** `view()` is the panel's; `actions`: choose(topicId), attempt(work). */
  constructor(view, actions) {
    this.view = view;
    this.actions = actions;
    this.chips = element("div", { class: "chips", role: "group", "aria-label": "Topics", onwheel: (event) => this.#roll(event) });
    this.turn = element("button", { class: "block", type: "button", onclick: () => this.#turn() });
    this.add = element("button", { class: "block", type: "button", "aria-label": "New topic", title: "New topic", "aria-expanded": "false", onclick: () => this.#ask(this.form.hidden) }, "+");
    this.name = element("input", { "aria-label": "Name of the topic", placeholder: "Name of the topic", maxlength: 128, required: true, autocomplete: "off", onkeydown: (event) => { if (event.key === "Escape") this.#ask(false); } });
    this.form = element("form", { class: "new-topic", hidden: true, onsubmit: (event) => this.#begin(event) }, this.name, element("button", { class: "quiet", type: "submit" }, "Begin"));
    this.node = element("div", { class: "topics", hidden: true }, this.chips, this.turn, this.add, this.form);
  }

  get #topics() {
    const { chatId, userId } = this.view();
    const topics = store.topics.get(chatId) ?? [];
    const outside = { message_thread_id: null, name: "All else", closed: false, hidden: false };
    return chatId === userId ? [outside, ...topics] : topics.map((topic) => ({ ...topic, message_thread_id: idOf(topic) }));
  }

  get current() {
    return this.#topics.find((topic) => topic.message_thread_id === this.view().topicId);
  }

  /** Whether the viewer may close and open it, and so write in it while it is closed. */
  get #rules() {
    const { chatId, userId } = this.view();
    const group = store.groups.get(chatId);
    return Boolean(group) && (group.owner === userId || group.administrators.includes(userId) || this.current?.creator_id === userId);
  }

  get isShut() {
    return Boolean(this.current?.closed) && !this.#rules;
  }

  /** Chooses another topic when the one that was shown has gone. */
  draw() {
    const { userId, chatId, topicId } = this.view();
    if (this.#owner !== `${userId} ${chatId}`) this.#forgetName();
    this.#owner = `${userId} ${chatId}`;
    this.node.hidden = !store.hasTopics(chatId);
    if (this.node.hidden) return;
    const shown = this.#latestFirst(this.#topics.filter((topic) => !topic.hidden));
    if (!this.current || this.current.hidden) {
      if (shown.length) return this.actions.choose(shown[0].message_thread_id);
    }
    this.#waiting.delete(topicId);
    const focused = this.chips.contains(document.activeElement) ? document.activeElement.dataset.topic : null;
    fill(this.chips, shown.map((topic) => [[topic, topic.message_thread_id === topicId, this.#waiting.has(topic.message_thread_id)], () => this.#chip(topic)]));
    if (focused) this.chips.querySelector(`[data-topic="${focused}"]`)?.focus();
    if (this.#drawn !== topicId) this.chips.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#drawn = topicId;
    this.#drawTurn();
  }

  /** As Telegram lists them, after General: on a phone the others are out of sight. */
  #latestFirst(topics) {
    const newest = new Map();
    for (const message of store.chats.get(this.view().chatId)?.values() ?? []) newest.set(message.thread_id, message.message_id);
    const age = (topic) => (topic.message_thread_id === null ? -Infinity : -(newest.get(topic.message_thread_id) ?? 0));
    return topics.sort((one, other) => age(one) - age(other));
  }

  /** A message has come into a topic that is not shown. */
  wait(topicId) {
    this.#waiting.add(topicId);
    this.draw();
    this.chips.scrollLeft = 0;
  }

  #chip(topic) {
    const { topicId } = this.view();
    const id = topic.message_thread_id;
    const waits = this.#waiting.has(id);
    const chip = element("button", {
      class: "chip", type: "button", "data-topic": id ?? GENERAL, dir: "auto", "aria-pressed": String(id === topicId),
      title: topic.closed ? `${topic.name} (closed)` : topic.name,
      onclick: () => this.actions.choose(id),
    }, waits ? element("span", { class: "unseen" }, "new") : null, element("span", { class: "topic-name" }, topic.name));
    if (topic.icon_color) chip.style.setProperty("--topic", `#${topic.icon_color.toString(16).padStart(6, "0")}`);
    if (topic.closed) chip.insertAdjacentHTML("beforeend", LOCK);
    return chip;
  }

  #drawTurn() {
    const isClosed = Boolean(this.current?.closed);
    this.turn.hidden = !this.#rules;
    this.turn.innerHTML = isClosed ? UNLOCK : LOCK;
    this.turn.title = isClosed ? "Open this topic" : "Close this topic";
    this.turn.setAttribute("aria-label", this.turn.title);
  }

  #turn() {
    const change = { message_thread_id: this.view().topicId ?? GENERAL, closed: !this.current.closed };
    this.actions.attempt(() => api.setTopic(this.view(), change));
  }

  #ask(isAsked) {
    this.form.hidden = !isAsked;
    this.add.setAttribute("aria-expanded", String(isAsked));
    if (isAsked) this.name.focus();
    else this.add.focus();
  }

  /** It was for another chat, or somebody else's. */
  #forgetName() {
    this.name.value = "";
    this.form.hidden = true;
    this.add.setAttribute("aria-expanded", "false");
  }

  /** A wheel that turns up and down only moves the row, as long as there is more of it. */
  #roll(event) {
    if (event.deltaX || event.ctrlKey) return;
    const before = this.chips.scrollLeft;
    this.chips.scrollLeft += event.deltaY;
    if (this.chips.scrollLeft !== before) event.preventDefault();
  }

  #begin(event) {
    event.preventDefault();
    this.actions.attempt(async () => {
      const begun = await api.setTopic(this.view(), { name: this.name.value });
      this.name.value = "";
      this.#ask(false);
      await store.loadChat(this.view().chatId);
      this.actions.choose(begun.message_thread_id);
    });
  }
}

/** No message names General. */
const idOf = (topic) => (topic.message_thread_id === GENERAL ? null : topic.message_thread_id);
