// Shows one message.

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, nameOf } from "./avatar.js";
import { mrkdwn } from "./richtext.js";
import { blocks } from "./blocks.js";
import { dateText, exactly, timeOfDay } from "./dates.js";

/** instantOf is when a message was posted, in ms. */
export const instantOf = (m) => m.at || Math.floor(Number(m.ts) * 1000);

/** authorOf is who wrote it. */
export const authorOf = (m, view) => view.person(m.user) || { id: m.user || "Slack", name: m.user || "Slack" };

/** surfaceOf is message m as a holder of blocks; id tells its places on the page apart. */
export const surfaceOf = (m, channel, view, redraw, id = "m") => ({
  kind: "message", key: [view.me, channel, m.ts].join(" "), id: `${id}-${m.ts.replace(/\W/g, "-")}`, as: view.me,
  where: { channel, ts: m.ts }, blocks: m.blocks, state: m.state?.values, view, redraw,
});

/**
 * fillMessage puts message m into li. acts are {openThread, dismiss, redraw,
 * more}; without openThread the message stands in its thread already. more(m)
 * makes the menu of what else can be done with it, or gives null. With picture
 * its blocks are dead.
 */
export function fillMessage(li, { m, compact }, channel, view, acts) {
  const author = authorOf(m, view);
  const at = instantOf(m);
  const classes = ["message"];
  if (compact) classes.push("message-compact");
  if (m.ephemeral) classes.push("message-ephemeral");
  if (li.className !== classes.join(" ")) li.className = classes.join(" ");
  li.dataset.message = m.ts;
  if (m.ephemeral) li.dataset.ephemeral = "";

  const time = el("time", {
    class: "message-time", datetime: new Date(at).toISOString(), title: exactly(at, view.zone), text: timeOfDay(at, view.zone),
  });
  const head = el("div", { class: "message-head" },
    el("span", { class: "message-author", text: nameOf(author) }),
    author.bot && el("span", { class: "tag", text: "APP" }),
    author.guest && el("span", { class: "tag", text: "GUEST" }),
    time);
  const body = el("div", { class: "message-body" });
  if (m.deleted) {
    body.append(el("i", { class: "message-deleted", text: "This message was deleted." }));
  } else if (Array.isArray(m.blocks) && m.blocks.length > 0) {
    const surface = surfaceOf(m, channel, view, acts.redraw, acts.id);
    body.append(...blocks(acts.picture ? { ...surface, kind: "picture" } : surface));
  } else {
    body.append(mrkdwn(m.text || "", view));
  }
  if (m.files?.length) body.append(files(m.files, view));
  if (m.edited) (body.querySelector(":scope > .words:last-child") || body).append(" ", el("span", { class: "edited", text: "(edited)" }));

  fill(
    li,
    el("div", { class: "message-gutter" }, compact ? shortened(time) : avatar(author)),
    el("div", { class: "message-main" },
      m.ephemeral && el("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      compact ? el("span", { class: "unseen", text: nameOf(author) + ": " }) : head,
      body,
      m.ephemeral && el("button", { type: "button", class: "link dismiss", "data-dismiss": true, "data-focus": "dismiss", on: { click: acts.dismiss }, text: "Dismiss message" }),
      acts.openThread && m.replies > 0 && summary(m, view, acts.openThread)),
    !m.ephemeral && tools(m, `${nameOf(author)}, ${timeOfDay(at, view.zone)}`, acts));
}

/** tools are what one can do with a message. */
function tools(m, whose, { openThread, more }) {
  const menu = more?.(m, whose);
  return (openThread || menu) && el("div", { class: "message-tools" },
    openThread && el("button", {
      type: "button", class: "tool", "data-reply": true, "data-focus": "reply", title: "Reply in thread", "aria-label": `Reply in thread to ${whose}`, on: { click: openThread },
    }, icon("reply")),
    menu);
}

/** files are what was uploaded with a message. */
function files(list, view) {
  return el("ul", { class: "files", "aria-label": "Files" }, list.map((f) => el("li", {}, el("a", {
    class: "file", href: "/slack/file?" + new URLSearchParams({ as: view.me, id: f.id }), download: f.name || true, "data-file": f.id,
  }, el("span", { class: "file-picture" }, icon("file")), el("span", { class: "file-words" },
    el("span", { class: "file-name", text: f.title || f.name || f.id }), el("span", { class: "file-kind", text: `${(f.filetype || "file").toUpperCase()} · ${size(f.size)}` }))))));
}

const size = (n) => (n >= 1024 ? `${Math.round(n / 1024)} KB` : `${n || 0} bytes`);

/** shortened leaves out AM and PM, for which the gutter has no room. */
function shortened(time) {
  time.textContent = time.textContent.split(" ")[0];
  return time;
}

function summary(m, view, openThread) {
  const replies = m.replies === 1 ? "1 reply" : `${m.replies} replies`;
  const last = m.last_reply
    ? dateText(Number(m.last_reply), "{date_short_pretty} at {time}", { zone: view.zone, now: view.now() }).replace(/^T/, "t").replace(/^Y/, "y")
    : "";
  return el("button", { type: "button", class: "thread-summary", "data-thread": m.ts, "data-focus": "thread", on: { click: openThread } },
    el("b", { text: replies }),
    last && el("span", { class: "thread-last", text: `Last reply ${last}` }),
    el("span", { class: "thread-open", text: "View thread" }));
}
