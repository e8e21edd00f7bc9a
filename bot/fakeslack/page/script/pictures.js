// What can't be shown as it is.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./richtext.js";

/** picture stands for an image: those are elsewhere, and this page loads nothing from elsewhere. */
export function picture(e) {
  return el("span", { class: "picture", role: "img", "aria-label": plain(e.alt_text || "image"), title: e.image_url || null }, icon("eye"), plain(e.alt_text || "image"));
}

/** unknown stands for what this page can't show. */
export function unknown(type, what) {
  return el("div", { class: "block-unknown", text: `Slack would show a ${String(type || "nameless").replaceAll("_", " ")} ${what} here.` });
}
