// What the sandbox last said, and where the person is.

import { Away, get, post } from "./api.js";
import { oneAtATime } from "./live.js";
import { createReader, peopleIn } from "./reader.js";
import * as reading from "./reading.js";

/** home is where App Home is, among the channels. */
export const home = "home";

const at = new URL(location.href);
const [channel, thread = ""] = location.hash.slice(1).split("/");

/** now is where the person has gone. */
export const now = { me: at.searchParams.get("as") || "", channel, thread };

/** here is what the page shows, which follows as soon as it has been read. */
export const here = { me: "", channel: "", thread: "" };

/** known is what the sandbox last said. */
export const known = {
  slack: null, messages: [], replies: [], views: [], home: null, refused: [], fleet: null, reached: true, clock: 0,
  firstUnread: "", // the message above which "New" stands during this visit of the channel
};

/** reader is the person who reads the page. */
export const reader = createReader(() => known.slack, () => known.clock, (id) => world.go(id));

/**
 * world is told of what happened: show() after each reading, lost() where
 * there is nothing to read, own() before anything is read of another place.
 */
export const world = { show() {}, lost() {}, go() {}, own() {} };

// Parts of the API that a sandbox need not have are not asked for again.
const absent = new Set();

/** getIfThere reads JSON, or gives null where the sandbox has no such thing. */
export async function getIfThere(path, params) {
  if (absent.has(path)) return null;
  try {
    return await get(path, params);
  } catch (e) {
    if (e.status !== 404) throw e;
    absent.add(path);
    return null;
  }
}

/**
 * isAway tells that an error means no more than that the sandbox can't be
 * reached. Any other is a mistake of this page, and goes to the console.
 */
export function isAway(e) {
  if (e instanceof Away) return true;
  reportError(e);
  return false;
}

/** refreshSlack reads all that the person sees. */
export const refreshSlack = oneAtATime(async () => {
  try {
    await read();
  } catch (e) {
    if (!isAway(e)) return;
    known.reached = false;
    world.lost();
  }
});

async function read() {
  const asked = { ...now };
  const slack = await stateFor(asked);
  reading.begin(slack.channels);
  if (!(asked.channel === home && slack.home) && !slack.channels.some((c) => c.id === asked.channel)) {
    const first = slack.channels.find((c) => c.member && !c.dm) || slack.channels[0];
    Object.assign(asked, { channel: first?.id || "", thread: "" });
    if (!slack.channels.some((c) => c.id === now.channel) && !(now.channel === home && slack.home)) Object.assign(now, { channel: asked.channel, thread: "" });
  }
  const inHome = asked.channel === home;
  const list = (of) => get("/slack/messages", { as: asked.me, channel: asked.channel, ...(of && { thread: of }) });
  const none = { messages: [] };
  const [messages, replies, views, shownHome, refused] = await Promise.all([
    asked.channel && !inHome ? list("") : none,
    asked.channel && !inHome && asked.thread ? list(asked.thread) : none,
    getIfThere("/slack/views", { as: asked.me }),
    inHome ? getIfThere("/slack/home", { as: asked.me }) : null,
    getIfThere("/slack/refused"),
  ]);
  if (asked.me !== now.me || asked.channel !== now.channel || asked.thread !== now.thread) {
    refreshSlack(); // the person has moved on meanwhile
    return;
  }
  const moved = here.me !== asked.me || here.channel !== asked.channel;
  if (moved) {
    const upTo = reading.readUpTo(asked.me, asked.channel);
    known.firstUnread = messages.messages.find((m) => m.ts > upTo && m.user !== asked.me)?.ts || "";
  }
  Object.assign(known, {
    slack, messages: messages.messages, replies: replies.messages, views: views?.stack || [], home: shownHome?.view || null, refused: refused?.refused || [], reached: true,
  });
  if (slack.now) known.clock = slack.now - Date.now();
  Object.assign(here, now);
  reader.become(here.me);
  if (moved && inHome) post("/slack/open_home", { as: here.me });
  address();
  world.show();
}

/** stateFor reads the workspace as somebody who can be anybody sees it. */
async function stateFor(asked) {
  const slack = await get("/slack/state", { as: asked.me });
  const people = peopleIn(slack);
  if (people.some((p) => p.id === asked.me)) return slack;
  asked.me = people.some((p) => p.id === slack.me) ? slack.me : people[0]?.id || "";
  if (!people.some((p) => p.id === now.me)) now.me = asked.me;
  return get("/slack/state", { as: asked.me });
}

/** address puts who and where into the page's address. */
export function address() {
  const url = new URL(location.href);
  url.searchParams.set("as", here.me);
  url.hash = here.thread ? `${here.channel}/${here.thread}` : here.channel;
  if (url.href !== location.href) history.replaceState(null, "", url);
}

/** channelHere is the channel that is shown, if it is one. */
export const channelHere = () => reader.channel(here.channel);
