// Where a person goes: another channel, a thread, or into somebody else's place.

import { byId } from "./dom.js";
import { announce } from "./announce.js";
import { nameOf } from "./avatar.js";
import { front } from "./panels.js";
import * as reading from "./reading.js";
import { address, here, home, known, now, reader, refreshSlack, world } from "./world.js";

const lastPlace = new Map(); // by person: the channel in which they were

/** become makes the page another person's. */
export function become(id) {
  if (id === now.me || !reader.person(id)) return undefined;
  lastPlace.set(now.me, now.channel);
  // App Home is everybody's own, and stays open.
  const channel = now.channel === home ? home : lastPlace.get(id) || now.channel;
  Object.assign(now, { me: id, channel, thread: "" });
  world.own();
  announce(`You are ${nameOf(reader.person(id))}`);
  return refreshSlack().then(() => {
    // What had the focus may be nothing of this person's.
    if (document.activeElement === document.body) byId("channel-name").focus({ preventScroll: true });
  });
}

/** go goes to a channel, or to App Home. */
export function go(channel) {
  front("chat");
  if (channel === now.channel) return undefined;
  Object.assign(now, { channel, thread: "" });
  world.own();
  return refreshSlack();
}

/** openThread opens the thread of a message. */
export async function openThread(ts) {
  now.thread = ts;
  await refreshSlack();
  front("thread");
  byId("thread-title").focus();
}

/** closeThread closes it, and goes back to its message. */
export function closeThread() {
  const ts = here.thread;
  now.thread = "";
  here.thread = "";
  known.replies = [];
  address();
  world.show();
  const back = document.querySelector(`#messages [data-message="${CSS.escape(ts)}"] :is([data-thread], [data-reply])`);
  (back || byId("channel-name")).focus();
}

/** dismiss hides a message that only this person sees. */
export function dismiss(m) {
  reading.dismiss(here.me, here.channel, m.ts);
  world.show();
  byId("timeline").focus({ preventScroll: true });
}

/** markRead notes that what is on the screen has been read. */
export function markRead() {
  const c = reader.channel(here.channel);
  const newest = known.messages.reduce((ts, m) => (m.ts > ts ? m.ts : ts), c?.last_ts || "");
  if (c && newest) reading.mark(here.me, c.id, newest);
}

window.addEventListener("hashchange", () => {
  const [channel, thread = ""] = location.hash.slice(1).split("/");
  if (channel === now.channel && thread === now.thread) return;
  Object.assign(now, { channel, thread });
  refreshSlack();
});
