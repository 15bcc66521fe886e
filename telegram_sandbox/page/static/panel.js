/** One device: a user looking at one chat. */

import * as api from "./api.js";
import { Answering } from "./answering.js";
import { Composer } from "./composer.js";
import { element } from "./dom.js";
import { MessageList } from "./messages.js";
import { showMembers } from "./members.js";
import { alertDialog, toast } from "./notices.js";
import { PanelHead } from "./panel_head.js";
import { isMeantFor, ReplyKeys } from "./reply_keys.js";
import { placeOf, store } from "./store.js";
import { TopicStrip } from "./topic_strip.js";

export class Panel {
  constructor(view, { onChange, onClose }) {
    this.view = { topicId: null, ...view };
    this.onChange = onChange;
    this.head = new PanelHead({ choose: (change) => this.#choose(change), block: () => this.#toggleBlock(), members: () => showMembers(this.view), close: () => onClose(this) });
    this.list = new MessageList(() => this.view, {
      tap: (...tapped) => this.#tap(...tapped),
      answer: (asked) => this.#answer(asked),
      copy: (text) => this.#copy(text),
      command: (text) => this.#send(text),
      follow: (url) => this.#follow(url),
      start: () => this.#send("/start"),
      maySpeak: () => !this.topics.isShut,
    });
    this.topics = new TopicStrip(() => this.view, { choose: (topicId) => this.#choose({ topicId }), attempt: (work) => this.#attempt(work) });
    this.answering = new Answering(() => this.#messages.filter((message) => !message.notice), (id) => this.#markAnswered(id));
    this.keys = new ReplyKeys(() => this.view, (button) => this.#press(button));
    this.composer = new Composer((text) => this.#send(text, this.answering.take()), this.answering, this.keys.turn, placeOf(this.view));
    this.node = element("section", { class: "panel" }, this.head.node, this.topics.node, this.list.node, this.composer.node, this.keys.node);
  }

  get chatId() { return this.view.chatId; }
  get userId() { return this.view.userId; }
  get close() { return this.head.close; }
  get #messages() { return store.messagesOf(this.chatId, this.view.topicId); }

  /** Another chat begins with its first topic. */
  #choose(change) {
    const view = { ...this.view, topicId: null, ...change };
    this.view = { ...view, chatId: view.chatId ?? view.userId };
    this.answering.choose(null);
    this.composer.moveTo(placeOf(this.view));
    this.onChange();
  }

  /** The names of things may have changed. */
  drawHead() {
    const user = store.users.get(this.userId);
    if (!user) return this.#beSomebody();
    const chats = store.chatsOf(this.userId);
    if (!chats.some((chat) => chat.id === this.chatId)) return this.#choose({ chatId: null });
    this.node.setAttribute("aria-label", this.head.draw(user, chats, this.chatId));
    if (store.topics.has(this.chatId)) this.drawTopics();
  }

  /** The user of a kept view may be of a world that is gone. */
  #beSomebody() {
    const [first] = store.users.keys();
    if (first) this.#choose({ userId: first, chatId: null });
  }

  numberDevice(number) {
    this.head.numberDevice(number);
  }

  drawAll() {
    this.drawTopics();
    this.draw();
  }

  drawTopics() {
    this.topics.draw();
    this.composer.shut(this.topics.isShut && "This topic is closed");
    this.keys.node.inert = this.topics.isShut;
  }

  draw() {
    const messages = this.#messages;
    this.list.draw(messages);
    this.answering.refresh();
    if (messages.length) this.#beAsked(messages.at(-1));
    this.#drawKeys();
    this.loadCommands();
  }

  loadCommands() {
    this.composer.load(this.userId, this.chatId);
  }

  put(message, isEdit) {
    if (store.hasTopics(this.chatId) && message.thread_id !== this.view.topicId) {
      if (!isEdit) this.topics.wait(message.thread_id);
      return;
    }
    const scroll = this.list.put(this.#messages, message, isEdit);
    this.answering.refresh();
    if (!isEdit) this.#beAsked(message);
    this.#drawKeys();
    scroll();
  }

  remove(messageId) {
    const isLeft = this.list.remove(messageId);
    this.answering.refresh();
    if (!isLeft) this.draw();
  }

  showAction(action, topicId) {
    if (!store.hasTopics(this.chatId) || topicId === this.view.topicId) this.list.showAction(action);
  }

  #answer(message) {
    this.answering.choose(message);
    this.composer.input.focus();
  }

  #markAnswered(id) {
    this.list.mark(id);
    this.#drawPlaceholder();
  }

  /** A bot may ask for a reply. */
  #beAsked(message) {
    if (message.reply_markup?.force_reply && isMeantFor(this.view, message)) this.answering.choose(message);
  }

  #drawKeys() {
    this.keys.draw(this.#messages);
    this.#drawPlaceholder();
  }

  #drawPlaceholder() {
    this.composer.placeholder = this.answering.placeholder ?? this.keys.placeholder ?? "Message";
  }

  #press(button) {
    if (button.request_location) this.#attempt(() => api.shareLocation(this.view));
    else if (button.request_contact) this.#attempt(() => api.shareContact(this.view));
    else this.#send(button.text);
  }

  /** Whether the link starts the bot that is shown: that happens in its own chat. */
  #follow(url) {
    const payload = store.startOf(url);
    if (!payload) return false;
    if (this.chatId !== this.userId || this.view.topicId !== null) this.#choose({ chatId: null });
    this.#send(`/start ${payload}`);
    return true;
  }

  async #send(text, replyTo) {
    await this.#attempt(() => api.send(this.view, text, replyTo));
  }

  async #copy(text) {
    await this.#attempt(async () => {
      await navigator.clipboard.writeText(text);
      toast(this.list.notices, `Copied: ${text}`);
    });
  }

  async #tap(message, button) {
    const giveFocusBack = this.list.keepFocus(message.message_id);
    this.list.setBusy(message, button, 1);
    await this.#attempt(async () => {
      const { answer } = await api.tap(this.userId, this.chatId, message.message_id, button.callback_data);
      this.#show(answer, giveFocusBack);
    });
    this.list.setBusy(message, button, -1);
  }

  #show(answer, giveFocusBack) {
    if (!answer) toast(this.list.notices, "The bot has not answered this tap.");
    else if (answer.text && answer.show_alert) alertDialog(store.nameOf(this.userId), answer.text, giveFocusBack);
    else if (answer.text) toast(this.list.notices, answer.text);
  }

  async #toggleBlock() {
    const user = store.users.get(this.userId);
    await this.#attempt(async () => {
      await api.addUser({ ...user, blocked: !user.blocked });
      toast(this.list.notices, user.blocked ? "The bot may write again." : "You have blocked the bot.");
    });
  }

  async #attempt(action) {
    try {
      await action();
    } catch (error) {
      toast(this.list.notices, error instanceof api.Refused ? error.message : "The sandbox does not answer. Is it running?");
    }
  }
}
