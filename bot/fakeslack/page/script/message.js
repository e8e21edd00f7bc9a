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

/**
 * fillMessage puts message m into li. acts are {openThread, dismiss, redraw};
 * without openThread the message stands in its thread already.
 */
export function fillMessage(li, { m, compact }, channel, view, acts) {
  const author = authorOf(m, view);
  const at = instantOf(m);
  const classes = ["message"];
  if (compact) classes.push("message-compact");
  if (m.ephemeral) classes.push("message-ephemeral");
  li.className = classes.join(" ");
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
    body.append(...blocks(m.blocks, { as: view.me, channel, ts: m.ts }, view, acts.redraw));
  } else {
    body.append(mrkdwn(m.text || "", view));
  }
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
    ...(acts.openThread && !m.ephemeral
      ? [el("div", { class: "message-tools" }, el("button", {
        type: "button", class: "tool", "data-reply": true, "data-focus": "reply", title: "Reply in thread",
        "aria-label": `Reply in thread to ${nameOf(author)}, ${timeOfDay(at, view.zone)}`, on: { click: acts.openThread },
      }, icon("reply")))]
      : []));
}

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
