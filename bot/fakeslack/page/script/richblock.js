// Block Kit's rich text.

import { el } from "./dom.js";
import { emoji } from "./emoji.js";
import { safe } from "./mrkdwn.js";
import { reference } from "./richtext.js";

/** richText shows the elements of a rich_text block. */
export const richText = (b, view) => (b.elements || []).map((e) => part(e, view));

function part(e, view) {
  const inner = () => (e.elements || []).map((n) => inline(n, view));
  switch (e.type) {
    case "rich_text_section": return el("div", { class: "words" }, inner());
    case "rich_text_quote": return el("blockquote", { class: "words" }, inner());
    case "rich_text_preformatted": return el("pre", {}, inner());
    case "rich_text_list":
      return el(e.style === "ordered" ? "ol" : "ul", { class: `rich-list rich-${e.style === "ordered" ? "ordered" : "bullet"} rich-indent-${Math.min(8, e.indent || 0)}`, start: e.offset ? e.offset + 1 : null },
        (e.elements || []).map((item) => el("li", {}, part(item, view))));
  }
  return el("div", { class: "words", text: `(${e.type})` });
}

function inline(n, view) {
  return styled(n.style, leaf(n, view));
}

function leaf(n, view) {
  switch (n.type) {
    case "text": return document.createTextNode(n.text || "");
    case "emoji": return emoji[n.name] ? el("span", { class: "emoji", role: "img", "aria-label": n.name.replaceAll("_", " "), text: emoji[n.name] }) : document.createTextNode(`:${n.name}:`);
    case "link": {
      const url = safe(n.url || "");
      return url ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer", text: n.text || url }) : document.createTextNode(n.text || "");
    }
    case "user": return reference({ kind: "user", id: n.user_id, label: "" }, view);
    case "usergroup": return reference({ kind: "group", id: n.usergroup_id, label: "" }, view);
    case "channel": return reference({ kind: "channel", id: n.channel_id, label: "" }, view);
    case "broadcast": return reference({ kind: "everyone", name: n.range }, view);
    case "date": return reference({ kind: "date", unix: n.timestamp, format: n.format || "", url: safe(n.url || ""), fallback: n.fallback || "" }, view);
  }
  return document.createTextNode(n.fallback || "");
}

function styled(style, node) {
  for (const [name, tag] of [["code", "code"], ["strike", "s"], ["italic", "i"], ["bold", "b"]]) if (style?.[name]) node = el(tag, {}, node);
  return node;
}
