/** The log of Bot API calls and the fault switches. */

import * as api from "./api.js";
import { byId, element } from "./dom.js";
import { store } from "./store.js";

const DRAWERS = ["faults", "calls"];
const OPEN_DRAWER = "sandbox.drawer";
const KEPT = 200;
const FIRST_LOOK = 60;

export function setUpDrawers() {
  for (const name of DRAWERS) {
    const button = byId(`show-${name}`);
    const close = byId(name).querySelector(".close");
    const leave = () => { show(""); button.focus(); };
    button.addEventListener("click", () => {
      show(byId(name).hidden ? name : "");
      if (!byId(name).hidden) close.focus();
    });
    close.addEventListener("click", leave);
    byId(name).addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
  }
  show(localStorage.getItem(OPEN_DRAWER));
  byId("fault-form").addEventListener("submit", planFault);
  byId("clear-faults").addEventListener("click", async () => drawFaults((await api.clearFaults()).faults));
  store.on("world", () => drawFaults(store.faults));
}

/** One drawer at a time: side by side they would leave no room for the chats. */
function show(wanted) {
  for (const name of DRAWERS) {
    byId(name).hidden = name !== wanted;
    byId(`show-${name}`).setAttribute("aria-expanded", String(name === wanted));
  }
  localStorage.setItem(OPEN_DRAWER, wanted ?? "");
}

async function planFault(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const fault = { method: fields.get("method"), kind: fields.get("kind"), count: Number(fields.get("count")), seconds: Number(fields.get("seconds")) };
  const problem = byId("fault-problem");
  try {
    drawFaults((await api.addFault(fault)).faults);
    problem.textContent = "";
  } catch (error) {
    problem.textContent = error instanceof api.Refused ? error.message : "The sandbox does not answer. Is it running?";
  }
}

function drawFaults(faults) {
  store.faults = faults;
  byId("fault-list").replaceChildren(...faults.map(({ method, kind, count }) =>
    element("li", {}, element("b", {}, method === "*" ? "any call" : method), element("span", {}, `${kind.replace("_", " ")} × ${count}`))));
  byId("clear-faults").hidden = !faults.length;
}

export async function loadCalls() {
  const { next } = await api.calls(Number.MAX_SAFE_INTEGER >> 1);
  const { calls } = await api.calls(Math.max(0, next - FIRST_LOOK));
  byId("call-list").replaceChildren();
  byId("no-calls").hidden = false;
  calls.forEach(addCall);
}

export function addCall(call) {
  const list = byId("call-list");
  byId("no-calls").hidden = true;
  list.prepend(element("li", {}, row(call)));
  while (list.children.length > KEPT) list.lastChild.remove();
  if (store.faults.length) api.faults().then(({ faults }) => drawFaults(faults));
}

function row(call) {
  const details = element("details", {},
    element("summary", {},
      element("span", { class: `code${call.status === 200 ? "" : " bad"}` }, String(call.status)),
      element("span", { class: "what" }, call.method, element("small", {}, hint(call))),
      element("span", { class: "ms" }, `${call.ms} ms`)));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(pretty(call.arguments), pretty(call.answer));
  });
  return details;
}

function hint({ arguments: given, answer }) {
  if (answer && !answer.ok) return answer.description;
  return given.text ?? given.caption ?? (given.chat_id ? `chat ${given.chat_id}` : "");
}

const pretty = (value) => element("pre", { tabindex: "0" }, JSON.stringify(unfolded(value), null, 2));

/** Form fields carry JSON as text; it reads better opened up. */
function unfolded(value) {
  if (Array.isArray(value)) return value.map(unfolded);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, unfolded(v)]));
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try { return JSON.parse(value); } catch { return value; }
}
