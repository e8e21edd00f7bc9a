// What can follow what is being typed: commands after "/", people after "@".

import { nameOf } from "./avatar.js";

/**
 * suggestions gives {kind, from, to, items: [{insert, title, detail}]} for
 * the text before the caret, or null.
 */
export function suggestions(text, caret, { commands, people }) {
  const before = text.slice(0, caret);
  if (/^\/\S*$/.test(before) && /^\S*(\s*)$/.test(text)) {
    const items = commands
      .filter((c) => c.name.toLowerCase().startsWith(before.toLowerCase()))
      .map((c) => ({ insert: c.name + " ", title: c.name, hint: c.hint, detail: c.description }));
    return items.length ? { kind: "commands", from: 0, to: caret, items } : null;
  }
  const mention = /(?:^|[\s,])@([\p{L}\p{N}._-]*)$/u.exec(before);
  if (mention) {
    const typed = mention[1].toLowerCase();
    const items = people
      .filter((p) => [p.name, ...nameOf(p).split(/\s+/)].some((w) => w.toLowerCase().startsWith(typed)))
      .slice(0, 8)
      .map((p) => ({ insert: `@${p.name} `, title: nameOf(p), hint: "@" + p.name, detail: p.title }));
    return items.length ? { kind: "people", from: caret - mention[1].length - 1, to: caret, items } : null;
  }
  return null;
}

/** commandIn finds the command with which a text begins, or gives null. */
export function commandIn(text, commands) {
  const word = /^\/\S*/.exec(text)?.[0].toLowerCase();
  return (word && commands.find((c) => c.name.toLowerCase() === word)) || null;
}
