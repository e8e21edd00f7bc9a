// What the app sent that Slack would refuse, with its error, and how it
// would have looked.

import { byId, el, fill, keyed, setText } from "./dom.js";
import { icon } from "./icons.js";
import { blocks } from "./blocks.js";
import { exactly, timeOfDay } from "./dates.js";

/** showRefused shows the refused calls, newest first. */
export function showRefused(list, view) {
  const items = list.map((r, i) => ({ r, i })).reverse();
  setText(byId("refused-count"), list.length === 1 ? "1 call" : `${list.length} calls`);
  keyed(byId("refused-list"), items, {
    key: ({ r, i }) => `${r.at} ${r.method} ${i}`,
    sign: ({ r }) => JSON.stringify(r) + view.signature,
    make: () => el("li", { class: "refused" }),
    show: (li, { r, i }) => fill(li, ...refused(r, i, view)),
  });
}

function refused(r, i, view) {
  const at = typeof r.at === "number" ? r.at : Date.parse(r.at);
  const body = typeof r.body === "string" ? read(r.body) : r.body;
  const list = Array.isArray(body) ? body : body?.blocks;
  return [
    el("p", { class: "refused-head" }, icon("warn"), el("code", { text: r.method }), el("time", { datetime: new Date(at).toISOString(), title: exactly(at, view.zone), text: timeOfDay(at, view.zone) })),
    el("p", { class: "refused-error" }, "Slack would refuse this: ", el("code", { text: r.error })),
    r.detail?.length > 0 && el("ul", { class: "refused-detail" }, r.detail.map((d) => el("li", { text: String(d).replace(/^\[ERROR\] /, "") }))),
    Array.isArray(list) && list.length > 0 && el("div", { class: "refused-body", inert: true }, picture(list, i, view)),
  ];
}

/** picture shows blocks that may be anything. */
function picture(list, i, view) {
  try {
    return blocks({ kind: "picture", key: `refused ${i}`, id: `refused-${i}`, as: view.me, where: {}, blocks: list.filter((b) => b && typeof b === "object"), view, redraw() {} });
  } catch {
    return el("p", { class: "block-unknown", text: "It can't be shown." });
  }
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
