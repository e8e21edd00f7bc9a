// On a narrow screen one panel is seen at a time. On a wider one, the panels
// of the right side share it: the devices, the controls, the log, what Slack
// would refuse, and, where there is no room for a column of its own, the thread.

import { byId, el, fill, keyed } from "./dom.js";
import { icon } from "./icons.js";

const panels = [
  { name: "sidebar", words: "People", picture: "people" },
  { name: "chat", words: "Channel", picture: "hash" },
  { name: "thread", words: "Thread", picture: "reply" },
  { name: "fleet", words: "Devices", picture: "phone", side: true },
  { name: "controls", words: "Controls", picture: "queued", side: true },
  { name: "audit", words: "Audit", picture: "chain", side: true },
  { name: "refused", words: "Refused", picture: "warn", side: true },
];
const narrow = matchMedia("(max-width: 899px)");
const wide = matchMedia("(min-width: 1440px)");
const there = new Map([["sidebar", true], ["chat", true]]); // by name: whether the panel can be shown
const counts = new Map();

/** have tells whether there is anything to show in a panel, and how much. */
export function have(name, has, count = 0) {
  if (there.get(name) === has && counts.get(name) === count) return;
  there.set(name, has);
  counts.set(name, count);
  if (!has && byId("app").dataset.panel === name) byId("app").dataset.panel = "chat";
  draw();
}

/** front brings a panel to the front. */
export function front(name) {
  const { dataset } = byId("app");
  dataset.panel = name;
  if (panels.find((p) => p.name === name)?.side) {
    dataset.side = name;
    dataset.right = name;
  } else if (name === "thread") dataset.right = name;
  draw();
}

/** threadOpen tells the layout whether a thread is open. */
export function threadOpen(open) {
  const app = byId("app");
  const was = app.hasAttribute("data-thread-open");
  app.toggleAttribute("data-thread-open", open);
  if (!open && app.dataset.panel === "thread") app.dataset.panel = "chat";
  if (open && !was) app.dataset.right = "thread";
  have("thread", open);
}

function draw() {
  const app = byId("app");
  const sides = panels.filter((p) => p.side && there.get(p.name));
  if (sides.length > 0 && !there.get(app.dataset.side)) app.dataset.side = sides[0].name;
  if (app.dataset.right !== "thread" || !there.get("thread")) app.dataset.right = app.dataset.side;
  app.toggleAttribute("data-no-side", sides.length === 0);
  for (const p of panels) if (p.side || p.name === "thread") byId(p.name).hidden = !there.get(p.name);

  const shown = panels.filter((p) => there.get(p.name) && (narrow.matches || p.side || (p.name === "thread" && !wide.matches)));
  const current = narrow.matches ? app.dataset.panel : wide.matches ? app.dataset.side : app.dataset.right;
  byId("panels").hidden = shown.length < 2;
  keyed(byId("panels"), shown, {
    key: (p) => p.name,
    sign: (p) => JSON.stringify([p.name === current, counts.get(p.name)]),
    make: (p) => el("button", { type: "button", "data-panel": p.name, class: "panel-tab panel-" + p.name, on: { click: () => front(p.name) } }),
    show: (node, p) => {
      fill(node, icon(p.picture), el("span", { text: p.words }), counts.get(p.name) > 0 && el("span", { class: "panel-count", text: String(counts.get(p.name)) }));
      if (p.name === current) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    },
  });
}

narrow.addEventListener("change", draw);
wide.addEventListener("change", draw);
