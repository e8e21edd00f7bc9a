// A person's picture: initials on one of ten colours.

import { el } from "./dom.js";
import { icon } from "./icons.js";

/** nameOf is how Slack shows somebody. */
export const nameOf = (person) => person.real_name || person.name || person.id;

export function avatar(person, size = "") {
  const classes = ["avatar", size && "avatar-" + size];
  if (person.bot) {
    return el("span", { class: [...classes, "avatar-bot"].filter(Boolean).join(" "), "aria-hidden": "true" }, icon("key"));
  }
  let sum = 0;
  for (const c of person.id) sum = (sum * 31 + c.codePointAt(0)) % 997;
  const words = nameOf(person).split(/\s+/).filter(Boolean);
  const letters = [...words.slice(0, 1), ...words.slice(1).slice(-1)].map((w) => [...w][0].toUpperCase()).join("");
  return el("span", { class: [...classes, "hue-" + (sum % 10)].filter(Boolean).join(" "), "aria-hidden": "true", text: letters });
}
