// The page: one person, in one channel, beside the fleet. It holds what the
// sandbox last said and shows it again after each change.

import { byId, setText } from "./dom.js";
import { icon } from "./icons.js";
import { get } from "./api.js";
import { watch, oneAtATime } from "./live.js";
import { announce } from "./announce.js";
import { nameOf } from "./avatar.js";
import { send } from "./sending.js";
import { showBanner, showHead } from "./heading.js";
import { isAsking } from "./confirm.js";
import { createTimeline } from "./timeline.js";
import { createComposer } from "./composer.js";
import { peopleIn, showSidebar } from "./sidebar.js";
import { front, threadOpen, withFleet } from "./panels.js";
import { passTime, showFleet, watchFilter } from "./fleet.js";
import { showExamples } from "./examples.js";
import * as reading from "./reading.js";

const at = new URL(location.href);
// now is where the person has gone; here is what the page shows, which
// follows as soon as it has been read.
const now = {
  me: at.searchParams.get("as") || "",
  channel: location.hash.slice(1).split("/")[0],
  thread: location.hash.slice(1).split("/")[1] || "",
};
let here = { me: "", channel: "", thread: "" };
const known = { slack: null, messages: [], replies: [], fleet: null, reached: true };
let firstUnread = ""; // the message above which "New" stands during this visit of the channel
const lastPlace = new Map(); // by person: the channel in which they were

const channelOf = (id) => known.slack?.channels.find((c) => c.id === id);

/** view is what rendering asks: who reads, when, and who is who. */
const view = {
  me: "",
  zone: "",
  signature: "",
  now: () => Date.now() + (known.clock || 0),
  person: (id) => known.slack?.people.find((p) => p.id === id),
  group: (id) => known.slack?.groups.find((g) => g.id === id),
  channel: channelOf,
  go: (id) => go(id),
};

const timeline = createTimeline({
  list: byId("messages"), scroll: byId("timeline"), latest: byId("latest"),
  acts: { openThread: (m) => openThread(m.thread_ts || m.ts), dismiss, redraw: show },
});
const replies = createTimeline({
  list: byId("replies"), scroll: byId("replies-scroll"), latest: null,
  acts: { openThread: null, dismiss, redraw: show },
});
const data = () => ({ commands: known.slack?.commands || [], people: known.slack ? peopleIn(known.slack) : [] });
const composer = createComposer(byId("composer-place"), { id: "composer", data, send: (text, by) => send(text, by, "", known.slack) });
const answer = createComposer(byId("thread-composer-place"), {
  id: "thread-composer", data, inThread: true, send: (text, by) => send(text, by, by.thread, known.slack),
});

// Reading.

const refreshSlack = oneAtATime(async () => {
  const asked = { ...now };
  try {
    let slack = await get("/slack/state", { as: asked.me });
    const people = peopleIn(slack);
    if (!people.some((p) => p.id === asked.me)) {
      asked.me = people.some((p) => p.id === slack.me) ? slack.me : people[0]?.id || "";
      slack = await get("/slack/state", { as: asked.me });
      if (!people.some((p) => p.id === now.me)) now.me = asked.me;
    }
    reading.begin(slack.channels);
    if (!slack.channels.some((c) => c.id === asked.channel)) {
      const first = slack.channels.find((c) => c.member && !c.dm) || slack.channels[0];
      asked.channel = first?.id || "";
      asked.thread = "";
      if (!slack.channels.some((c) => c.id === now.channel)) Object.assign(now, { channel: asked.channel, thread: "" });
    }
    const list = (thread) => get("/slack/messages", { as: asked.me, channel: asked.channel, ...(thread && { thread }) });
    const [messages, thread] = await Promise.all([
      asked.channel ? list("") : { messages: [] },
      asked.channel && asked.thread ? list(asked.thread) : { messages: [] },
    ]);
    if (asked.me !== now.me || asked.channel !== now.channel || asked.thread !== now.thread) {
      refreshSlack(); // the person has moved on meanwhile
      return;
    }
    if (here.me !== asked.me || here.channel !== asked.channel) {
      const read = reading.readUpTo(asked.me, asked.channel);
      firstUnread = messages.messages.find((m) => m.ts > read && m.user !== asked.me)?.ts || "";
    }
    Object.assign(known, { slack, messages: messages.messages, replies: thread.messages, reached: true });
    if (slack.now) known.clock = slack.now - Date.now();
    settle();
    show();
  } catch (e) {
    if (e instanceof TypeError || e.status) known.reached = false;
    else throw e;
    showBanner(known.reached, known.slack);
  }
});

const refreshFleet = oneAtATime(async () => {
  try {
    known.fleet = await get("/fleet/devices");
    withFleet(true);
    show();
  } catch (e) {
    if (e.status === 404) withFleet(false);
    else if (!(e instanceof TypeError) && !e.status) throw e;
  }
});

// Showing.

/** settle takes over what depends on the state as a whole. */
function settle() {
  const { slack } = known;
  here = { ...now };
  const me = view.person(here.me);
  view.me = here.me;
  view.zone = me?.tz || "";
  view.signature = JSON.stringify([here.me, view.zone, slack.people, slack.groups, slack.channels.map((c) => [c.id, c.name])]);
  address();
}

/** address puts who and where into the page's address. */
function address() {
  const url = new URL(location.href);
  url.searchParams.set("as", here.me);
  url.hash = here.thread ? `${here.channel}/${here.thread}` : here.channel;
  if (url.href !== location.href) history.replaceState(null, "", url);
}

function show() {
  const { slack } = known;
  showBanner(known.reached, known.slack);
  if (!slack) return;
  const channel = channelOf(here.channel);
  const me = view.person(here.me);
  const visible = (list) => list.filter((m) => !(m.ephemeral && reading.isDismissed(here.me, here.channel, m.ts)));
  const messages = visible(known.messages);

  if (document.visibilityState === "visible") markRead();
  showSidebar({ slack, me: here.me, channel: here.channel, become, go });
  showHead(slack, channel, me);
  timeline.show({
    messages, channel: here.channel, key: here.me + " " + here.channel, view, firstUnread,
    empty: channel?.dm ? `This is what ${channel.name} says to you alone.` : "Nothing has been said here yet.",
  });
  showThread(visible(known.replies), channel);
  own();
  showExamples({ slack, fleet: known.fleet, me: here.me, acts: { fill: fillAs, close: () => { show(); composer.focus(); } } });
  if (known.fleet) showFleet(known.fleet, { zone: view.zone, now: view.now, insert });
}

/** own gives the composer to who is here now, before anything is read. */
function own() {
  const channel = channelOf(now.channel);
  const label = !channel ? "Message" : channel.dm ? `Message ${channel.name}` : `Message #${channel.name}`;
  composer.become({ me: now.me, key: now.channel, channel: now.channel, label });
}

function showThread(list, channel) {
  const open = here.thread !== "";
  threadOpen(open);
  if (!open) return;
  setText(byId("thread-channel"), channel ? (channel.dm ? channel.name : "#" + channel.name) : "");
  const root = known.messages.find((m) => m.ts === here.thread);
  const all = list.some((m) => m.ts === here.thread) || !root ? list : [root, ...list];
  replies.show({ messages: all, channel: here.channel, key: [here.me, here.channel, here.thread].join(" "), view, divide: Math.max(0, all.length - 1) });
  answer.become({ me: here.me, key: here.channel + "/" + here.thread, channel: here.channel, thread: here.thread, label: "Reply in the thread" });
}

function markRead() {
  const c = channelOf(here.channel);
  const newest = known.messages.reduce((ts, m) => (m.ts > ts ? m.ts : ts), c?.last_ts || "");
  if (c && newest) reading.mark(here.me, c.id, newest);
}

// Acting.

/** become makes the page another person's. */
function become(id) {
  if (id === now.me || !view.person(id)) return;
  lastPlace.set(now.me, now.channel);
  Object.assign(now, { me: id, channel: lastPlace.get(id) || now.channel, thread: "" });
  own();
  announce(`You are ${nameOf(view.person(id))}`);
  return refreshSlack();
}

function go(channel) {
  front("chat");
  if (channel === now.channel) return;
  Object.assign(now, { channel, thread: "" });
  own();
  return refreshSlack();
}

async function openThread(ts) {
  now.thread = ts;
  await refreshSlack();
  front("thread");
  byId("thread-title").focus();
}

function closeThread() {
  const ts = here.thread;
  now.thread = "";
  here = { ...here, thread: "" };
  known.replies = [];
  address();
  show();
  const back = document.querySelector(`#messages [data-message="${CSS.escape(ts)}"] :is([data-thread], [data-reply])`);
  (back || byId("channel-name")).focus();
}

function dismiss(m) {
  reading.dismiss(here.me, here.channel, m.ts);
  show();
  byId("timeline").focus({ preventScroll: true });
}

async function fillAs(text, as) {
  await become(as);
  const c = channelOf(now.channel);
  if (!c || c.dm) {
    const first = known.slack.channels.find((q) => q.member && !q.dm);
    if (first) await go(first.id);
  }
  front("chat");
  composer.fill(text);
}

function insert(d) {
  const command = known.slack?.commands[0]?.name;
  composer.insert(d.id, command ? command + " " : "");
  announce(`The id of ${d.name} is in the message`);
  byId("composer-place").classList.add("composer-got");
  setTimeout(() => byId("composer-place").classList.remove("composer-got"), 600);
}

document.addEventListener("keydown", (e) => {
  const digit = /^Digit([1-9])$/.exec(e.code);
  if (digit && e.altKey && !e.ctrlKey && !e.metaKey && !e.shiftKey && !isAsking() && known.slack) {
    const p = peopleIn(known.slack)[Number(digit[1]) - 1];
    if (!p) return;
    e.preventDefault();
    become(p.id);
  } else if (e.key === "Escape" && !e.defaultPrevented && !isAsking() && byId("thread").contains(document.activeElement)) {
    closeThread();
  }
});
byId("thread-close").append(icon("close"));
byId("thread-close").addEventListener("click", closeThread);
document.addEventListener("visibilitychange", show);
window.addEventListener("hashchange", () => {
  const [channel, thread = ""] = location.hash.slice(1).split("/");
  if (channel === now.channel && thread === now.thread) return;
  Object.assign(now, { channel, thread });
  refreshSlack();
});

watchFilter();
front("chat");
setInterval(passTime, 20_000);
setInterval(show, 60_000);
await Promise.all([refreshSlack(), refreshFleet()]);
watch("/slack/changes", { since: () => known.slack?.rev ?? 0, changed: refreshSlack, status: (open) => {
  if (!open) known.reached = false;
  showBanner(known.reached, known.slack);
} });
if (!byId("fleet").hidden) watch("/fleet/changes", { since: () => known.fleet?.rev ?? 0, changed: refreshFleet, status: () => {} });
document.documentElement.dataset.ready = "";
