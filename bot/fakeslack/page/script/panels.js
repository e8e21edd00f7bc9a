// On a narrow screen one panel is seen at a time; on a wider one, the thread
// and the devices share the right side.

import { byId, el, keyed } from "./dom.js";
import { icon } from "./icons.js";

const panels = [
  { name: "sidebar", words: "Workspace", picture: "people" },
  { name: "chat", words: "Channel", picture: "hash" },
  { name: "thread", words: "Thread", picture: "reply" },
  { name: "fleet", words: "Devices", picture: "phone" },
];

let fleet = true;

/** withFleet tells whether there are devices to show. */
export function withFleet(there) {
  fleet = there;
  byId("app").toggleAttribute("data-no-fleet", !there);
  byId("fleet").hidden = !there;
  draw();
}

/** front brings a panel to the front. */
export function front(name) {
  byId("app").dataset.panel = name;
  draw();
}

/** threadOpen tells the layout whether a thread is open. */
export function threadOpen(open) {
  byId("thread").hidden = !open;
  byId("app").toggleAttribute("data-thread-open", open);
  if (!open && byId("app").dataset.panel === "thread") byId("app").dataset.panel = "chat";
  draw();
}

function draw() {
  const app = byId("app");
  const open = app.hasAttribute("data-thread-open");
  const current = app.dataset.panel;
  keyed(byId("panels"), panels.filter((p) => (p.name !== "thread" || open) && (p.name !== "fleet" || fleet)), {
    key: (p) => p.name,
    sign: (p) => String(p.name === current),
    make: (p) => el("button", { type: "button", "data-panel": p.name, class: "panel-tab panel-" + p.name, on: { click: () => front(p.name) } }, icon(p.picture), el("span", { text: p.words })),
    show: (node, p) => {
      if (p.name === current) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    },
  });
}
