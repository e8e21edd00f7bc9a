// The panel that moves the clock, makes things fail, and kills the bot.

import { byId, el, fill, keepFocus } from "./dom.js";
import { icon } from "./icons.js";
import { announce } from "./announce.js";
import { exactly, timeOfDay } from "./dates.js";
import { act, lab } from "./sandbox.js";

const steps = [[60, "1 min"], [600, "10 min"], [3600, "1 hour"]];

/** showControls shows the panel. view is the person who reads. */
export function showControls(view) {
  const { state } = lab;
  if (!state) return;
  const sign = JSON.stringify([state, lab.busy, lab.problem, view.zone, Math.floor(view.now() / 1000)]);
  const place = byId("controls-body");
  if (place.sign === sign) return;
  place.sign = sign;
  keepFocus(place, () => fill(place, clock(state, view), faults(state), bot(state), lab.problem && el("p", { class: "button-error", role: "alert" }, icon("warn"), el("span", { text: lab.problem }))));
}

function button(name, words, props, run) {
  const busy = lab.busy === name;
  return el("button", {
    type: "button", "data-control": name, "data-focus": name, "aria-disabled": lab.busy ? "true" : null, "aria-busy": busy ? "true" : null, ...props,
    class: ["button", "button-tool", props.class].filter(Boolean).join(" "), on: { click: () => !lab.busy && run() },
  }, words, busy && el("span", { class: "spinner" }));
}

/** secondsTo is how far the clock must go so that a deadline has passed. */
export const secondsTo = (deadline, now) => Math.max(1, Math.ceil((deadline.at - now) / 1000) + 1);

function clock(state, view) {
  const now = view.now();
  const next = [...(state.next || [])].sort((a, b) => a.at - b.at);
  const move = async (seconds, name) => {
    if (await act("/sandbox/clock", { seconds }, name)) announce(`The clock went on by ${span(seconds)}`);
  };
  return el("section", { class: "control", "aria-labelledby": "clock-title", "data-key": "clock" },
    el("h3", { id: "clock-title", text: "Clock" }),
    el("p", { class: "clock-now" },
      el("time", { class: "clock-time", datetime: new Date(now).toISOString(), title: exactly(now, view.zone), text: timeOfDay(now, view.zone) }),
      el("span", { class: "clock-ahead", text: state.ahead ? `${span(state.ahead)} ahead of the real time` : "as the real time" })),
    el("div", { class: "control-row", role: "group", "aria-label": "Move the clock on" },
      steps.map(([seconds, words]) => button(`clock-${seconds}`, "+ " + words, {}, () => move(seconds, `clock-${seconds}`))),
      button("clock-next", "To the next deadline", { "aria-disabled": next.length === 0 || lab.busy ? "true" : null }, () => next.length && move(secondsTo(next[0], now), "clock-next"))),
    next.length === 0
      ? el("p", { class: "control-none", text: "Nothing is waiting for the clock." })
      : el("ol", { class: "deadlines", "aria-label": "Next deadlines" }, next.slice(0, 6).map((d) => el("li", { class: "deadline", "data-key": `${d.request} ${d.what}`, "data-deadline": d.request },
        el("time", { datetime: new Date(d.at).toISOString(), title: exactly(d.at, view.zone), text: timeOfDay(d.at, view.zone) }),
        el("span", { class: "deadline-what" }, el("b", { text: d.request }), ` ${d.what}`),
        el("span", { class: "deadline-in", text: d.at > now ? `in ${span((d.at - now) / 1000)}` : "due" })))));
}

function faults(state) {
  return el("section", { class: "control", "aria-labelledby": "faults-title", "data-key": "faults" },
    el("h3", { id: "faults-title", text: "Faults" }),
    el("ul", { class: "switches" }, (state.faults || []).map((f) => el("li", { "data-key": f.name },
      el("button", {
        type: "button", class: "switch", role: "switch", "aria-checked": String(f.on), "data-fault": f.name, "data-focus": "fault " + f.name, "aria-describedby": f.says ? `fault-${f.name}` : null,
        "aria-disabled": lab.busy ? "true" : null, on: { click: async () => {
          if (await act("/sandbox/fault", { name: f.name, on: !f.on }, "fault " + f.name)) announce(`${f.title}: ${f.on ? "off" : "on"}`);
        } },
      }, el("span", { class: "switch-words", text: f.title }), el("span", { class: "switch-track", "aria-hidden": "true" }, el("span", { class: "switch-knob" }))),
      f.says && el("p", { class: "switch-says", id: `fault-${f.name}`, text: f.says })))));
}

function bot(state) {
  const starts = state.starts === 1 ? "Started once" : `Started ${state.starts} times`;
  return el("section", { class: "control", "aria-labelledby": "bot-title", "data-key": "bot" },
    el("h3", { id: "bot-title", text: "passcodebot" }),
    el("p", { class: "bot-state", role: "status", "data-running": String(state.running) },
      el("span", { class: "lamp" + (state.running ? " lamp-on" : "") }),
      el("span", { text: `${state.running ? "Running" : state.killed ? "Killed" : "Starting"}. ${starts}.` })),
    el("p", { class: "switch-says", text: "Killed as by a power cut, with no time to finish. Started again, it goes on where it was." }),
    el("div", { class: "control-row" }, state.running
      ? button("kill", "Kill it", { class: "button-danger", "data-focus": "life" }, () => act("/sandbox/kill", {}, "kill"))
      : button("start", "Start it again", { class: "button-primary", "data-focus": "life" }, () => act("/sandbox/start", {}, "start"))));
}

/** span says a length of time in words, in its two largest units. */
export function span(seconds) {
  const s = Math.round(seconds);
  const parts = [[Math.floor(s / 86400), "d"], [Math.floor(s / 3600) % 24, "h"], [Math.floor(s / 60) % 60, "min"], [s % 60, "s"]];
  const first = parts.findIndex(([n]) => n > 0);
  if (first < 0) return "0 s";
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(" ");
}
