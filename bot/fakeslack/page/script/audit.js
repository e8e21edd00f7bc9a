// The audit log as a chain: each event holds the hash of the one before.

import { byId, el, fill, keepFocus, keyed, setText } from "./dom.js";
import { icon } from "./icons.js";
import { announce } from "./announce.js";
import { nameOf } from "./avatar.js";
import { exactly, timeOfDay } from "./dates.js";
import { act, lab } from "./sandbox.js";

/** showAudit shows the log, newest first. view is the person who reads. */
export function showAudit(view) {
  if (!lab.state) return;
  head();
  const events = [...lab.events].sort((a, b) => b.seq - a.seq);
  byId("audit-none").hidden = events.length > 0;
  setText(byId("audit-count"), lab.total > events.length ? `The newest ${events.length} of ${lab.total} events. Each holds the hash of the one before.` : "Each event holds the hash of the one before.");
  byId("audit-list").hidden = events.length === 0;
  const before = new Map(events.map((e) => [e.hash, e.seq]));
  keyed(byId("audit-list"), events, {
    key: (e) => e.seq,
    sign: (e) => JSON.stringify([e, before.has(e.prev), lab.busy, view.zone, view.signature]),
    make: () => el("li", { class: "event" }),
    show: (li, e) => {
      li.dataset.event = e.seq;
      fill(li, ...event(e, before.get(e.prev), view));
    },
  });
}

function head() {
  const { verdict } = lab;
  const tool = (name, words, run, props = {}) => el("button", {
    type: "button", class: "button button-tool", "data-control": name, "data-focus": name, "aria-disabled": lab.busy ? "true" : null, "aria-busy": lab.busy === name ? "true" : null, ...props, on: { click: run },
  }, words, lab.busy === name && el("span", { class: "spinner" }));
  keepFocus(byId("audit-tools"), () => fill(byId("audit-tools"),
    tool("verify", "Verify the chain", verify),
    tool("mend", lab.tampered > 0 ? `Mend ${lab.tampered} tampered` : "Mend", mend, { "aria-disabled": lab.tampered === 0 || lab.busy ? "true" : null })));
  fill(byId("audit-verdict"), verdict && el("div", { class: "verdict " + (verdict.ok ? "verdict-good" : "verdict-bad"), "data-verdict": verdict.ok ? "ok" : "broken" },
    icon(verdict.ok ? "done" : "warn"),
    el("div", {},
      el("p", { class: "verdict-words", text: verdict.ok ? `The chain is whole: ${count(verdict.checked)} checked.` : `The chain is broken. ${count(verdict.checked)} checked.` }),
      verdict.ok && more(verdict.says).map((line) => el("p", { text: line })),
      verdict.problems?.length > 0 && el("ul", {}, verdict.problems.map((p) => el("li", { text: p }))))),
  lab.problem && el("p", { class: "button-error", role: "alert", text: lab.problem }));
}

/** more is what a check says beyond its first line, which is the verdict itself. */
const more = (says) => (says || "").split("\n").slice(1);

const count = (n) => (n === 1 ? "1 event" : `${n ?? 0} events`);

const short = (hash) => (hash ? hash.slice(0, 10) : "nothing");

function event(e, previous, view) {
  const at = typeof e.at === "number" ? e.at : Date.parse(e.at);
  const actor = view.person(e.actor);
  return [
    el("div", { class: "event-head" },
      el("span", { class: "event-seq", text: `#${e.seq}` }),
      el("span", { class: "event-kind", text: e.kind }),
      e.request && el("span", { class: "event-request", text: e.request }),
      el("time", { datetime: new Date(at).toISOString(), title: exactly(at, view.zone), text: timeOfDay(at, view.zone) })),
    e.text && e.text !== e.kind && el("p", { class: "event-text", text: e.text }),
    (e.actor || actor) && el("p", { class: "event-actor", text: `by ${actor ? nameOf(actor) : e.actor}` }),
    el("p", { class: "event-hashes" },
      el("span", { class: "event-hash", title: e.hash }, el("span", { class: "unseen", text: "hash " }), el("code", { text: short(e.hash) })),
      icon("back"),
      previous
        ? el("button", { type: "button", class: "link hash-link", "data-prev": previous, "data-focus": "prev", title: e.prev, "aria-label": `after event ${previous}, hash ${short(e.prev)}`, on: { click: () => goTo(previous) } }, el("code", { text: short(e.prev) }))
        : el("span", { title: e.prev || "" }, el("span", { class: "unseen", text: "after " }), el("code", { text: e.prev && !/^0*$/.test(e.prev) ? short(e.prev) : "the start" }))),
    el("div", { class: "event-foot" },
      hasData(e) && el("details", { class: "event-data" }, el("summary", { "data-focus": "data" }, "Data", el("span", { class: "unseen", text: ` of event ${e.seq}` })),
        el("pre", { tabindex: "0", role: "group", "aria-label": `Data of event ${e.seq}`, text: typeof e.data === "string" ? e.data : JSON.stringify(e.data, null, 2) })),
      el("button", {
        type: "button", class: "button button-small", "data-tamper": e.seq, "data-focus": "tamper", "aria-label": `Tamper with event ${e.seq}`, "aria-disabled": lab.busy ? "true" : null,
        on: { click: () => tamper(e.seq) },
      }, "Tamper")),
  ];
}

const hasData = (e) => e.data && (typeof e.data === "string" || Object.keys(e.data).length > 0);

/** goTo leads to an event, as a link does. */
function goTo(seq) {
  const li = byId("audit-list").querySelector(`[data-event="${seq}"]`);
  li.tabIndex = -1;
  li.scrollIntoView({ block: "nearest" });
  li.focus();
}

async function verify() {
  const answer = await act("/sandbox/verify", {}, "verify");
  if (!answer) return;
  lab.verdict = answer;
  lab.show();
}

async function tamper(seq) {
  if (!(await act("/sandbox/tamper", { seq }, "tamper"))) return;
  lab.verdict = null;
  lab.show();
  announce(`Event ${seq} was changed in the database. Verify finds it.`);
}

async function mend() {
  if (lab.tampered === 0 || !(await act("/sandbox/mend", {}, "mend"))) return;
  lab.verdict = null;
  lab.show();
  announce("What was tampered with is as it was.");
}
