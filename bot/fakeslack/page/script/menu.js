// Menus: a list of things to do, or of settings one of which holds.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { closePopup, isOpen, openPopup } from "./popup.js";

/**
 * menuButton makes a button that opens a menu. items() gives its items:
 * {label, detail, act}, {label, on, act} for one of several settings,
 * {title} for a heading, {url} where it leads elsewhere.
 */
export function menuButton({ name, label, items, picture = "more", text = "", className = "plain", attributes = {} }) {
  const open = (e) => {
    const anchor = e.currentTarget;
    if (isOpen(name)) closePopup();
    else openMenu(name, anchor, label, items(), e.key === "ArrowUp");
  };
  return el("button", {
    type: "button", class: className, "aria-label": text ? null : label, title: text ? null : label, "aria-haspopup": "menu", "aria-expanded": String(isOpen(name)),
    "data-menu": name, "data-focus": "menu " + name, ...attributes,
    on: {
      click: open,
      keydown: (e) => {
        if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
        e.preventDefault();
        open(e);
      },
    },
  }, picture && icon(picture), text);
}

function openMenu(name, anchor, label, items, atEnd) {
  anchor.setAttribute("aria-expanded", "true");
  const rows = items.map((item) => (item.title ? el("div", { class: "menu-title", role: "presentation", text: item.title }) : row(item)));
  const list = el("div", { class: "menu", role: "menu", "aria-label": label, on: { keydown: move } }, rows);
  openPopup(name, anchor, list, { closed: () => anchor.setAttribute("aria-expanded", "false") });
  const all = choices(list);
  all[atEnd ? all.length - 1 : 0]?.focus();
}

function row(item) {
  const radio = item.on !== undefined;
  return el(item.url ? "a" : "button", {
    type: item.url ? null : "button", href: item.url || null, target: item.url ? "_blank" : null, rel: item.url ? "noopener noreferrer" : null,
    class: "menu-item", role: radio ? "menuitemradio" : "menuitem", "aria-checked": radio ? String(item.on) : null, tabindex: "-1", "data-item": item.value || item.label,
    on: { click: () => {
      closePopup();
      item.act?.();
    } },
  }, radio && el("span", { class: "menu-mark" }, item.on && icon("done")),
  el("span", { class: "menu-words" }, el("span", { class: "menu-label", text: item.label }), item.detail && el("span", { class: "menu-detail", text: item.detail })));
}

const choices = (list) => [...list.querySelectorAll(".menu-item")];

function move(e) {
  const all = choices(e.currentTarget);
  const at = all.indexOf(document.activeElement);
  let to = -1;
  if (e.key === "ArrowDown") to = (at + 1) % all.length;
  else if (e.key === "ArrowUp") to = (at - 1 + all.length) % all.length;
  else if (e.key === "Home") to = 0;
  else if (e.key === "End") to = all.length - 1;
  else if (e.key === "Tab") {
    closePopup();
    return; // and on from the button
  } else if (e.key.length === 1 && e.key !== " " && !e.ctrlKey && !e.metaKey && !e.altKey) {
    to = [...all.slice(at + 1), ...all.slice(0, at + 1)].map((n) => all.indexOf(n))
      .find((i) => all[i].textContent.trim().toLowerCase().startsWith(e.key.toLowerCase())) ?? -1;
  }
  if (to < 0) return;
  e.preventDefault();
  all[to].focus();
}
