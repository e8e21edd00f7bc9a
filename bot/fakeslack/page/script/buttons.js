// The buttons of messages: what each of them is doing.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { post, explain } from "./api.js";
import { announce } from "./announce.js";
import { ask } from "./confirm.js";
import { textObject, plain } from "./richtext.js";

// By person, channel, message, block and action: {busy} or {error}.
const doing = new Map();
const keyOf = (m, block, action) => [m.as, m.channel, m.ts, block, action].join(" ");

/** doingsOf is what a message's buttons are doing, for its signature. */
export function doingsOf(me, channel, ts) {
  const prefix = [me, channel, ts, ""].join(" ");
  let s = "";
  for (const [k, v] of doing) if (k.startsWith(prefix)) s += k + JSON.stringify(v);
  return s;
}

/**
 * button shows a button element. where is {as, channel, ts, block_id}; redraw
 * is called as the button's state changes.
 */
export function button(element, where, view, redraw) {
  const action = element.action_id || "";
  const key = keyOf(where, where.block_id, action);
  const state = doing.get(key) || {};
  const classes = ["button"];
  if (element.style === "primary" || element.style === "danger") classes.push("button-" + element.style);
  const common = {
    class: classes.join(" "),
    "data-action": action,
    "data-block": where.block_id,
    "data-focus": `button ${where.block_id} ${action}`,
    "aria-label": element.accessibility_label || null,
  };
  const label = el("span", { class: "button-label" }, textObject(element.text, view));
  if (element.url) {
    const act = () => press(element, where, key, view, redraw);
    const url = /^https?:\/\//i.test(element.url) ? element.url : null;
    return [el("a", { ...common, href: url, target: "_blank", rel: "noopener noreferrer", on: { click: act } }, label)];
  }
  const node = el("button", {
    ...common,
    type: "button",
    "aria-busy": state.busy ? "true" : null,
    "aria-disabled": state.busy ? "true" : null,
    on: { click: () => state.busy || press(element, where, key, view, redraw) },
  }, label, state.busy && el("span", { class: "spinner" }));
  if (!state.error) return [node];
  return [node, el("span", { class: "button-error", role: "alert" }, icon("warn"), el("span", { text: explain(state.error) }))];
}

async function press(element, where, key, view, redraw) {
  if (doing.get(key)?.busy) return;
  if (element.confirm && !(await ask(element.confirm, view))) return;
  const set = (state) => {
    if (state) doing.set(key, state);
    else doing.delete(key);
    redraw();
  };
  set({ busy: true });
  announce(`${plain(element.text?.text || "Button")}: sent`);
  const { as, channel, ts, block_id } = where;
  const answer = await post("/slack/click", { as, channel, ts, block_id, action_id: element.action_id || "" });
  set(answer.error ? { error: answer.error } : null);
}
