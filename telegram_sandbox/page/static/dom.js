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

const looks = new WeakMap();

/**
 * Makes `rows`, each [what it shows, how it is made], the children. What shows the same stays the same element:
 * whoever points at it, holds its focus or reads it aloud is not to notice.
 */
export function fill(parent, rows) {
  const before = new Map([...parent.children].map((node) => [looks.get(node), node]));
  const nodes = rows.map(([shown, make]) => {
    const look = JSON.stringify(shown);
    const node = before.get(look) ?? make();
    looks.set(node, look);
    return node;
  });
  const wanted = new Set(nodes);
  [...parent.children].filter((node) => !wanted.has(node)).forEach((node) => node.remove());
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
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
