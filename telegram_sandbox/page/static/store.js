/** What the page knows of the world, and who wants to hear when it changes. */

import * as api from "./api.js";

const VIEWS = "sandbox.views";
const START = /^https?:\/\/t\.me\/(\w+)\?start=([\w-]{1,64})$/;

class Store extends EventTarget {
  users = new Map();
  groups = new Map();
  bots = [];
  bot = null;
  served = false;
  faults = [];
  chats = new Map();
  topics = new Map();
  privateTopics = false;
  #fetching = 0;
  #arrived = [];

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  on(name, listener) {
    this.addEventListener(name, (event) => listener(event.detail));
  }

  /** What happens meanwhile is applied afterwards: the answer may be older than the events that overtook it. */
  async #fetch(work) {
    this.#fetching += 1;
    try {
      await work();
    } finally {
      this.#fetching -= 1;
      if (!this.#fetching) this.#arrived.splice(0).forEach((change) => this.#inTurn(change));
    }
  }

  #inTurn(change) {
    if (this.#fetching) this.#arrived.push(change);
    else change();
  }

  refresh(chatIds) {
    return this.#fetch(() => this.#refresh(chatIds));
  }

  loadChat(chatId) {
    return this.#fetch(() => this.#loadChat(chatId));
  }

  async #refresh(chatIds) {
    const world = await api.world();
    this.users = new Map(world.users.map((user) => [user.id, user]));
    this.groups = new Map(world.groups.map((group) => [group.id, group]));
    Object.assign(this, { bots: world.bots, bot: world.bot, served: world.served, faults: world.faults, privateTopics: world.private_topics });
    await Promise.all([...new Set(chatIds)].map((chatId) => this.loadChat(chatId)));
    this.tell("world");
  }

  async #loadChat(chatId) {
    if (!this.chat(chatId)) return;
    const [listed, topics] = await Promise.all([api.messages(chatId), this.hasTopics(chatId) ? api.topics(chatId) : []]);
    this.topics.set(chatId, topics);
    this.chats.set(chatId, new Map(listed.map((message) => [message.message_id, message])));
    this.tell("chat", chatId);
  }

  hasTopics(chatId) {
    return this.users.has(chatId) ? this.privateTopics : Boolean(this.groups.get(chatId)?.is_forum);
  }

  /** Those of a topic, oldest first; null is General, and in a private chat what lies outside all topics. */
  messagesOf(chatId, topicId) {
    const all = [...(this.chats.get(chatId)?.values() ?? [])];
    return this.hasTopics(chatId) ? all.filter((message) => message.thread_id === topicId) : all;
  }

  /** Of the bot that is shown, in a group. */
  botStatus(group) {
    return group.bots.find((bot) => (bot.id || null) === this.bot)?.status ?? "left";
  }

  chat(chatId) {
    return this.users.get(chatId) ?? this.groups.get(chatId);
  }

  chatsOf(userId) {
    const groups = [...this.groups.values()].filter((g) => g.members.includes(userId) && !g.migrated_to);
    return [{ id: userId, title: this.botName }, ...groups];
  }

  get botName() {
    return this.bots.find((bot) => bot.id === this.bot)?.name ?? "Bot";
  }

  /** What a link hands the bot that is shown when it starts it; nothing for any other link. */
  startOf(url) {
    const [, name, payload] = START.exec(url) ?? [];
    const username = this.bots.find((bot) => bot.id === this.bot)?.username;
    return name?.toLowerCase() === username?.toLowerCase() ? payload : null;
  }

  /** As messengers show it; empty for somebody unknown. */
  nameOf(userId) {
    const { first_name: first, last_name: last } = this.users.get(userId) ?? {};
    return [first, last].filter(Boolean).join(" ");
  }

  putUser(user) {
    this.#inTurn(() => { this.users.set(user.id, user); this.tell("world"); });
  }

  putGroup(group) {
    this.#inTurn(() => {
      const before = this.groups.get(group.id);
      this.groups.set(group.id, group);
      this.tell("world");
      if (before && before.is_forum !== group.is_forum && this.chats.has(group.id)) this.loadChat(group.id);
    });
  }

  putTopics({ bot_id: botId, chat_id: chatId, topics }) {
    this.#inTurn(() => {
      if ((botId || null) !== this.bot || !this.chats.has(chatId)) return;
      this.topics.set(chatId, topics);
      this.tell("topics", chatId);
    });
  }

  putStatus(served) {
    this.#inTurn(() => {
      if (this.served === served) return;
      this.served = served;
      this.tell("world");
    });
  }

  put(message) {
    this.#inTurn(() => this.#put(message));
  }

  remove(gone) {
    this.#inTurn(() => this.#remove(gone));
  }

  #put(message) {
    if ((message.bot_id || null) !== this.bot) return;
    const chat = this.chats.get(message.chat_id);
    const known = chat?.get(message.message_id);
    if (!chat || (known && known.edits > message.edits)) return;
    chat.set(message.message_id, message);
    this.tell("message", { message, isEdit: Boolean(known) });
  }

  #remove(gone) {
    const { bot_id: botId, chat_id: chatId, message_id: messageId } = gone;
    if ((botId || null) !== this.bot) return;
    if (this.chats.get(chatId)?.delete(messageId)) this.tell("deleted", { chatId, messageId });
  }
}

export const store = new Store();

export function savedViews() {
  try {
    const views = JSON.parse(localStorage.getItem(VIEWS));
    return Array.isArray(views) && views.length ? views : [{ userId: 1, chatId: 1 }];
  } catch {
    return [{ userId: 1, chatId: 1 }];
  }
}

export const saveViews = (views) => localStorage.setItem(VIEWS, JSON.stringify(views));

/** Of a view: what is drawn and written in one place stays there. */
export const placeOf = ({ userId, chatId, topicId }) => `${userId} ${chatId} ${topicId}`;
