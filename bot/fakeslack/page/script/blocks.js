// Shows Block Kit's blocks as Slack lays them out.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { textObject, plain } from "./richtext.js";
import { button } from "./buttons.js";

/**
 * blocks shows a message's blocks. where is {as, channel, ts}: from where
 * clicks come.
 */
export function blocks(list, where, view, redraw) {
  return list.map((b) => block(b, { ...where, block_id: b.block_id || "" }, view, redraw));
}

function block(b, where, view, redraw) {
  switch (b.type) {
    case "header": return el("h3", { class: "block block-header" }, textObject(b.text, view));
    case "section": return section(b, where, view, redraw);
    case "divider": return el("hr", { class: "block block-divider" });
    case "context": return el("div", { class: "block block-context" }, (b.elements || []).map((e) => contextElement(e, view)));
    case "actions":
      return el("div", { class: "block block-actions" }, (b.elements || []).map((e) => element(e, where, view, redraw)).flat());
    case "image":
      return el("figure", { class: "block block-image" }, b.title && el("figcaption", {}, textObject(b.title, view)), picture(b));
  }
  return unknown(b.type, "block");
}

function section(b, where, view, redraw) {
  const words = el("div", { class: "section-words" });
  if (b.text) words.append(el("div", { class: "section-text" }, textObject(b.text, view)));
  if (b.fields) {
    words.append(el("div", { class: "section-fields" }, b.fields.map((f) => el("div", { class: "section-field" }, textObject(f, view)))));
  }
  const beside = b.accessory && el("div", { class: "section-accessory" }, element(b.accessory, where, view, redraw));
  return el("div", { class: "block block-section" }, words, beside);
}

function element(e, where, view, redraw) {
  switch (e.type) {
    case "button": return button(e, where, view, redraw);
    case "image": return [picture(e)];
  }
  return [unknown(e.type, "element")];
}

function contextElement(e, view) {
  if (e.type === "mrkdwn" || e.type === "plain_text") return el("div", { class: "context-text" }, textObject(e, view));
  if (e.type === "image") return picture(e);
  return unknown(e.type, "element");
}

// Pictures are elsewhere, and this page loads nothing from elsewhere.
function picture(e) {
  return el("span", { class: "picture", role: "img", "aria-label": plain(e.alt_text || "image"), title: e.image_url || null }, icon("eye"), plain(e.alt_text || "image"));
}

function unknown(type, what) {
  return el("div", { class: "block-unknown", text: `Slack would show a ${String(type || "nameless").replaceAll("_", " ")} ${what} here.` });
}
