// The workspace: who one can be, and where one can go.

import { byId, el, fill, keyed, setText } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, nameOf } from "./avatar.js";
import { zoneName } from "./dates.js";
import { appOf, peopleIn } from "./reader.js";
import { home } from "./world.js";
import { isUnread } from "./reading.js";

/** groupsOf are the handles of a person's groups. */
const groupsOf = (slack, id) => slack.groups.filter((g) => g.members?.includes(id)).map((g) => "@" + g.handle);

/** roleOf is what a person is here, in words. */
export function roleOf(slack, person) {
  const words = [person.title, ...groupsOf(slack, person.id)].filter(Boolean);
  if (person.guest && !/guest/i.test(person.title || "")) words.push("Guest");
  return words.join(" · ") || "Member";
}

/** presence shows whether somebody is there. */
function presence(p) {
  const away = p.presence === "away";
  return el("span", { class: "presence" + (away ? " presence-away" : "") }, el("span", { class: "unseen", text: away ? ", away" : ", active" }));
}

/** showSidebar shows the workspace as person me sees it. */
export function showSidebar({ slack, me, channel, become, go }) {
  setText(byId("workspace"), slack.team.name);
  keyed(byId("people"), peopleIn(slack).map((p, i) => ({ p, i })), {
    key: ({ p }) => p.id,
    sign: ({ p, i }) => JSON.stringify([p, i, p.id === me, roleOf(slack, p)]),
    make: () => el("li"),
    show: (li, { p, i }) => fill(li, el("button", {
      type: "button", class: "row person", "data-person": p.id, "data-focus": "person", "aria-pressed": String(p.id === me),
      "aria-keyshortcuts": i < 9 ? `Alt+${i + 1}` : null, title: i < 9 ? `Alt+${i + 1} · ${zoneName(p.tz)}` : zoneName(p.tz),
      on: { click: () => become(p.id) },
    },
    avatar(p, "small"),
    el("span", { class: "person-words" },
      el("span", { class: "person-name" }, nameOf(p), p.presence && presence(p)),
      el("span", { class: "person-role", text: roleOf(slack, p) })),
    i < 9 && el("kbd", { "aria-hidden": "true", text: String(i + 1) }))),
  });

  const places = slack.channels.map((c) => ({ c, unread: c.id !== channel && isUnread(me, c), current: c.id === channel }));
  const list = (parent, shown) => keyed(parent, shown, {
    key: ({ c }) => c.id,
    sign: (item) => JSON.stringify(item),
    make: () => el("li"),
    show: (li, { c, unread, current }) => fill(li, el("button", {
      type: "button", class: "row channel" + (unread ? " unread" : ""), "data-channel": c.id, "data-focus": "channel",
      "data-unread": unread, "aria-current": current ? "true" : null, on: { click: () => go(c.id) },
    },
    c.dm ? avatar({ id: c.id, name: c.name, bot: true }, "tiny") : icon(c.private ? "lock" : "hash"),
    el("span", { class: "channel-word", text: c.name }),
    c.private && el("span", { class: "unseen", text: ", private" }),
    unread && el("span", { class: "unread-mark" }, el("span", { class: "unseen", text: ", unread" })))),
  });
  list(byId("channels"), places.filter(({ c }) => !c.dm));
  const directs = places.filter(({ c }) => c.dm);
  byId("directs-section").hidden = directs.length === 0;
  list(byId("directs"), directs);
  byId("apps-section").hidden = !slack.home;
  const app = appOf(slack);
  keyed(byId("apps"), slack.home ? [app] : [], {
    key: () => home,
    sign: () => JSON.stringify([app, channel === home]),
    make: () => el("li"),
    show: (li) => fill(li, el("button", {
      type: "button", class: "row channel", "data-home": true, "data-focus": "channel", "aria-current": channel === home ? "true" : null, on: { click: () => go(home) },
    }, avatar(app, "tiny"), el("span", { class: "channel-word", text: nameOf(app) }), el("span", { class: "row-kind", text: "Home" }))),
  });
}
