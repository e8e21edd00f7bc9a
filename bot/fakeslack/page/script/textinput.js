// Fields to type in.

import { el } from "./dom.js";
import { perform, problem } from "./doing.js";
import { setValue, valueOf } from "./form.js";
import { plain } from "./richtext.js";

const pauses = new Map(); // by field: a timer, while somebody is typing
const pause = 400;

/** textInput shows a plain_text_input or one of its relatives. See choices.js for field. */
export function textInput(e, block, surface, field) {
  const value = valueOf(surface, block, e);
  const most = e.max_length;
  const id = `${surface.id}-${block}-${e.action_id}`.replace(/[^\w-]/g, "_");
  const triggers = field.tells ? e.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"] : [];
  const tell = () => perform(surface, block, e, { value: valueOf(surface, block, e) });
  const typed = (event) => {
    setValue(surface, block, e, event.currentTarget.value);
    count(event.currentTarget);
    if (!triggers.includes("on_character_entered")) return;
    clearTimeout(pauses.get(id));
    pauses.set(id, setTimeout(tell, pause));
  };
  const left = most - [...value].length;
  const counter = most && el("span", { class: "counter" + (left < 0 ? " counter-over" : ""), id: id + "-count" },
    el("span", { class: "unseen", text: "Characters left: " }), el("span", { class: "counter-left", text: String(left) }));
  const multi = e.multiline === true && e.type === "plain_text_input";
  return [el("div", { class: "typing", "data-key": `text ${block} ${e.action_id}` }, el(multi ? "textarea" : "input", {
    id: field.id || id, class: "field" + (multi ? " field-multi" : ""), type: multi ? null : { email_text_input: "email", url_text_input: "url" }[e.type] || "text",
    inputmode: e.type === "number_input" ? "decimal" : null,
    rows: multi ? "4" : null, placeholder: plain(e.placeholder?.text || "") || null, autocomplete: "off", live: { value },
    "aria-label": field.labelledBy ? null : field.label || "Text", "aria-labelledby": field.labelledBy || null,
    "aria-describedby": [field.describedBy, most && id + "-count"].filter(Boolean).join(" ") || null, "aria-invalid": field.invalid ? "true" : null,
    "aria-required": field.required ? "true" : null, "data-action": e.action_id, "data-block": block, "data-focus": `text ${block} ${e.action_id}`,
    "data-most": most || null,
    on: {
      input: typed,
      keydown: (event) => {
        if (event.key !== "Enter" || event.isComposing || multi || !triggers.includes("on_enter_pressed")) return;
        event.preventDefault(); // it would submit the modal
        event.currentTarget.taken = true; // which programs that type do nevertheless
        tell();
      },
      keyup: (event) => {
        event.currentTarget.taken = false;
      },
    },
  }), counter), problem(surface, block, e)];
}

function count(input) {
  const most = Number(input.dataset.most);
  const counter = input.parentElement.querySelector(".counter");
  if (!counter) return;
  const left = most - [...input.value].length;
  counter.querySelector(".counter-left").textContent = String(left);
  counter.classList.toggle("counter-over", left < 0);
}
