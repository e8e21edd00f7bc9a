// Goes from one region of the page to another, for who has no mouse: F6 and
// Shift+F6, and links at the top that are seen when they have the focus.

import { byId, el, fill, keepFocus } from "./dom.js";
import { isAsking } from "./confirm.js";
import { isModalOpen } from "./modal.js";
import { front } from "./panels.js";
import { closePopup } from "./popup.js";

// Of each region: what it is made of, in which panel it stands, and what
// takes the focus there: the first of these that can be seen.
const regions = [
  { words: "people and channels", parts: ["sidebar"], panel: "sidebar", focus: "#people [aria-pressed='true'], #channels button" },
  { words: "messages", parts: ["timeline", "home"], panel: "chat", focus: "#timeline, #home" },
  { words: "the message field", parts: ["composer-place"], panel: "chat", focus: "#composer" },
  { words: "the thread", parts: ["thread"], panel: "thread", focus: "#thread-title" },
  { words: "the panels", parts: ["panels"], focus: "#panels [aria-current]" },
];

const there = (r) => r.parts.some((id) => !byId(id).closest("[hidden]"));
const holds = (r) => r.parts.some((id) => byId(id).contains(document.activeElement));

function enter(region) {
  if (region.panel) front(region.panel);
  [...document.querySelectorAll(region.focus)].find((e) => e.checkVisibility())?.focus();
}

/** nextRegion goes to the next region, or with by -1 to the one before. */
export function nextRegion(by = 1) {
  const all = regions.filter(there);
  const from = all.findIndex(holds);
  enter(all[from < 0 ? (by > 0 ? 0 : all.length - 1) : (from + by + all.length) % all.length]);
}

/** showSkips shows the links to the regions that are there. */
export function showSkips() {
  const place = byId("skip");
  const all = regions.filter(there);
  const sign = all.map((r) => r.words).join();
  if (place.sign === sign) return;
  place.sign = sign;
  keepFocus(place, () => fill(place, all.map((r) => el("button", {
    type: "button", class: "skip unseen", "data-skip": r.parts[0], "data-focus": r.parts[0], on: { click: () => enter(r) }, text: `Skip to ${r.words}`,
  }))));
}

document.addEventListener("keydown", (e) => {
  if (e.key !== "F6" || e.ctrlKey || e.altKey || e.metaKey || isAsking() || isModalOpen()) return;
  e.preventDefault();
  closePopup();
  nextRegion(e.shiftKey ? -1 : 1);
});
