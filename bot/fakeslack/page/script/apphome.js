// App Home: what the app shows to one person, as a tab of its own.

import { byId, el, fill, keepFocus } from "./dom.js";
import { blocks } from "./blocks.js";
import { tidy } from "./form.js";
import { nameOf } from "./avatar.js";
import { appOf } from "./reader.js";
import { home } from "./world.js";

let hash = "";

/** surfaceOfHome is a person's App Home as a holder of blocks. */
export const surfaceOfHome = (v, me, view, redraw) => ({
  kind: "home", key: [me, "home"].join(" "), id: "home", as: me, where: { home: true }, blocks: v.blocks, state: v.state?.values, view, redraw,
});

/** showHome shows it; v is null where the app has published none yet. */
export function showHome(v, { me, view, redraw }) {
  const place = byId("home-body");
  const surface = v && surfaceOfHome(v, me, view, redraw);
  if (v && v.hash !== hash) tidy(surface);
  hash = v?.hash || "";
  keepFocus(place, () => fill(place, v
    ? el("div", { class: "home-blocks", "data-key": me }, blocks(surface))
    : el("p", { class: "home-none", text: "Nothing here yet. The app has not shown its home to this person." })));
}

/** showTabs shows Home and Messages above the app's places. */
export function showTabs(slack, channel, go) {
  const direct = slack.channels.find((c) => c.dm);
  const there = slack.home && (channel === home || channel === direct?.id);
  const place = byId("app-tabs");
  place.hidden = !there;
  place.setAttribute("aria-label", nameOf(appOf(slack)));
  const tab = (id, words, attribute) => el("button", {
    type: "button", class: "app-tab", "data-focus": words, [attribute]: true, "aria-current": channel === id ? "page" : null, on: { click: () => go(id) }, text: words,
  });
  fill(place, there && [tab(home, "Home", "data-tab-home"), direct && tab(direct.id, "Messages", "data-tab-messages")]);
}
