/** Who is in a group: the dialog in which one of them adds, raises and removes others, or leaves. */

import * as api from "./api.js";
import { avatar, byId, element, fill } from "./dom.js";
import { store } from "./store.js";

const RANKS = { creator: "owner", administrator: "administrator", member: "member", left: "not in the group", kicked: "removed" };
let shown = null;

export function setUpMembers() {
  store.on("world", () => { if (byId("members-dialog").open) draw(); });
}

/** To the user, who acts in it. */
export function showMembers({ userId, chatId }) {
  shown = { userId, chatId };
  byId("members-hint").textContent = "";
  draw();
  byId("members-dialog").showModal();
}

function draw() {
  const group = store.groups.get(shown.chatId);
  if (!group?.members.includes(shown.userId)) return byId("members-dialog").close();
  byId("members-title").textContent = group.title;
  byId("members-viewer").textContent = `You act as ${store.nameOf(shown.userId)}.`;
  const others = [...store.users.values()].filter((user) => !group.members.includes(user.id));
  const inside = group.members.map((id) => store.users.get(id)).filter(Boolean);
  fill(byId("members-list"), [botRow(group), ...[...inside, ...others].map((user) => userRow(group, user))]);
}

const rankOf = (group, id) => {
  if (!group.members.includes(id)) return group.banned.includes(id) ? "kicked" : "left";
  if (id === group.owner) return "creator";
  return group.administrators.includes(id) ? "administrator" : "member";
};

const rules = (group) => ["creator", "administrator"].includes(rankOf(group, shown.userId));

function botRow(group) {
  return row(store.botName, store.bot ?? 0, store.botStatus(group), actionsFor(group, store.botStatus(group)), {});
}

function userRow(group, user) {
  const rank = rankOf(group, user.id);
  const actions = user.id === shown.userId ? [["Leave", "left"]] : actionsFor(group, rank);
  return row(store.nameOf(user.id), user.id, rank, actions, { user_id: user.id });
}

/** What the viewer may make of somebody else, as [label, status]. */
function actionsFor(group, rank) {
  if (rank === "left") return [["Add", "member"]];
  if (rank === "creator" || !rules(group)) return [];
  if (rank === "kicked") return [["Add again", "member"]];
  const turn = rank === "administrator" ? ["Demote", "member"] : ["Promote", "administrator"];
  return [turn, ["Remove", "kicked"]];
}

const row = (...shown) => [shown, () => rowOf(...shown)];

function rowOf(name, id, rank, actions, who) {
  const buttons = actions.map(([label, status]) =>
    element("button", { class: "quiet", type: "button", "aria-label": `${label}: ${name}`, onclick: () => act(who, status) }, label));
  return element("li", {}, avatar(name, id, "small"),
    element("span", { class: "who" }, element("b", { dir: "auto" }, name), element("small", {}, RANKS[rank])), element("span", { class: "actions" }, ...buttons));
}

async function act(who, status) {
  const hint = byId("members-hint");
  try {
    await api.setMember({ chat_id: shown.chatId, ...who, status, by: shown.userId });
    hint.textContent = "";
  } catch (error) {
    hint.textContent = error.message;
  }
}
