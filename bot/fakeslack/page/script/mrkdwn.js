// Reads Slack's mrkdwn into a tree. It knows nothing of the DOM or of who is
// who: richtext.js shows the tree.
//
// Blocks: {kind: "text", lines: [[node]]}, {kind: "bullet", nodes}, {kind: "quote", blocks}, {kind: "pre", text}.
// Nodes: {kind: "text" | "code", text}, {kind: "bold" | "italic" | "strike", nodes}, {kind: "emoji", name, text},
// {kind: "link", url, text}, {kind: "user" | "channel" | "group", id, label}, {kind: "everyone", name},
// {kind: "date", unix, format, url, fallback}.

import { emoji } from "./emoji.js";

/**
 * parse reads a text. With verbatim, addresses that stand in it bare are not
 * made links.
 */
export function parse(text, { verbatim = false } = {}) {
  const blocks = [];
  // Odd parts were between three backticks.
  const parts = text.split(/```([\s\S]+?)```/);
  parts.forEach((part, i) => {
    if (i % 2 === 1) {
      blocks.push({ kind: "pre", text: bare(part).replace(/^\n|\n$/g, "") });
      return;
    }
    let lines = part;
    if (i > 0) lines = lines.replace(/^ *\n/, "");
    if (i < parts.length - 1) lines = lines.replace(/\n *$/, "");
    if (lines !== "" || parts.length === 1) blocks.push(...paragraphs(lines.split("\n"), verbatim));
  });
  return blocks;
}

function paragraphs(lines, verbatim) {
  const blocks = [];
  const last = () => blocks[blocks.length - 1];
  for (let i = 0; i < lines.length; i++) {
    const all = /^(?:>>>|(?:&gt;){3}) ?/.exec(lines[i]);
    if (all) {
      const rest = [lines[i].slice(all[0].length), ...lines.slice(i + 1)];
      blocks.push({ kind: "quote", blocks: paragraphs(rest, verbatim) });
      break;
    }
    const quote = /^(?:>|&gt;) ?/.exec(lines[i]);
    if (quote) {
      const quoted = [];
      for (; i < lines.length && /^(?:>|&gt;)/.test(lines[i]); i++) quoted.push(lines[i].replace(/^(?:>|&gt;) ?/, ""));
      i--;
      blocks.push({ kind: "quote", blocks: paragraphs(quoted, verbatim) });
      continue;
    }
    const bullet = /^[•◦▪] ?/.exec(lines[i]);
    if (bullet) {
      blocks.push({ kind: "bullet", sign: lines[i][0], nodes: inline(lines[i].slice(bullet[0].length), verbatim) });
      continue;
    }
    const nodes = inline(lines[i], verbatim);
    if (last()?.kind === "text") last().lines.push(nodes);
    else blocks.push({ kind: "text", lines: [nodes] });
  }
  return blocks;
}

const styles = { "*": "bold", _: "italic", "~": "strike" };
const isWord = (c) => c !== undefined && /[\p{L}\p{N}]/u.test(c);
// U+2060 shows nothing; texts hold it to keep a marker from beginning anything.
const isBlank = (c) => c === undefined || /[\s\u2060\u200b]/.test(c);

/** inline reads one line. Markers count at the borders of words only. */
export function inline(s, verbatim = false) {
  const nodes = [];
  let text = "";
  const flush = () => {
    if (text !== "") nodes.push({ kind: "text", text: unescape(text) });
    text = "";
  };
  const push = (node) => {
    flush();
    nodes.push(node);
  };
  for (let i = 0; i < s.length; ) {
    const c = s[i];
    if (c === "<") {
      const end = s.indexOf(">", i);
      const node = end > i + 1 ? angle(s.slice(i + 1, end)) : null;
      if (node) {
        push(node);
        i = end + 1;
        continue;
      }
    } else if (c === "`") {
      const end = closing(s, i);
      if (end > 0) {
        push({ kind: "code", text: bare(s.slice(i + 1, end)) });
        i = end + 1;
        continue;
      }
    } else if (styles[c]) {
      const end = closing(s, i);
      if (end > 0) {
        push({ kind: styles[c], nodes: inline(s.slice(i + 1, end), verbatim) });
        i = end + 1;
        continue;
      }
    } else if (c === ":") {
      const found = /^:([a-z0-9_+-]+):/.exec(s.slice(i, i + 60));
      if (found && emoji[found[1]]) {
        push({ kind: "emoji", name: found[1], text: emoji[found[1]] });
        i += found[0].length;
        continue;
      }
    } else if (!verbatim && c === "h" && !isWord(s[i - 1])) {
      const found = /^https?:\/\/[^\s<>|]+/.exec(s.slice(i));
      if (found) {
        const url = found[0].replace(/[.,;:!?)'"*_~`]+$/, "");
        push({ kind: "link", url: unescape(url), text: unescape(url) });
        i += url.length;
        continue;
      }
    }
    text += c;
    i++;
  }
  flush();
  return nodes;
}

/** closing finds the partner of the marker at i, or gives -1. */
function closing(s, i) {
  const mark = s[i];
  const before = s[i - 1];
  if (isWord(before) || before === mark || isBlank(s[i + 1]) || s[i + 1] === mark) return -1;
  for (let j = i + 1; j < s.length; j++) {
    if (s[j] === "<" && mark !== "`") {
      const end = s.indexOf(">", j);
      if (end > 0) j = end;
      continue;
    }
    if (s[j] === "`" && mark !== "`") {
      const end = closing(s, j);
      if (end > 0) j = end;
      continue;
    }
    if (s[j] === mark && !isBlank(s[j - 1]) && !isWord(s[j + 1]) && s[j + 1] !== mark) return j;
  }
  return -1;
}

/** angle reads what stands between < and >. */
function angle(inner) {
  const bar = inner.indexOf("|");
  const head = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inner.slice(bar + 1));
  let found;
  if ((found = /^@([UW][A-Z0-9]*)$/.exec(head))) return { kind: "user", id: found[1], label };
  if ((found = /^#([CGD][A-Z0-9]*)$/.exec(head))) return { kind: "channel", id: found[1], label };
  if ((found = /^!subteam\^(S[A-Z0-9]*)$/.exec(head))) return { kind: "group", id: found[1], label };
  if ((found = /^!(here|channel|everyone)$/.exec(head))) return { kind: "everyone", name: found[1] };
  if ((found = /^!date\^(-?\d+)\^([^^]*)(?:\^(.*))?$/.exec(head))) {
    return { kind: "date", unix: Number(found[1]), format: unescape(found[2]), url: safe(found[3] || ""), fallback: label };
  }
  if (head.startsWith("!")) return label ? { kind: "text", text: label } : null;
  const url = safe(unescape(head));
  return url ? { kind: "link", url, text: label || url.replace(/^mailto:/, "") } : null;
}

/** safe gives back an address that a link may lead to, or nothing. */
export function safe(url) {
  return /^(?:https?:\/\/|mailto:|tel:)/i.test(url) ? url : "";
}

/** bare is what stands in code: nothing in it is formatted or links. */
function bare(s) {
  const plain = s.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, head, label) => label || head);
  return unescape(plain);
}

const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** unescape turns Slack's three entities back, and no others. */
export function unescape(s) {
  return s.replace(/&(?:amp|lt|gt);/g, (e) => entities[e]);
}

/** escape makes typed text fit for Slack. */
export function escape(s) {
  return s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
