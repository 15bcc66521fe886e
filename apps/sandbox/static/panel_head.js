/** The top of a panel: who looks, at which chat, on which device. */

import { avatar, element } from "./dom.js";
import { store } from "./store.js";

const BARRED = '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.500"/><path d="m6 6 12 12"/></svg>';

export class PanelHead {
  #device = 1;

  /** `actions`: choose(change of the view), block(), close(). */
  constructor(actions) {
    this.face = element("span");
    this.chatSelect = element("select", { class: "chat-name", "aria-label": "Chat", onchange: () => actions.choose({ chatId: Number(this.chatSelect.value) }) });
    this.userSelect = element("select", { class: "user-name", "aria-label": "User", onchange: () => actions.choose({ userId: Number(this.userSelect.value), chatId: null }) });
    this.block = element("button", { class: "block", type: "button", "aria-pressed": "false", onclick: actions.block });
    this.block.innerHTML = BARRED;
    this.close = element("button", { class: "close", type: "button", "aria-label": "Close this view", onclick: actions.close }, "×");
    this.badge = element("span", { class: "device", hidden: true });
    this.node = element("header", { class: "panel-head" }, this.face, element("div", { class: "panel-title" }, this.chatSelect, element("div", { class: "panel-user" }, this.userSelect, this.badge)), this.block, this.close);
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
    this.face.replaceWith(this.face = avatar(user.first_name, user.id));
    this.chatSelect.replaceChildren(...chats.map((c) => element("option", { value: c.id, selected: c.id === chatId }, c.title)));
    this.userSelect.replaceChildren(...[...store.users.values()].map((u) => element("option", { value: u.id, selected: u.id === user.id }, `as ${u.first_name} · ${u.language_code}`)));
    const label = user.blocked ? "Let the bot in again" : "Block the bot";
    this.block.setAttribute("aria-pressed", String(user.blocked));
    this.block.setAttribute("aria-label", label);
    this.block.title = label;
    return `${user.first_name} in ${title}${this.#device > 1 ? `, device ${this.#device}` : ""}`;
  }
}
