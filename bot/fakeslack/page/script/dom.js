// Builds and updates the DOM. Text goes in as text only: nothing here, and
// nothing that uses it, writes HTML.

import { become, listen } from "./morph.js";

/**
 * el makes an element. Of props, `class`, `text` and `on` (listeners) are
 * special; true gives an empty attribute; null, undefined and false none.
 * `live` holds properties that people change too: {value, checked}.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "on") listen(node, value);
    else if (name !== "live") node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...there(children));
  if (props.live) {
    Object.assign(node, props.live); // after the children: a select takes its value from them
    node.live = props.live;
  }
  return node;
}

/**
 * fill makes children the content of node, and touches only what differs
 * from what is there. Like el, it leaves out nothings.
 */
export function fill(node, ...children) {
  become(node, there(children));
}

const there = (children) => children.flat(3).filter((c) => c !== null && c !== undefined && c !== false && c !== "");

/** byId finds an element of index.html. */
export const byId = (id) => document.getElementById(id);

/**
 * keyed makes the children of parent show items, and touches only what is
 * new, gone or different, so that focus, selection and scroll position stay.
 * key and sign give an item's identity and everything that its look depends
 * on; show puts the item into its node.
 */
export function keyed(parent, items, { key, sign, make, show }) {
  const old = new Map();
  for (const child of parent.children) old.set(child.dataset.key, child);
  const wanted = new Set(items.map((item) => String(key(item))));
  const held = parent.contains(document.activeElement);
  for (const [k, child] of old) if (!wanted.has(k)) child.remove();

  let at = parent.firstElementChild;
  for (const item of items) {
    const k = String(key(item));
    const s = sign(item);
    let node = old.get(k);
    if (!node) {
      node = make(item);
      node.dataset.key = k;
    }
    if (node.sign !== s) {
      keepFocus(node, () => show(node, item));
      node.sign = s;
    }
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  // Who was in what has gone stays where it was, and not at the top of the page.
  if (held && !parent.contains(document.activeElement)) parent.closest("[tabindex]")?.focus({ preventScroll: true });
}

/**
 * keepFocus runs change, which renews what is inside node, and gives the
 * focus back to the element with the same data-focus. Where that is gone, the
 * node itself gets it, so that nobody is thrown to the top of the page.
 */
export function keepFocus(node, change) {
  const active = document.activeElement;
  const inside = active !== null && active !== node && node.contains(active);
  const name = inside ? active.dataset.focus : undefined;
  change();
  if (!inside || node.contains(document.activeElement)) return;
  const same = name && [...node.querySelectorAll("[data-focus]")].find((e) => e.dataset.focus === name);
  if (same) {
    same.focus({ preventScroll: true });
    return;
  }
  if (!node.hasAttribute("tabindex")) node.tabIndex = -1;
  node.focus({ preventScroll: true });
}

/** setText changes a text only where it differs. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
