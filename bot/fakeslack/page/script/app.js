// The page: one person, in one channel, beside the fleet. It shows what the
// sandbox last said, again after each change.

import { byId, setText } from "./dom.js";
import { icon } from "./icons.js";
import { get } from "./api.js";
import { watch, oneAtATime } from "./live.js";
import { announce } from "./announce.js";
import { showHome, showTabs } from "./apphome.js";
import { showAudit } from "./audit.js";
import { progress } from "./coach.js";
import { showCoach, startCoach } from "./coachpanel.js";
import { isAsking } from "./confirm.js";
import { createComposer } from "./composer.js";
import { showControls } from "./controls.js";
import { showExamples } from "./examples.js";
import { passTime, showFleet, watchFilter } from "./fleet.js";
import { showBanner, showHead } from "./heading.js";
import { menuButton } from "./menu.js";
import { isModalOpen, showModals, watchModal } from "./modal.js";
import { become, closeThread, dismiss, go, markRead, openThread } from "./moves.js";
import { watchNotice } from "./notice.js";
import { front, have, threadOpen } from "./panels.js";
import { anyOpen, place as placePopup } from "./popup.js";
import { appOf, peopleIn } from "./reader.js";
import * as reading from "./reading.js";
import { nextRegion, showSkips } from "./regions.js";
import { showRefused } from "./refused.js";
import { lab, refreshLab } from "./sandbox.js";
import { send } from "./sending.js";
import { anyGlobal, globalMenu, messageMenu } from "./shortcuts.js";
import { showSidebar } from "./sidebar.js";
import { setTheme, theme, themes } from "./theme.js";
import { createTimeline } from "./timeline.js";
import { channelHere, here, home, isAway, known, now, reader, refreshSlack, world } from "./world.js";

const timeline = createTimeline({
  list: byId("messages"), scroll: byId("timeline"), latest: byId("latest"),
  acts: { openThread: (m) => openThread(m.thread_ts || m.ts), dismiss, redraw: show, more: messageMenu },
});
const replies = createTimeline({
  list: byId("replies"), scroll: byId("replies-scroll"), latest: null, acts: { openThread: null, dismiss, redraw: show, more: messageMenu },
});
const data = () => ({ commands: known.slack?.commands || [], people: known.slack ? [...peopleIn(known.slack), appOf(known.slack)] : [] });
const menus = [globalMenu("composer"), globalMenu("thread-composer")];
const composer = createComposer(byId("composer-place"), { id: "composer", data, menu: menus[0], send: (text, by) => send(text, by, "", known.slack) });
const answer = createComposer(byId("thread-composer-place"), {
  id: "thread-composer", data, menu: menus[1], inThread: true, send: (text, by) => send(text, by, by.thread, known.slack),
});

const refreshFleet = oneAtATime(async () => {
  try {
    known.fleet = await get("/fleet/devices");
    have("fleet", true);
    show();
  } catch (e) {
    if (e.status === 404) have("fleet", false);
    else isAway(e); // and if not, that is on the console
  }
});

function show() {
  const { slack } = known;
  showBanner(known.reached, slack);
  if (!slack) return;
  const channel = channelHere();
  const inHome = here.channel === home;
  const me = reader.person(here.me);
  const visible = (list) => list.filter((m) => !(m.ephemeral && reading.isDismissed(here.me, here.channel, m.ts)));

  if (document.visibilityState === "visible") markRead();
  showSidebar({ slack, me: here.me, channel: here.channel, become, go });
  showHead(slack, channel, me, inHome);
  showTabs(slack, here.channel, go);
  for (const menu of menus) menu.hidden = !anyGlobal();
  byId("chat").toggleAttribute("data-home", inHome);
  for (const id of ["timeline", "composer-place"]) byId(id).hidden = inHome;
  byId("home").hidden = !inHome;
  if (inHome) showHome(known.home, { me: here.me, view: reader, redraw: show });
  else {
    timeline.show({
      messages: visible(known.messages), channel: here.channel, key: here.me + " " + here.channel, view: reader, firstUnread: known.firstUnread,
      empty: channel?.dm ? `This is what ${channel.name} says to you alone.` : "Nothing has been said here yet.",
    });
  }
  showThread(visible(known.replies), channel);
  own();
  if (known.fleet) showFleet(known.fleet, { zone: reader.zone, now: reader.now, insert });
  have("refused", known.refused.length > 0, known.refused.length);
  showRefused(known.refused, reader);
  showLab();
  showCoach(coachActs);
  showExamples({ slack, fleet: known.fleet, me: here.me, quiet: inHome || !progress.left, acts: { fill: fillAs, close: () => { show(); composer.focus(); } } });
  showModals({ me: here.me, stack: known.views, view: reader, refresh: refreshSlack });
  showSkips();
  if (anyOpen()) placePopup();
}

function showLab() {
  have("controls", lab.state !== null);
  have("audit", lab.state !== null);
  showControls(reader);
  showAudit(reader);
}

/** own gives the composer to who is here now, before anything is read. */
function own() {
  const channel = reader.channel(now.channel);
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
  replies.show({ messages: all, channel: here.channel, key: [here.me, here.channel, here.thread].join(" "), view: reader, divide: Math.max(0, all.length - 1) });
  answer.become({ me: here.me, key: here.channel + "/" + here.thread, channel: here.channel, thread: here.thread, label: "Reply in the thread" });
}

async function fillAs(text, as) {
  await become(as);
  const c = reader.channel(now.channel);
  if (!c || c.dm) {
    const first = known.slack.channels.find((q) => q.member && !q.dm);
    if (first) await go(first.id);
  }
  front("chat");
  composer.fill(text);
}

const coachActs = { fill: fillAs, redraw: show };

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
  } else if (e.key === "Escape" && !e.defaultPrevented && !isAsking() && !isModalOpen() && byId("thread").contains(document.activeElement)) {
    closeThread();
  }
});
byId("workspace-menu-place").append(menuButton({
  name: "workspace", label: "Settings of this page", picture: "gear", className: "plain",
  items: () => [
    { label: "Guided first minute", detail: "From the beginning", value: "coach", act: () => startCoach(coachActs) },
    { label: "Go to the next region", detail: "F6, and back with Shift+F6", value: "region", act: () => nextRegion() },
    { title: "Appearance" },
    ...themes.map(([name, words]) => ({ label: words, on: theme() === name, value: name, act: () => setTheme(name) })),
  ],
}));
byId("thread-close").append(icon("close"));
byId("thread-close").addEventListener("click", closeThread);
document.addEventListener("visibilitychange", show);

Object.assign(world, { show, own, go, lost: () => showBanner(known.reached, known.slack) });
lab.show = show;
watchFilter();
watchModal();
watchNotice();
front("chat");
setInterval(passTime, 20_000);
setInterval(show, 60_000);
setInterval(() => byId("controls").checkVisibility() && showControls(reader), 1000);
await Promise.all([refreshSlack(), refreshFleet(), refreshLab()]);
watch("/slack/changes", { since: () => known.slack?.rev ?? 0, changed: refreshSlack, status: (open) => {
  if (!open) known.reached = false;
  showBanner(known.reached, known.slack);
} });
if (known.fleet) watch("/fleet/changes", { since: () => known.fleet?.rev ?? 0, changed: refreshFleet, status: () => {} });
if (lab.state) watch("/sandbox/changes", { since: () => lab.state?.rev ?? 0, changed: refreshLab, status: () => {} });
document.documentElement.dataset.ready = "";
