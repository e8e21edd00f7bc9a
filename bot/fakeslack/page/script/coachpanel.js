// Shows the first minute above the panels. It takes nothing out of reach: all
// else goes on beside it.

import { byId, el, fill, keepFocus } from "./dom.js";
import { icon } from "./icons.js";
import { announce } from "./announce.js";
import { advance, approver, example, leave, progress, restart, stepsNow } from "./coach.js";
import { front } from "./panels.js";
import { known } from "./world.js";

/** showCoach shows how far it has come. acts are {fill(text, as), redraw()}. */
export function showCoach(acts) {
  const place = byId("coach");
  const ended = advance();
  const steps = stepsNow();
  const step = steps[progress.step];
  place.hidden = progress.left || !known.slack?.commands.length;
  if (place.hidden) return;
  if (ended.length > 0) announce(`Done: ${ended.join(", ")}. ${step ? `Step ${progress.step + 1} of ${steps.length}: ${step.title}. ${step.says()}` : "That was the first minute."}`);
  const sign = JSON.stringify([progress, steps.map((s) => s.name), step?.says()]);
  if (place.sign === sign) return;
  place.sign = sign;
  keepFocus(place, () => fill(place,
    el("div", { class: "coach-head" },
      el("h2", { id: "coach-title", tabindex: "-1", text: "First minute" }),
      el("ol", { class: "coach-steps", "aria-label": "Steps" }, steps.map((s, i) => el("li", {
        class: "coach-step" + (i < progress.step ? " coach-done" : i === progress.step ? " coach-now" : ""), "data-step": s.name, "data-done": i < progress.step, "aria-current": i === progress.step ? "step" : null, title: s.title,
      }, i < progress.step ? icon("done") : el("span", { "aria-hidden": "true", text: String(i + 1) }), el("span", { class: "unseen", text: `${s.title}${i < progress.step ? ", done" : ""}` }))))),
    step
      ? el("p", { class: "coach-says" }, el("b", { text: step.title + ". " }), step.says())
      : el("p", { class: "coach-says" }, el("b", { text: "That is the whole job. " }), "Two people, one reset, everything in the log. Try the faults, or tamper with the log and verify it."),
    el("div", { class: "coach-tools" },
      step && el("button", { type: "button", class: "button button-tool", "data-focus": "show", "data-show-me": step.name, on: { click: () => lead(step.name, acts) }, text: "Show me" }),
      !step && el("button", { type: "button", class: "button button-tool", "data-focus": "again", "data-coach-again": true, on: { click: () => startCoach(acts) }, text: "Again" }),
      el("button", {
        type: "button", class: "plain", "data-focus": "leave", "data-leave": true, "aria-label": "Leave the first minute", title: "Leave. The menu of the workspace starts it again.", on: { click: () => {
          leave();
          acts.redraw();
          byId("channel-name").focus();
        } },
      }, icon("close")))));
}

/** startCoach starts the first minute from its beginning. */
export function startCoach(acts) {
  restart();
  acts.redraw();
  byId("coach-title").focus();
}

/** lead brings the person to where a step is done; doing it stays theirs. */
function lead(name, acts) {
  const to = (panel, selector) => {
    front(panel);
    const target = document.querySelector(selector);
    target?.scrollIntoView({ block: "nearest" });
    target?.focus();
  };
  switch (name) {
    case "ask": {
      const e = example();
      if (e) acts.fill(e.text, e.as);
      break;
    }
    case "switch": to("sidebar", `#people [data-person="${approver()?.id}"]`); break;
    case "approve": to("chat", `#messages [data-message="${progress.card}"] .button-primary`); break;
    case "phone": to("fleet", "#devices :is([data-reset='pending'], [data-reset='active'], [data-reset='done']) [data-check-in]"); break;
    case "expire":
      if (progress.second) to("controls", "[data-control='clock-next']");
      else acts.fill(example()?.text || "", example()?.as);
  }
}
