// Shows text objects and message texts.

import { el } from "./dom.js";
import { parse, unescape } from "./mrkdwn.js";
import { emoji } from "./emoji.js";
import { dateText, exactly } from "./dates.js";
import { nameOf } from "./avatar.js";

/** mrkdwn shows formatted text. view says who reads it and who is who. */
export function mrkdwn(text, view, { verbatim = false } = {}) {
  const out = document.createDocumentFragment();
  out.append(...blocks(parse(text, { verbatim }), view));
  return out;
}

/** plain shows text as it is, with emoji where the text wants them. */
export function plain(text, withEmoji = true) {
  const words = unescape(text);
  if (!withEmoji) return words;
  return words.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji[name] || whole);
}

/** textObject shows a text object of Block Kit. */
export function textObject(t, view) {
  if (!t || typeof t.text !== "string") return document.createTextNode("");
  if (t.type === "mrkdwn") return mrkdwn(t.text, view, { verbatim: t.verbatim === true });
  return document.createTextNode(plain(t.text, t.emoji !== false));
}

function blocks(list, view) {
  return list.map((b) => {
    switch (b.kind) {
      case "pre":
        return el("pre", { text: b.text });
      case "quote":
        return el("blockquote", {}, blocks(b.blocks, view));
      case "bullet":
        return el("div", { class: "bullet" }, el("span", { class: "bullet-sign", text: b.sign + " " }), el("span", {}, nodes(b.nodes, view)));
    }
    const p = el("div", { class: "words" });
    b.lines.forEach((line, i) => {
      if (i > 0) p.append("\n");
      p.append(...nodes(line, view));
    });
    return p;
  });
}

function nodes(list, view) {
  return list.map((n) => node(n, view));
}

function node(n, view) {
  switch (n.kind) {
    case "bold": return el("b", {}, nodes(n.nodes, view));
    case "italic": return el("i", {}, nodes(n.nodes, view));
    case "strike": return el("s", {}, nodes(n.nodes, view));
    case "code": return el("code", { text: n.text });
    case "emoji": return el("span", { class: "emoji", role: "img", "aria-label": n.name.replaceAll("_", " "), title: `:${n.name}:`, text: n.text });
    case "link": return el("a", { href: n.url, target: "_blank", rel: "noopener noreferrer", text: n.text });
    case "everyone": return el("span", { class: "mention mention-me", text: "@" + n.name });
    case "user": return user(n, view);
    case "group": return group(n, view);
    case "channel": return channel(n, view);
    case "date": return date(n, view);
  }
  return document.createTextNode(n.text);
}

/** reference shows a node of mrkdwn.js that names somebody, a place or an instant. */
export const reference = node;

function user(n, view) {
  const person = view.person(n.id);
  const name = person ? nameOf(person) : n.label || n.id;
  const mine = n.id === view.me ? " mention-me" : "";
  return el("span", { class: "mention" + mine, title: person?.title || null, text: "@" + name });
}

function group(n, view) {
  const g = view.group(n.id);
  const mine = g?.members?.includes(view.me) ? " mention-me" : "";
  return el("span", { class: "mention" + mine, title: g?.name || null, text: "@" + (g ? g.handle : n.label.replace(/^@/, "") || n.id) });
}

function channel(n, view) {
  const c = view.channel(n.id);
  if (!c) return el("span", { class: "mention", text: "#" + (n.label || "private-channel") });
  return el("button", { type: "button", class: "mention", "data-focus": "go " + n.id, on: { click: () => view.go(n.id) }, text: "#" + c.name });
}

function date(n, view) {
  const text = dateText(n.unix, n.format, { zone: view.zone, now: view.now(), locale: view.locale });
  if (!text) return document.createTextNode(n.fallback);
  const time = el("time", { datetime: new Date(n.unix * 1000).toISOString(), title: exactly(n.unix * 1000, view.zone), text });
  return n.url ? el("a", { href: n.url, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}
