/** The line where a message is written, with suggestions of the bot's commands. */

import * as api from "./api.js";
import { element } from "./dom.js";

const TALLEST = 130;
const LONGEST = 4096;
const PLANE = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 20.500 22 12 3 3.500 3 10l12 2-12 2z"/></svg>';
let lists = 0;

export class Composer {
  #commands = [];
  #active = -1;
  #placeholder = "Message";
  #drafts = new Map();
  #place;

  /** `turn` is the button that stands before the one for sending; what is written belongs to `place`. */
  constructor(onSend, answering, turn, place) {
    this.#place = place;
    const id = `commands-${++lists}`;
    this.onSend = onSend;
    this.answering = answering;
    this.input = element("textarea", {
      rows: 1, placeholder: "Message", "aria-label": "Message", dir: "auto",
      "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": id, "aria-keyshortcuts": "Control+ArrowUp Control+ArrowDown",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onblur: () => this.#hide(),
    });
    this.list = element("ul", { class: "suggestions", id, role: "listbox", "aria-label": "Commands", hidden: true });
    this.menu = element("button", { class: "round", type: "button", "aria-label": "Commands", title: "Commands", "aria-expanded": "false", "aria-controls": id, hidden: true, onmousedown: (e) => e.preventDefault(), onclick: () => this.#toggle() }, "/");
    this.button = element("button", { class: "round send", type: "submit", "aria-label": "Send", disabled: true });
    this.button.innerHTML = PLANE;
    this.problem = element("p", { class: "problem", role: "alert" });
    this.node = element("form", { class: "composer", onsubmit: (event) => this.#submit(event) }, answering.node, this.problem, this.menu, this.input, turn, this.button, this.list);
  }

  async load(userId, chatId) {
    this.#commands = await api.commands(userId, chatId).catch(() => []);
    this.menu.hidden = !this.#commands.length;
  }

  /** Where nobody may write, it says why. */
  shut(reason) {
    this.input.disabled = Boolean(reason);
    this.input.placeholder = reason || this.#placeholder;
    this.menu.disabled = Boolean(reason);
  }

  /** What was begun here waits until somebody comes back. */
  moveTo(place) {
    this.#drafts.set(this.#place, this.input.value);
    this.#place = place;
    this.input.value = this.#drafts.get(place) ?? "";
    this.#fit();
    this.#hide();
  }

  set placeholder(words) {
    this.#placeholder = words;
    if (!this.input.disabled) this.input.placeholder = words;
  }

  #submit(event) {
    event.preventDefault();
    this.#send(this.input.value.trim());
  }

  #send(text) {
    if (!text || isTooLong(text)) return;
    this.input.value = "";
    this.#typed();
    this.onSend(text);
  }

  /** Neither is anything cut nor sent in parts: what would have to be either is told. */
  #fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST)}px`;
    const text = this.input.value.trim();
    const problem = isTooLong(text) ? `${[...text].length} characters. A message has ${LONGEST} at most.` : "";
    this.problem.textContent = problem;
    this.input.ariaInvalid = String(Boolean(problem));
    this.button.disabled = !text || Boolean(problem);
  }

  #typed() {
    this.#fit();
    const match = /^\/([a-z0-9_]*)$/i.exec(this.input.value);
    if (match) this.#show(this.#commands.filter((c) => c.command.startsWith(match[1].toLowerCase())));
    else this.#hide();
  }

  #toggle() {
    if (this.list.hidden) this.#show(this.#commands);
    else this.#hide();
    this.input.focus();
  }

  #show(commands) {
    this.#active = -1;
    this.list.replaceChildren(...commands.map((command, index) => this.#option(command, index)));
    this.list.hidden = !commands.length;
    this.menu.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
  }

  #hide() {
    this.#show([]);
  }

  #option({ command, description }, index) {
    return element("li", {
      id: `${this.list.id}-${index}`, role: "option", "aria-selected": "false",
      onmousedown: (event) => { event.preventDefault(); this.#send(`/${command}`); },
    }, element("b", {}, `/${command}`), element("span", {}, description));
  }

  #key(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if ((event.ctrlKey || event.metaKey) && event.key in steps) {
      event.preventDefault();
      this.answering.step(steps[event.key]);
    } else if (!this.list.hidden && event.key in steps) {
      event.preventDefault();
      this.#move(steps[event.key]);
    } else if (!this.list.hidden && event.key === "Escape") {
      this.#hide();
    } else if (event.key === "Escape") {
      this.answering.choose(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const chosen = this.list.children[this.#active];
      this.#send(chosen ? chosen.firstChild.textContent : this.input.value.trim());
    }
  }

  #move(step) {
    const options = [...this.list.children];
    this.#active = (this.#active + step + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#active)));
    options[this.#active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.#active].id);
  }
}

/** Counted as the Bot API counts. */
const isTooLong = (text) => [...text].length > LONGEST;
