// What opens at an element and lies above the rest: menus and lists of
// options. One is open at a time.

import { byId, el } from "./dom.js";

let open = null; // {name, node, anchor, closed}
let pressed = false; // a key is down
let held = false; // the key that closed a popup is down still: it must not press the element that has the focus now

/** isOpen tells that the popup of that name is open. */
export const isOpen = (name) => open?.name === name;

/** anyOpen tells that some popup is. */
export const anyOpen = () => open !== null;

/**
 * openPopup opens one at an element. It stays where everything around it is
 * renewed, as long as the element is there. closed is called at its end.
 */
export function openPopup(name, anchor, content, { closed = () => {}, wide = false, kind = "" } = {}) {
  closePopup(false);
  const node = el("div", { class: ["popup", wide && "popup-wide", kind].filter(Boolean).join(" "), popover: "manual", "data-key": "popup" }, content);
  // A dialog takes everything outside of it out of reach.
  (anchor.closest("dialog") || byId("app") || document.body).append(node);
  open = { name, node, anchor, closed };
  node.showPopover?.();
  place();
  return node;
}

/** closePopup closes what is open, and may give the focus back to its element. */
export function closePopup(back = true) {
  if (!open) return;
  const { node, anchor, closed } = open;
  open = null;
  node.remove();
  closed();
  if (!back || !anchor.isConnected) return;
  anchor.focus({ preventScroll: true });
  held = pressed;
}

/** place puts it below its element, or above where there is more room. */
export function place() {
  if (!open) return;
  const { node, anchor } = open;
  if (!anchor.isConnected || !anchor.checkVisibility()) {
    closePopup(false);
    return;
  }
  const at = anchor.getBoundingClientRect();
  const room = { above: at.top - 12, below: innerHeight - at.bottom - 12 };
  node.style.minWidth = node.classList.contains("popup-wide") ? Math.min(at.width, innerWidth - 16) + "px" : "";
  node.style.maxHeight = "";
  const tall = node.scrollHeight;
  const above = room.below < Math.min(tall, 240) && room.above > room.below;
  node.style.maxHeight = Math.max(120, Math.min(360, above ? room.above : room.below)) + "px";
  const box = node.getBoundingClientRect();
  node.style.left = Math.max(8, Math.min(at.left, innerWidth - box.width - 8)) + "px";
  node.style.top = (above ? Math.max(8, at.top - box.height - 4) : at.bottom + 4) + "px";
}

addEventListener("resize", place);
document.addEventListener("keydown", (e) => {
  pressed = true;
  if (held && e.repeat) e.preventDefault();
}, true);
document.addEventListener("keyup", () => {
  pressed = false;
  held = false;
}, true);
document.addEventListener("click", (e) => {
  if (!held || e.detail > 0) return;
  e.preventDefault();
  e.stopPropagation();
}, true);
document.addEventListener("scroll", (e) => {
  if (open && !open.node.contains(e.target)) place();
}, true);
document.addEventListener("pointerdown", (e) => {
  if (open && !open.node.contains(e.target) && !open.anchor.contains(e.target)) closePopup(false);
}, true);
document.addEventListener("keydown", (e) => {
  if (!open || e.key !== "Escape") return;
  e.preventDefault();
  e.stopPropagation();
  closePopup();
}, true);
