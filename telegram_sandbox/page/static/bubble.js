/** One message as an element. */

import { clock, element, hue } from "./dom.js";

const CORNERS = { url: "M3 9 9 3M4.500 3H9v4.500", copy_text: "M4 4h6v6H4zM2 8V2h6" };
const ARROW = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M10 8.500V4l-8 7.500 8 7.500v-4.500c5.500 0 9 1.700 12 5.500-1-6.500-4.500-11-12-11.500z"/></svg>';

/** `actions`: tap(message, button), answer(message), copy(text), command(text), follow(url), isBusy(message, button). */
export function bubble(message, { mine, named, answered }, actions) {
  if (message.notice) return service(message);
  const rows = message.reply_markup?.inline_keyboard;
  const node = element("article", {
    class: `message${mine ? " mine" : ""}${rows ? " keyed" : ""}`,
    "data-id": message.message_id,
    "aria-label": `${message.from.name}, ${clock(message.date)}`,
  });
  node.append(body(message, { named, answered }, actions));
  if (rows) node.append(keyboard(message, rows, actions));
  return node;
}

function service(message) {
  return element("article", { class: "message service", "data-id": message.message_id, dir: "ltr" }, element("span", {}, message.notice));
}

function body(message, { named, answered }, actions) {
  const node = element("div", { class: "bubble" });
  if (named) {
    const sender = element("div", { class: "sender" }, message.from.name);
    sender.style.setProperty("--hue", hue(message.from.id));
    node.append(sender);
  }
  if (message.external) node.append(quote(message.external, message.quote));
  else if (message.reply_to) node.append(quote(answered && { name: answered.from.name, gist: answered.gist }, message.quote));
  if (message.photo) node.append(photo(message.photo));
  const text = element("span", { class: "text" });
  text.innerHTML = message.html; // built by the sandbox out of escaped text and its own few tags
  enliven(text, actions);
  node.append(text, element("span", { class: "meta" }, replying(message, actions), stamp(message)));
  return node;
}

/** What a message answers, or the part that it quotes; it may have been deleted since. */
function quote(answered, part) {
  const words = part ?? answered?.gist ?? "Deleted message";
  return element("blockquote", { class: `answered${part ? " part" : ""}`, "aria-label": "Answers" }, ...lines(answered?.name, words));
}

/** Whom something answers, and what: names and words have directions of their own. */
export function lines(name, words) {
  return [element("b", { dir: "auto" }, name), element("span", { dir: "auto" }, words)];
}

/** No stop for the Tab key: there is one for each message, and the writing line has keys for it. */
function replying(message, actions) {
  const node = element("button", { class: "reply", type: "button", tabindex: -1, "aria-label": "Reply", title: "Reply (Ctrl+↑ where you write)", onclick: () => actions.answer(message) });
  node.innerHTML = ARROW;
  return node;
}

function stamp(message) {
  return message.edits ? `edited ${clock(message.edit_date)}` : clock(message.date);
}

function photo({ file_id: fileId, width, height }) {
  return element("img", { class: "photo", src: `/sandbox/photos/${fileId}`, width, height, alt: "Photo", loading: "lazy" });
}

function enliven(text, actions) {
  for (const spoiler of text.querySelectorAll(".spoiler")) {
    pressable(spoiler, () => spoiler.classList.toggle("shown"));
    spoiler.setAttribute("aria-label", "Hidden text");
  }
  for (const time of text.querySelectorAll("time")) {
    time.title = new Date(time.dateTime).toLocaleString([], { dateStyle: "full", timeStyle: "short" });
  }
  for (const command of text.querySelectorAll(".command")) {
    pressable(command, () => actions.command(command.textContent));
  }
  for (const link of text.querySelectorAll("a")) leading(link, actions);
}

/** A link to the bot of the page leads into its chat, any other out of the page. */
function leading(link, actions) {
  link.addEventListener("click", (event) => actions.follow(link.href) && event.preventDefault());
  return link;
}

function pressable(node, action) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.addEventListener("click", action);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      action();
    }
  });
}

function keyboard(message, rows, actions) {
  const lines = rows.map((row) => element("div", { class: "keys" }, ...row.map((b) => key(message, b, actions))));
  return element("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, ...lines);
}

function key(message, button, actions) {
  const style = `key ${button.style ?? ""}`;
  if (button.url) {
    return leading(element("a", { class: style, dir: "auto", href: button.url, target: "_blank", rel: "noreferrer noopener" }, button.text, corner("url")), actions);
  }
  if (button.disabled) {
    return element("button", { class: style, type: "button", dir: "auto", "aria-disabled": "true" }, button.text);
  }
  if (button.copy_text) {
    return element("button", { class: style, type: "button", dir: "auto", onclick: () => actions.copy(button.copy_text.text) }, button.text, corner("copy_text"));
  }
  const node = element("button", { class: style, type: "button", dir: "auto", "data-callback": button.callback_data, onclick: () => actions.tap(message, button) }, button.text);
  spin(node, actions.isBusy(message, button));
  return node;
}

export function spin(key, busy) {
  key.classList.toggle("busy", busy);
  key.ariaBusy = String(busy);
}

function corner(kind) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="corner" viewBox="0 0 12 12" aria-hidden="true"><path d="${CORNERS[kind]}"/></svg>`;
  return holder.content;
}
