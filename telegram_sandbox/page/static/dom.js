/** Builds elements: `element("button", { class: "key", onclick }, "label")`. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export const byId = (id) => document.getElementById(id);

export function avatar(name, id, size = "") {
  const node = element("span", { class: `avatar ${size}`, "aria-hidden": "true" }, [...name][0] ?? "?");
  node.style.setProperty("--hue", hue(id));
  return node;
}

export const hue = (id) => (Math.abs(id) * 83 + 125) % 360;

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function day(seconds) {
  const date = new Date(seconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  return today ? "Today" : date.toLocaleDateString([], { day: "numeric", month: "long" });
}
