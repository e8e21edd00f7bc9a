// The app's shortcuts: those of the workspace at the composer, those of a
// message in its menu.

import { post, explain } from "./api.js";
import { announce } from "./announce.js";
import { menuButton } from "./menu.js";
import { notice } from "./notice.js";
import { here, known } from "./world.js";

const of = (type) => (known.slack?.shortcuts || []).filter((s) => s.type === type);

/** anyGlobal tells that there are shortcuts for the composer. */
export const anyGlobal = () => of("global").length > 0;

async function use(path, s, where) {
  announce(`${s.name}: sent`);
  notice("");
  const { error } = await post(path, { as: here.me, ...where, callback_id: s.callback_id });
  if (error) notice(`${s.name}: ${explain(error)}`);
}

/** globalMenu is the composer's button. */
export function globalMenu(id) {
  return menuButton({
    name: id + "-shortcuts", label: "Shortcuts", picture: "bolt", className: "composer-menu", attributes: { "data-shortcuts": true },
    items: () => [{ title: "Shortcuts" }, ...of("global").map((s) => ({ label: s.name, detail: s.description, value: s.callback_id, act: () => use("/slack/shortcut", s, {}) }))],
  });
}

/** messageMenu is the menu of a message, or null where there is nothing in it. */
export function messageMenu(m, whose, id) {
  if (m.deleted || of("message").length === 0) return null;
  const { channel } = here;
  return menuButton({
    name: ["more", id, m.ts].join(" "), label: `More actions on the message of ${whose}`, className: "tool", attributes: { "data-more": true },
    items: () => [
      { title: "Message shortcuts" },
      ...of("message").map((s) => ({ label: s.name, detail: s.description, value: s.callback_id, act: () => use("/slack/message_shortcut", s, { channel, ts: m.ts }) })),
    ],
  });
}
