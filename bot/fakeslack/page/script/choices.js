// Checkboxes and radio buttons.

import { el } from "./dom.js";
import { choose, problem } from "./doing.js";
import { valueOf } from "./form.js";
import { textObject } from "./richtext.js";

let groups = 0;
const names = new Map(); // radio buttons of one group share a name, which other groups must not have
const nameOf = (key) => names.get(key) || (names.set(key, `choice-${++groups}`), names.get(key));

/**
 * choices shows a group of checkboxes or radio buttons. field is
 * {label, tells, describedBy, invalid}: whether the app is told at once, and
 * what the input block around it says.
 */
export function choices(e, block, surface, field) {
  const many = e.type === "checkboxes";
  const value = valueOf(surface, block, e);
  const group = nameOf([surface.id, block, e.action_id].join("\n"));
  const isOn = (o) => (many ? value.includes(o.value) : value === o.value);
  const change = (o, on) => {
    const next = many ? e.options.map((q) => q.value).filter((v) => (v === o.value ? on : valueOf(surface, block, e).includes(v))) : o.value;
    choose(surface, block, e, next, field);
  };
  return [el("div", {
    class: "choices", role: many ? "group" : "radiogroup", "data-action": e.action_id, "data-block": block, "data-key": `choices ${block} ${e.action_id}`,
    "aria-label": field.labelledBy ? null : field.label || (many ? "Options" : "One of these"), "aria-labelledby": field.labelledBy || null,
    "aria-describedby": field.describedBy || null, "aria-invalid": !many && field.invalid ? "true" : null, "aria-required": !many && field.required ? "true" : null,
  }, (e.options || []).map((o, i) => {
    const id = `${group}-${i}`;
    return el("label", { class: "choice", "data-key": o.value },
      el("input", {
        type: many ? "checkbox" : "radio", name: group, class: "choice-box", value: o.value, live: { checked: isOn(o) },
        "data-focus": `choice ${block} ${e.action_id} ${o.value}`, "aria-describedby": o.description ? id : null,
        "aria-invalid": many && field.invalid && i === 0 ? "true" : null,
        on: { change: (event) => change(o, event.currentTarget.checked) },
      }),
      el("span", { class: "choice-words" },
        el("span", { class: "choice-label" }, textObject(o.text, surface.view)),
        o.description && el("span", { class: "choice-detail", id, "aria-hidden": "true" }, textObject(o.description, surface.view))));
  })), problem(surface, block, e)];
}
