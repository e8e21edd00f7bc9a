// Selects of all kinds, for one option or several.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, nameOf } from "./avatar.js";
import { announce } from "./announce.js";
import { choose, doingOf, problem } from "./doing.js";
import { isMany, optionOf, valueOf } from "./form.js";
import { closePopup, isOpen } from "./popup.js";
import { openPicker } from "./picker.js";
import { plain } from "./richtext.js";

/** select shows a select element. See choices.js for field. */
export function select(e, block, surface, field) {
  const many = isMany(e);
  const value = valueOf(surface, block, e);
  const chosen = many ? value : [value].filter(Boolean);
  const { busy } = doingOf(surface, block, e);
  const name = ["select", surface.id, block, e.action_id].join(" ");
  const hint = plain(e.placeholder?.text || (many ? "Choose options" : "Choose an option"));
  const label = field.label || hint;
  const set = (next) => choose(surface, block, e, next, field);

  const open = (anchor) => {
    if (isOpen(name)) {
      closePopup();
      return;
    }
    openPicker({
      name, anchor, label, e, block, surface, many,
      chosen: () => [valueOf(surface, block, e)].flat().filter(Boolean),
      pick: (o) => {
        if (!many) {
          if (o.value !== valueOf(surface, block, e)) set(o.value);
          return;
        }
        const before = valueOf(surface, block, e);
        const on = before.includes(o.value);
        if (!on && e.max_selected_items && before.length >= e.max_selected_items) {
          announce(`No more than ${e.max_selected_items}`);
          return;
        }
        set(on ? before.filter((v) => v !== o.value) : [...before, o.value]);
      },
    });
  };

  const trigger = el("button", {
    type: "button", class: "select" + (chosen.length && !many ? "" : " select-empty"), role: "combobox", "aria-haspopup": "listbox", "aria-expanded": String(isOpen(name)),
    "aria-controls": isOpen(name) ? document.querySelector(".picker-list")?.id : null,
    id: field.id || null, "aria-label": field.labelledBy ? null : label, "aria-labelledby": field.labelledBy || null, "aria-describedby": field.describedBy || null,
    "aria-invalid": field.invalid ? "true" : null, "aria-required": field.required ? "true" : null, "aria-busy": busy ? "true" : null,
    "data-action": e.action_id, "data-block": block, "data-focus": `select ${block} ${e.action_id}`, "data-value": many ? null : value,
    on: {
      click: (event) => open(event.currentTarget),
      keydown: (event) => {
        const types = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
        if (!types && event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        if (!types) event.preventDefault();
        open(event.currentTarget); // where the search has the focus, it gets what is typed
      },
    },
  }, el("span", { class: "select-words" }, ...(many || chosen.length === 0 ? [el("span", { class: "select-word", text: hint })] : said(value, e, block, surface))), busy ? el("span", { class: "spinner" }) : icon("chevron"));

  const remove = (v) => el("button", {
    type: "button", class: "chip-remove", "aria-label": `Remove ${words(v, e, block, surface)}`, "data-focus": `remove ${block} ${e.action_id} ${v}`,
    on: { click: () => set(valueOf(surface, block, e).filter((q) => q !== v)) },
  }, icon("close"));
  return [el("div", { class: "select-box" + (many ? " select-many" : ""), "data-key": `select ${block} ${e.action_id}` },
    many && chosen.length > 0 && el("ul", { class: "chips", "aria-label": `Chosen: ${label}` }, chosen.map((v) => el("li", { class: "chip", "data-key": v, "data-chip": v }, said(v, e, block, surface), remove(v)))),
    trigger,
    !many && field.optional && chosen.length > 0 && el("button", { type: "button", class: "plain select-clear", "aria-label": `Clear: ${label}`, on: { click: () => set("") } }, icon("close"))),
  problem(surface, block, e)];
}

/** words is a chosen value in words. */
function words(value, e, block, surface) {
  if (/users_select$/.test(e.type)) return nameOf(surface.view.person(value) || { id: value });
  if (/(?:channels|conversations)_select$/.test(e.type)) {
    const c = surface.view.channel(value);
    return c ? (c.dm ? "" : "#") + c.name : value;
  }
  const option = optionOf(surface, block, e, value);
  return option ? plain(option.text?.text || "") : value;
}

/** said shows a chosen value. */
function said(value, e, block, surface) {
  const person = /users_select$/.test(e.type) && surface.view.person(value);
  return [person && avatar(person, "tiny"), el("span", { class: "select-word", text: words(value, e, block, surface) })].filter(Boolean);
}
