// The list that a select opens: a field to search in, and the options.

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { announce } from "./announce.js";
import { closePopup, openPopup, place } from "./popup.js";
import { isExternal, leastQuery, matching, suggested } from "./options.js";

const wait = 150; // after the last key, before the app is asked
let serial = 0;

/**
 * openPicker opens the list at anchor. chosen() are the values chosen, pick(option)
 * takes one; many keeps the list open.
 */
export function openPicker({ name, anchor, label, e, block, surface, many, chosen, pick }) {
  const id = `picker-${++serial}`;
  let options = [];
  let active = -1;
  let asked = 0;
  let timer = 0;
  let over = false;

  const search = el("input", {
    class: "picker-search", type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-autocomplete": "list", "aria-label": `Search: ${label}`,
    autocomplete: "off", spellcheck: "false", placeholder: "Search", on: { input: () => look(), keydown },
  });
  const list = el("div", { id, class: "picker-list", role: "listbox", "aria-label": label, "aria-multiselectable": many ? "true" : null });
  const said = el("p", { class: "picker-said", role: "status" });

  anchor.setAttribute("aria-expanded", "true");
  anchor.setAttribute("aria-controls", id);
  openPopup(name, anchor, el("div", { class: "picker" }, el("div", { class: "picker-top" }, icon("search"), search), list, said), {
    wide: true, closed: () => {
      over = true;
      clearTimeout(timer);
      anchor.setAttribute("aria-expanded", "false");
      anchor.removeAttribute("aria-controls");
    },
  });
  search.focus();
  look(true);

  function look(now = false) {
    const query = search.value;
    const turn = ++asked;
    clearTimeout(timer);
    if (!isExternal(e)) {
      show(matching(e, surface, query), query ? "No results" : "No options");
      return;
    }
    const missing = leastQuery(e) - [...query.trim()].length;
    if (missing > 0) {
      show([], missing === 1 ? "Type 1 more character" : `Type ${missing} more characters`);
      return;
    }
    said.textContent = "Searching…";
    timer = setTimeout(async () => {
      const { options: found, problem } = await suggested(e, block, surface, query.trim());
      if (turn === asked && !over) show(found, problem || "No results");
    }, now ? 0 : wait);
  }

  function show(found, none) {
    options = found;
    draw();
    said.textContent = options.length ? "" : none;
    const at = options.findIndex((o) => chosen().includes(o.value));
    activate(options.length === 0 ? -1 : Math.max(0, at));
    if (options.length) announce(options.length === 1 ? "1 option" : `${options.length} options`);
    place();
  }

  function draw() {
    list.hidden = options.length === 0;
    const rows = [];
    let group = null; // the list of the group that is being filled
    options.forEach((o, i) => {
      if (!o.group) group = null;
      else if (group?.label !== o.group) {
        group = { label: o.group, rows: [] };
        rows.push(group);
      }
      (group ? group.rows : rows).push(option(o, i));
    });
    fill(list, rows.map((r) => (r instanceof Node ? r : el("div", { role: "group", "aria-label": r.label }, el("div", { class: "picker-group", "aria-hidden": "true", text: r.label }), r.rows))));
  }

  function option(o, i) {
    const on = chosen().includes(o.value);
    return el("div", {
      id: `${id}-${i}`, role: "option", class: "option", "aria-selected": String(on), "data-option": o.value,
      on: { pointerdown: (event) => event.preventDefault(), click: () => take(i) },
    },
    o.person && avatar(o.person, "small"),
    el("span", { class: "option-words" }, el("span", { class: "option-text", text: o.text }), o.detail && el("span", { class: "option-detail", text: o.detail })),
    on && icon("done"));
  }

  function activate(i) {
    active = i;
    for (const row of list.querySelectorAll(".option")) row.classList.toggle("option-active", row.id === `${id}-${i}`);
    const row = list.querySelector(".option-active");
    row?.scrollIntoView({ block: "nearest" });
    if (row) search.setAttribute("aria-activedescendant", row.id);
    else search.removeAttribute("aria-activedescendant");
  }

  function take(i) {
    if (!options[i]) return;
    if (!many) closePopup();
    pick(options[i]);
    if (!many) return;
    draw();
    activate(i);
  }

  function keydown(event) {
    const count = options.length;
    switch (event.key) {
      case "ArrowDown": activate(count ? (active + 1) % count : -1); break;
      case "ArrowUp": activate(count ? (active - 1 + count) % count : -1); break;
      case "PageDown": activate(Math.min(count - 1, active + 8)); break;
      case "PageUp": activate(count ? Math.max(0, active - 8) : -1); break;
      case "Enter": take(active); break;
      case "Tab": closePopup(); return;
      default: return;
    }
    event.preventDefault();
  }
}
