/** The top of a panel: who looks, at which chat, on which device. */

import { avatar, element, fill } from "./dom.js";
import { store } from "./store.js";

const PEOPLE = '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="9" cy="8" r="3.500"/><path d="M2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.800a3.500 3.500 0 0 1 0 6.400M18 14.300c2.200.8 3.500 2.700 3.500 5.700"/></svg>';
const BARRED = '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.500"/><path d="m6 6 12 12"/></svg>';

export class PanelHead {
  #device = 1;

  /** `actions`: choose(change of the view), block(), members(), close(). */
  constructor(actions) {
    this.face = element("span");
    this.chatSelect = element("select", { class: "chat-name", "aria-label": "Chat", onchange: () => actions.choose({ chatId: Number(this.chatSelect.value) }) });
    this.userSelect = element("select", { class: "user-name", "aria-label": "User", onchange: () => actions.choose({ userId: Number(this.userSelect.value), chatId: null }) });
    this.block = element("button", { class: "block", type: "button", "aria-pressed": "false", onclick: actions.block });
    this.block.innerHTML = BARRED;
    this.members = element("button", { class: "block", type: "button", "aria-label": "Members", title: "Members", onclick: actions.members });
    this.members.innerHTML = PEOPLE;
    this.close = element("button", { class: "close", type: "button", "aria-label": "Close this view", onclick: actions.close }, "×");
    this.badge = element("span", { class: "device", hidden: true });
    this.node = element("header", { class: "panel-head" }, this.face, element("div", { class: "panel-title" }, this.chatSelect, element("div", { class: "panel-user" }, this.userSelect, this.badge)), this.block, this.members, this.close);
  }

  /** Which of several devices of one user in one chat this is. */
  numberDevice(number) {
    this.#device = number;
    this.badge.hidden = number === 1;
    this.badge.textContent = `device ${number}`;
  }

  /** The panel's name. */
  draw(user, chats, chatId) {
    const { title } = chats.find((chat) => chat.id === chatId);
    fill(this.face, [[[user.first_name, user.id], () => avatar(user.first_name, user.id)]]);
    offer(this.chatSelect, chats.map((chat) => [chat.id, chat.title]), chatId);
    offer(this.userSelect, [...store.users.values()].map((each) => [each.id, `as ${store.nameOf(each.id)} · ${each.language_code}`]), user.id);
    this.block.hidden = chatId !== user.id;
    this.members.hidden = chatId === user.id;
    const label = user.blocked ? "Let the bot in again" : "Block the bot";
    this.block.setAttribute("aria-pressed", String(user.blocked));
    this.block.setAttribute("aria-label", label);
    this.block.title = label;
    return `${store.nameOf(user.id)} in ${title}${this.#device > 1 ? `, device ${this.#device}` : ""}`;
  }
}

function offer(select, choices, chosen) {
  fill(select, choices.map(([value, label]) => [[value, label], () => element("option", { value }, label)]));
  select.value = chosen;
}
