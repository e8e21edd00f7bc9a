// What elements of blocks do: they tell the app, and show that they are busy
// and what went wrong.
//
// A surface is what holds blocks: a message, a modal or App Home. It has
//   kind    "message", "modal", "home" or "picture" (shown, but dead)
//   key     a name that no other surface of any person has
//   as      the person who acts
//   where   how the sandbox calls it: {channel, ts}, {view_id} or {home: true}
//   blocks  its blocks; state: the values that Slack knows
//   view    who reads, and who is who
//   redraw  shows it again

import { icon } from "./icons.js";
import { el } from "./dom.js";
import { post, explain } from "./api.js";
import { announce } from "./announce.js";
import { ask } from "./confirm.js";
import { setValue, stateOf, valueOf } from "./form.js";

const doing = new Map(); // by surface, block and action: {busy} or {error}
const keyOf = (surface, block, action) => [surface.key, block, action].join("\n");

/** doingOf is what an element is doing: {busy}, {error} or {}. */
export const doingOf = (surface, block, e) => doing.get(keyOf(surface, block, e.action_id || "")) || {};

/** doingsOf is what all elements of a surface are doing, for its signature. */
export function doingsOf(key) {
  let s = "";
  for (const [k, v] of doing) if (k.startsWith(key + "\n")) s += k + JSON.stringify(v);
  return s;
}

/** problem shows what went wrong with an element, or nothing. */
export function problem(surface, block, e) {
  const { error } = doingOf(surface, block, e);
  return error && el("span", { class: "button-error", role: "alert", "data-key": "problem " + block + " " + e.action_id }, icon("warn"), el("span", { text: explain(error) }));
}

/**
 * perform tells the app that an element was used, after asking where the
 * element wants that. It resolves to whether the person went through with it.
 */
export async function perform(surface, block, e, { name, value } = {}) {
  const key = keyOf(surface, block, e.action_id || "");
  if (surface.kind === "picture" || doing.get(key)?.busy) return false;
  if (e.confirm && !(await ask(e.confirm, surface.view))) return false;
  const set = (state) => {
    if (state) doing.set(key, state);
    else doing.delete(key);
    surface.redraw();
  };
  set({ busy: true });
  if (name) announce(`${name}: sent`);
  const at = { block_id: block, action_id: e.action_id || "" };
  const answer = e.type === "button" && surface.kind === "message"
    ? await post("/slack/click", { as: surface.as, ...surface.where, ...at })
    : await post("/slack/act", { as: surface.as, where: surface.where, ...at, state: stateOf(surface), ...(value !== undefined && { value }) });
  set(answer.error ? { error: answer.error } : null);
  return true;
}

/**
 * choose takes over a new value. Outside of inputs the app is told at once;
 * where it wants to ask first, a no puts the old value back.
 */
export async function choose(surface, block, e, value, { tells }) {
  const before = valueOf(surface, block, e);
  setValue(surface, block, e, value);
  surface.redraw();
  if (!tells || surface.kind === "picture") return;
  if (await perform(surface, block, e, { value })) return;
  setValue(surface, block, e, before);
  surface.redraw();
}
