// A list of messages: days, groups of one author, what is new, and a
// position that stays while messages come.

import { el, fill, keyed } from "./dom.js";
import { plain } from "./richtext.js";
import { announce } from "./announce.js";
import { nameOf } from "./avatar.js";
import { dayName, dayNumber, dateText } from "./dates.js";
import { doingsOf } from "./doing.js";
import { signOf } from "./form.js";
import { authorOf, fillMessage, instantOf, surfaceOf } from "./message.js";

const together = 5 * 60 * 1000; // messages of one author that stand closer than this have one head

/**
 * createTimeline shows messages in list, inside scroll. acts are
 * {openThread(m), dismiss(m), redraw(), more(m, whose, id)}; latest is the button that leads to
 * messages below the fold, or null.
 */
export function createTimeline({ list, scroll, latest, acts }) {
  let place = ""; // whose and which list it shows
  let seen = new Set();
  let stuck = true; // the reader is at the end of the list

  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
    stuck = true;
    if (latest) latest.hidden = true;
  };
  if (latest) {
    latest.addEventListener("click", () => {
      toEnd();
      scroll.focus();
    });
    scroll.addEventListener("scroll", () => {
      if (atEnd()) latest.hidden = true;
    });
  }
  // A list that is at its end stays there when its room or its messages
  // change. Only a scroll without such a change is the reader's own.
  let room = "";
  const measure = () => `${scroll.clientHeight} ${scroll.scrollHeight}`;
  scroll.addEventListener("scroll", () => {
    if (measure() === room) stuck = atEnd();
  });
  const settle = new ResizeObserver(() => {
    if (stuck) toEnd();
    room = measure();
  });
  settle.observe(scroll);
  settle.observe(list);

  /**
   * show renders messages of a channel. Above the message firstUnread it says
   * "New". divide is the count of replies below a thread's first message, or
   * null.
   */
  function show({ messages, channel, key, view, firstUnread = "", divide = null, empty = "" }) {
    const fresh = key !== place;
    const stay = !fresh && !stuck;
    place = key;
    const items = arrange(messages, view, firstUnread, divide);
    if (items.length === 0 && empty) items.push({ kind: "empty", key: "empty", text: empty });
    const day = dayNumber(view.now(), view.zone);
    keyed(list, items, {
      key: (item) => key + " " + item.key,
      sign: (item) => (item.kind === "message"
        ? JSON.stringify([item.m, item.compact]) + view.signature + day + busyWith(item.m, channel, view)
        : JSON.stringify(item)),
      make: (item) => el("li", item.kind === "message" ? { class: "message" } : {}),
      show(li, item) {
        if (item.kind !== "message") {
          li.className = "timeline-" + item.kind;
          fill(li, el("span", { text: item.text }));
          return;
        }
        fillMessage(li, item, channel, view, {
          id: list.id,
          redraw: acts.redraw,
          more: (m, whose) => acts.more?.(m, whose, list.id),
          dismiss: () => acts.dismiss(item.m),
          openThread: acts.openThread && (() => acts.openThread(item.m)),
        });
      },
    });

    const newest = messages.filter((m) => !seen.has(m.ts + m.user));
    if (fresh) seen = new Set();
    for (const m of messages) seen.add(m.ts + m.user);
    if (fresh) toEnd();
    else if (newest.length > 0) {
      for (const m of newest) announce(spoken(m, view));
      if (!stay) toEnd();
      else if (newest.some((m) => m.user === view.me)) toEnd();
      else if (latest) latest.hidden = false;
    } else if (!stay) toEnd();
  }

  return { show };
}

/** busyWith is what somebody has typed in a message and what its elements do. */
function busyWith(m, channel, view) {
  const { key } = surfaceOf(m, channel, view);
  return doingsOf(key) + signOf(key);
}

/** spoken is a message in one sentence; its text says what its blocks say. */
function spoken(m, view) {
  const text = plain(m.text || "")
    .replace(/<@([UW][A-Z0-9]*)(?:\|[^>]*)?>/g, (_, id) => "@" + nameOf(view.person(id) || { id }))
    .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (_, id) => "@" + (view.group(id)?.handle || id))
    .replace(/<!date\^(\d+)\^([^|^>]*)[^|>]*\|?([^>]*)>/g, (_, unix, tokens, fallback) => dateText(Number(unix), tokens, { zone: view.zone, now: view.now(), locale: view.locale }) || fallback)
    .replace(/<[^|>]*\|([^>]*)>/g, "$1");
  return `${nameOf(authorOf(m, view))}${m.ephemeral ? ", only visible to you" : ""}: ${text.slice(0, 300)}`;
}

function arrange(messages, view, firstUnread, divide) {
  const items = [];
  let before = null;
  messages.forEach((m, i) => {
    const at = instantOf(m);
    const day = dayNumber(at, view.zone);
    if (divide === null && (!before || dayNumber(instantOf(before), view.zone) !== day)) {
      items.push({ kind: "day", key: "day " + day, text: dayName(at, view.zone, view.now()) });
      before = null;
    }
    if (m.ts === firstUnread) {
      items.push({ kind: "new", key: "new", text: "New" });
      before = null;
    }
    const compact = Boolean(before && before.user === m.user && !before.ephemeral && !m.ephemeral && at - instantOf(before) < together);
    items.push({ kind: "message", key: m.ts + (m.ephemeral ? " e" : ""), m, compact });
    before = m;
    if (divide !== null && i === 0) {
      if (divide > 0) items.push({ kind: "replies", key: "replies", text: divide === 1 ? "1 reply" : `${divide} replies` });
      before = null;
    }
  });
  return items;
}
