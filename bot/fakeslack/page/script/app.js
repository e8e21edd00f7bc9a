// The page: one person, in one channel, beside the fleet. It holds what the
// sandbox last said and shows it again after each change.

import { byId, el, setText } from "./dom.js";
import { icon } from "./icons.js";
import { get, post, explain } from "./api.js";
import { watch, oneAtATime } from "./live.js";
import { announce } from "./announce.js";
import { avatar, nameOf } from "./avatar.js";
import { escape } from "./mrkdwn.js";
import { isAsking } from "./confirm.js";
import { createTimeline } from "./timeline.js";
import { createComposer } from "./composer.js";
import { peopleIn, roleOf, showSidebar } from "./sidebar.js";
import { front, threadOpen, withFleet } from "./panels.js";
import { passTime, showFleet, watchFilter } from "./fleet.js";
import { showExamples } from "./examples.js";
import * as reading from "./reading.js";

const at = new URL(location.href);
const now = {
  me: at.searchParams.get("as") || "",
  channel: location.hash.slice(1).split("/")[0],
  thread: location.hash.slice(1).split("/")[1] || "",
};
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
const composer = createComposer(byId("composer-place"), { id: "composer", data, send: (text, by) => send(text, by, "") });
const answer = createComposer(byId("thread-composer-place"), {
  id: "thread-composer", data, inThread: true, send: (text, by) => send(text, by, by.thread),
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
    if (view.me !== asked.me || known.place !== asked.channel) {
      const read = reading.readUpTo(asked.me, asked.channel);
      firstUnread = messages.messages.find((m) => m.ts > read && m.user !== asked.me)?.ts || "";
    }
    Object.assign(known, { slack, messages: messages.messages, replies: thread.messages, reached: true, place: asked.channel });
    if (slack.now) known.clock = slack.now - Date.now();
    settle();
    show();
  } catch (e) {
    if (e instanceof TypeError || e.status) known.reached = false;
    else throw e;
    showBanner();
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
  const me = view.person(now.me);
  view.me = now.me;
  view.zone = me?.tz || "";
  view.signature = JSON.stringify([now.me, view.zone, slack.people, slack.groups, slack.channels.map((c) => [c.id, c.name])]);
  lastPlace.set(now.me, now.channel);
  const url = new URL(location.href);
  url.searchParams.set("as", now.me);
  url.hash = now.thread ? `${now.channel}/${now.thread}` : now.channel;
  if (url.href !== location.href) history.replaceState(null, "", url);
}

function show() {
  const { slack } = known;
  showBanner();
  if (!slack) return;
  const channel = channelOf(now.channel);
  const me = view.person(now.me);
  const visible = (list) => list.filter((m) => !(m.ephemeral && reading.isDismissed(now.me, now.channel, m.ts)));
  const messages = visible(known.messages);

  if (document.visibilityState === "visible") markRead();
  showSidebar({ slack, me: now.me, channel: now.channel, become, go });
  showHead(channel, me);
  timeline.show({
    messages, channel: now.channel, key: now.me + " " + now.channel, view, firstUnread,
    empty: channel?.dm ? `This is what ${channel.name} says to you alone.` : "Nothing has been said here yet.",
  });
  showThread(visible(known.replies), channel);
  const label = !channel ? "Message" : channel.dm ? `Message ${channel.name}` : `Message #${channel.name}`;
  composer.become({ me: now.me, key: now.channel, channel: now.channel, label });
  showExamples({ slack, fleet: known.fleet, me: now.me, acts: { fill: fillAs, close: () => { show(); composer.focus(); } } });
  if (known.fleet) showFleet(known.fleet, { zone: view.zone, now: view.now, insert });
}

function showHead(channel, me) {
  document.title = `${channel ? (channel.dm ? "" : "#") + channel.name : "Sandbox"} · ${me ? nameOf(me) : ""} · ${known.slack.team.name} sandbox`;
  const title = byId("channel-name");
  const sign = JSON.stringify(channel || {});
  if (title.sign !== sign) {
    title.sign = sign;
    title.replaceChildren(...(channel ? [channel.dm ? avatar({ id: channel.id, name: channel.name, bot: true }, "tiny") : icon(channel.private ? "lock" : "hash"), channel.name] : ["No channel"]));
  }
  setText(byId("channel-topic"), channel?.topic || (channel?.dm ? "Direct messages" : ""));
  const place = byId("me");
  const meSign = JSON.stringify(me || {}) + (me && roleOf(known.slack, me));
  if (me && place.sign !== meSign) {
    place.sign = meSign;
    place.replaceChildren(avatar(me, "small"), el("span", {}, el("span", { class: "unseen", text: "You are " }), nameOf(me)));
    place.title = roleOf(known.slack, me);
  }
}

function showThread(list, channel) {
  const open = now.thread !== "";
  threadOpen(open);
  if (!open) return;
  setText(byId("thread-channel"), channel ? (channel.dm ? channel.name : "#" + channel.name) : "");
  const root = known.messages.find((m) => m.ts === now.thread);
  const all = list.some((m) => m.ts === now.thread) || !root ? list : [root, ...list];
  replies.show({ messages: all, channel: now.channel, key: [now.me, now.channel, now.thread].join(" "), view, divide: Math.max(0, all.length - 1) });
  answer.become({ me: now.me, key: now.channel + "/" + now.thread, channel: now.channel, thread: now.thread, label: "Reply in the thread" });
}

function showBanner() {
  let text = "";
  let kind = "";
  if (!known.reached) [text, kind] = ["The sandbox cannot be reached. It may have been stopped; this page tries again by itself.", "lost"];
  else if (known.slack && known.slack.connected === 0) {
    [text, kind] = ["passcodebot is not connected to Slack. Commands and buttons get no answer until it is back.", "away"];
  }
  const banner = byId("banner");
  if (banner.dataset.kind === kind) return;
  banner.dataset.kind = kind;
  banner.replaceChildren(...(text ? [icon("warn"), el("span", { text })] : []));
}

function markRead() {
  const c = channelOf(now.channel);
  const newest = known.messages.reduce((ts, m) => (m.ts > ts ? m.ts : ts), c?.last_ts || "");
  if (c && newest) reading.mark(now.me, c.id, newest);
}

// Acting.

/** become makes the page another person's. */
function become(id) {
  if (id === now.me || !view.person(id)) return;
  Object.assign(now, { me: id, channel: lastPlace.get(id) || now.channel, thread: "" });
  announce(`You are ${nameOf(view.person(id))}`);
  return refreshSlack();
}

function go(channel) {
  front("chat");
  if (channel === now.channel) return;
  Object.assign(now, { channel, thread: "" });
  return refreshSlack();
}

async function openThread(ts) {
  now.thread = ts;
  await refreshSlack();
  front("thread");
  byId("thread-title").focus();
}

function closeThread() {
  const ts = now.thread;
  now.thread = "";
  known.replies = [];
  settle();
  show();
  const back = document.querySelector(`#messages [data-message="${CSS.escape(ts)}"] :is([data-thread], [data-reply])`);
  (back || byId("channel-name")).focus();
}

function dismiss(m) {
  reading.dismiss(now.me, now.channel, m.ts);
  show();
  byId("timeline").focus({ preventScroll: true });
}

/**
 * send sends what was typed. It gives back what went wrong, in a sentence,
 * and whether Slack itself tells the person.
 */
async function send(text, by, thread) {
  if (text.startsWith("/") && thread === "") {
    const { error } = await post("/slack/command", { as: by.me, channel: by.channel, text });
    return { problem: error && explain(error), told: told.test(error) };
  }
  const { error } = await post("/slack/say", { as: by.me, channel: by.channel, thread_ts: thread, text: outgoing(text) });
  return { problem: error && explain(error), told: false };
}

// Slackbot tells of these in the channel.
const told = /^(?:operation_timeout|dispatch_failed|invalid_\w+|not a command)$/;

/** outgoing is typed text as Slack's client sends it. */
function outgoing(text) {
  return escape(text)
    .replace(/(^|[\s,(])@([\p{L}\p{N}._-]+)/gu, (whole, before, name) => {
      const p = known.slack.people.find((q) => q.name === name);
      const g = known.slack.groups.find((q) => q.handle === name);
      if (p) return `${before}<@${p.id}>`;
      if (/^(?:here|channel|everyone)$/.test(name)) return `${before}<!${name}>`;
      return g ? `${before}<!subteam^${g.id}>` : whole;
    })
    .replace(/(^|[\s,(])#([\p{L}\p{N}_-]+)/gu, (whole, before, name) => {
      const c = known.slack.channels.find((q) => q.name === name && !q.dm);
      return c ? `${before}<#${c.id}>` : whole;
    });
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
  showBanner();
} });
if (!byId("fleet").hidden) watch("/fleet/changes", { since: () => known.fleet?.rev ?? 0, changed: refreshFleet, status: () => {} });
document.documentElement.dataset.ready = "";
