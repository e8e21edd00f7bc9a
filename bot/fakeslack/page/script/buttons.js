// The buttons of blocks.

import { el } from "./dom.js";
import { doingOf, perform, problem } from "./doing.js";
import { textObject, plain } from "./richtext.js";

/** button shows a button element of a block. */
export function button(e, block, surface) {
  const state = doingOf(surface, block, e);
  const classes = ["button"];
  if (e.style === "primary" || e.style === "danger") classes.push("button-" + e.style);
  const words = plain(e.text?.text || "Button");
  const common = {
    class: classes.join(" "),
    "data-action": e.action_id || "",
    "data-block": block,
    "data-focus": `button ${block} ${e.action_id}`,
    "aria-label": e.accessibility_label || null,
    title: words.length > 30 ? words : null, // Slack cuts what is longer
  };
  const press = () => perform(surface, block, e, { name: words });
  const label = el("span", { class: "button-label" }, textObject(e.text, surface.view));
  if (e.url) {
    const url = /^https?:\/\//i.test(e.url) ? e.url : null;
    return [el("a", { ...common, href: url, target: "_blank", rel: "noopener noreferrer", on: { click: press } }, label), problem(surface, block, e)];
  }
  return [el("button", {
    ...common,
    type: "button",
    "aria-busy": state.busy ? "true" : null,
    "aria-disabled": state.busy ? "true" : null,
    on: { click: press },
  }, label, state.busy && el("span", { class: "spinner" })), problem(surface, block, e)];
}
