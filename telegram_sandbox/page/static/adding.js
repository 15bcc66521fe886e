/** The dialog that adds a view, a user or a group. */

import * as api from "./api.js";
import { avatar, byId, element, fill } from "./dom.js";
import { store } from "./store.js";

export function setUpAdding(open) {
  const dialog = byId("add-dialog");
  const choose = (view) => { dialog.close(); open(view); };
  byId("add-view").addEventListener("click", () => { draw(choose); dialog.showModal(); });
  store.on("world", () => { if (dialog.open) draw(choose); });
  byId("new-user").addEventListener("submit", (event) => submit(event, async (fields) => {
    const id = Math.max(0, ...store.users.keys()) + 1;
    const user = await api.addUser({ id, first_name: fields.get("first_name"), language_code: fields.get("language_code") });
    store.users.set(user.id, user);
    choose({ userId: user.id, chatId: user.id });
  }));
  byId("new-group").addEventListener("submit", (event) => submit(event, async (fields) => {
    const members = fields.getAll("member").map(Number);
    const isForum = fields.has("is_forum");
    const group = await api.addGroup({ id: newGroupId(isForum), title: fields.get("title"), members, is_forum: isForum });
    store.groups.set(group.id, group);
    choose({ userId: members[0] ?? 1, chatId: group.id });
  }));
}

/** Only supergroups have topics; their ids begin with -100. */
function newGroupId(isForum) {
  const begin = isForum ? "-100" : "-";
  let number = store.groups.size + 1;
  while (store.groups.has(Number(`${begin}${number}`))) number += 1;
  return Number(`${begin}${number}`);
}

async function submit(event, action) {
  event.preventDefault();
  const form = event.target;
  const problem = form.querySelector(".hint") ?? form.appendChild(element("p", { class: "hint", role: "alert" }));
  try {
    await action(new FormData(form));
    form.reset();
    problem.remove();
  } catch (error) {
    problem.textContent = error.message;
  }
}

function draw(choose) {
  const users = [...store.users.values()];
  const views = users.map((user) => ({ userId: user.id, chatId: user.id, title: store.nameOf(user.id), hint: `private chat · ${user.language_code}`, face: avatar(user.first_name, user.id, "small") }));
  for (const group of store.groups.values()) {
    for (const member of group.members) {
      const name = store.nameOf(member) || String(member);
      views.push({ userId: member, chatId: group.id, title: group.title, hint: `${group.is_forum ? "forum" : "group"} · as ${name}`, face: avatar(group.title, group.id, "small") });
    }
  }
  fill(byId("add-choices"), views.map(({ title, hint, face, ...view }) => [[view, title, hint], () =>
    element("button", { class: "choice", type: "button", onclick: () => choose(view) }, face, element("span", {}, element("b", {}, title), element("small", {}, hint)))]));
  fill(byId("group-members"), users.map((user) => [[user.id, store.nameOf(user.id)], () =>
    element("label", {}, element("input", { type: "checkbox", name: "member", value: user.id, checked: true }), store.nameOf(user.id))]));
}
