// Shows Block Kit's blocks as Slack lays them out.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn, textObject } from "./richtext.js";
import { element } from "./elements.js";
import { picture, unknown } from "./pictures.js";
import { richText } from "./richblock.js";
import { table } from "./table.js";

/** blocks shows the blocks of a surface (see doing.js). */
export function blocks(surface) {
  return (surface.blocks || []).map((b, i) => {
    const node = block(b, b.block_id || "", surface);
    node.dataset.key = `${b.type} ${b.block_id || i}`;
    if (b.block_id) node.dataset.blockId = b.block_id;
    return node;
  });
}

function block(b, id, surface) {
  const { view } = surface;
  switch (b.type) {
    case "header": return el("h3", { class: "block block-header" }, textObject(b.text, view));
    case "section": return section(b, id, surface);
    case "divider": return el("hr", { class: "block block-divider" });
    case "context": return el("div", { class: "block block-context" }, (b.elements || []).map((e) => contextElement(e, view)));
    case "actions": return el("div", { class: "block block-actions" }, (b.elements || []).map((e) => element(e, id, surface, { tells: true })));
    case "input": return input(b, id, surface);
    case "image":
      return el("figure", { class: "block block-image" }, b.title && el("figcaption", {}, textObject(b.title, view)), picture(b));
    case "rich_text": return el("div", { class: "block block-rich" }, richText(b, view));
    case "table": return el("div", { class: "block block-table" }, table(b, view));
    case "markdown": return el("div", { class: "block" }, mrkdwn(b.text || "", view));
  }
  return unknown(b.type, "block");
}

function section(b, id, surface) {
  const { view } = surface;
  const words = el("div", { class: "section-words" });
  if (b.text) words.append(el("div", { class: "section-text" }, textObject(b.text, view)));
  if (b.fields) {
    words.append(el("div", { class: "section-fields" }, b.fields.map((f) => el("div", { class: "section-field" }, textObject(f, view)))));
  }
  const wide = b.accessory && /^(?:checkboxes|radio_buttons)$/.test(b.accessory.type);
  const label = words.textContent.trim().slice(0, 80);
  const beside = b.accessory && el("div", { class: "section-accessory" + (wide ? " accessory-wide" : "") }, element(b.accessory, id, surface, { tells: true, label }));
  return el("div", { class: "block block-section" + (wide ? " section-wide" : "") }, words, beside);
}

/** input is a labelled field, with its hint and what is wrong with it. */
function input(b, id, surface) {
  const { view } = surface;
  const name = `${surface.id}-${id}`.replace(/[^\w-]/g, "_");
  const wrong = surface.errors?.[id];
  const group = /^(?:checkboxes|radio_buttons)$/.test(b.element?.type);
  const describedBy = [wrong && name + "-wrong", b.hint && name + "-hint"].filter(Boolean).join(" ");
  const field = {
    id: group ? null : name + "-field", tells: b.dispatch_action === true, label: b.label?.text || "", labelledBy: name + "-label", describedBy,
    invalid: Boolean(wrong), required: !b.optional, optional: b.optional === true,
  };
  return el("div", { class: "block block-input" + (wrong ? " input-wrong" : "") },
    el(group ? "div" : "label", { class: "input-label", id: name + "-label", for: group ? null : field.id },
      textObject(b.label, view), b.optional && el("span", { class: "input-optional", text: " (optional)" })),
    element(b.element, id, surface, field),
    wrong && el("p", { class: "input-error", id: name + "-wrong", "data-error": id }, icon("warn"), el("span", { text: wrong })),
    b.hint && el("p", { class: "input-hint", id: name + "-hint" }, textObject(b.hint, view)));
}

function contextElement(e, view) {
  if (e.type === "mrkdwn" || e.type === "plain_text") return el("div", { class: "context-text" }, textObject(e, view));
  if (e.type === "image") return picture(e);
  return unknown(e.type, "element");
}
