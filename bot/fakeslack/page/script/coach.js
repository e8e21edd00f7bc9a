// The first minute: what to do, step by step, and whether it has been done.
// A step is done by the real thing, which is seen in what the sandbox says.

import { announce } from "./announce.js";
import { nameOf } from "./avatar.js";
import { askExample } from "./examples.js";
import { peopleIn } from "./reader.js";
import { lab } from "./sandbox.js";
import { here, known, reader } from "./world.js";

const key = "sandbox first minute";
const fresh = () => ({ left: false, step: 0, since: "", asker: "", card: "", again: "", second: "", posts: 0, ahead: 0 });

/** progress is how far somebody has come. It outlives the window. */
export const progress = { ...fresh(), ...load() };

function load() {
  try {
    return JSON.parse(localStorage.getItem(key)) || {};
  } catch {
    return {};
  }
}

function save(change) {
  Object.assign(progress, change);
  localStorage.setItem(key, JSON.stringify(progress));
}

/** restart begins anew; leave ends it, and keeps how far it came. */
export const restart = () => save({ ...fresh(), since: instant() });
export const leave = () => save({ left: true });

const instant = () => String((reader.now() - 1000) / 1000);

const buttonsOf = (m) => (m.blocks || []).filter((b) => b.type === "actions").flatMap((b) => b.elements || []).filter((e) => e.type === "button");
const isCard = (m) => reader.person(m.user)?.bot && !m.ephemeral && !m.deleted && buttonsOf(m).length > 0;
const newest = (after) => known.messages.filter((m) => isCard(m) && Number(m.ts) > Number(after)).pop();
const cardAt = (ts) => known.messages.find((m) => m.ts === ts);
const inGroup = (id) => known.slack.groups.some((g) => g.members?.includes(id));
const first = (person) => (person ? nameOf(person).split(" ")[0] : "somebody else");
const posts = () => known.fleet?.posts || [];
const reset = () => {
  const done = posts().slice(progress.posts).map((p) => p.device);
  return (known.fleet?.devices || []).find((d) => done.includes(d.id));
};

/** approver is who can decide on what the asker asked for. */
export const approver = () => peopleIn(known.slack).find((p) => p.id !== (progress.asker || here.me) && inGroup(p.id));
const digit = (p) => peopleIn(known.slack).indexOf(p) + 1;

const steps = [
  {
    name: "ask", title: "Ask for a reset",
    says: () => {
      const shortcut = known.slack.shortcuts?.some((s) => s.type === "global") ? ", or use the form behind the lightning button" : "";
      return `${progress.again}${progress.again && " "}Be ${first(reader.person(example()?.as))}, type ${known.slack.commands[0]?.name || "a command"} with a device and a reason${shortcut}. Show me fills it in; Enter sends it.`;
    },
    done: () => {
      const card = newest(progress.since);
      if (card) save({ asker: here.me, card: card.ts, again: "", posts: posts().length });
      return Boolean(card);
    },
  },
  {
    name: "switch", title: "Become somebody else",
    says: () => {
      const p = approver();
      return `Nobody decides alone. Become ${p ? nameOf(p) : "another person"}, who may approve${p && digit(p) <= 9 ? `: choose the name under People, or press Alt+${digit(p)}` : ""}.`;
    },
    done: () => here.me !== progress.asker && inGroup(here.me),
  },
  {
    name: "approve", title: "Approve",
    says: () => "Read what will happen to whom, and press the approving button on the card.",
    done: () => {
      if (known.fleet) return posts().length > progress.posts;
      const card = cardAt(progress.card);
      return Boolean(card) && !buttonsOf(card).some((b) => b.style === "primary");
    },
  },
  {
    name: "phone", title: "Look at the phone", there: () => Boolean(known.fleet),
    says: () => {
      const d = reset();
      return `${d ? d.name : "The phone"} has the command, and takes it when it checks in. If it waits, press Check in now.`;
    },
    done: () => ["active", "done", "failed"].includes(reset()?.reset?.state) && document.getElementById("fleet").checkVisibility(),
  },
  {
    name: "expire", title: "Let one expire", there: () => Boolean(lab.state),
    says: () => (progress.second
      ? "Nobody decides on this one. Move the clock to the next deadline, until the request has expired."
      : "Ask once more, and don't approve it."),
    done: () => {
      if (!progress.second) {
        const card = newest(progress.card);
        if (card) save({ second: card.ts, ahead: lab.state.ahead || 0 });
        return false;
      }
      const card = cardAt(progress.second);
      if (["denied", "cancelled"].includes(fate(card))) save({ card: progress.second, second: "" });
      return Boolean(card) && buttonsOf(card).length === 0 && (lab.state.ahead || 0) > progress.ahead;
    },
  },
];

// What the head of a card ends with where its request came to nothing, in the languages of the cards.
const fates = {
  denied: /(denied|abgelehnt|却下)\s*$/, cancelled: /(cancelled|zurückgezogen|取り消し)\s*$/, expired: /(expired|abgelaufen|期限切れ)\s*$/,
};

function fate(card) {
  const head = card?.blocks?.find((b) => b.type === "header")?.text?.text || "";
  return Object.keys(fates).find((f) => fates[f].test(head)) || "";
}

const ofWhat = { denied: "It was denied.", cancelled: "It was cancelled.", expired: "It has expired." };

/** goBack goes back to the first step where what was asked for there came to nothing before it was approved. */
function goBack() {
  const end = ["switch", "approve"].includes(stepsNow()[progress.step]?.name) && fate(cardAt(progress.card));
  if (!end) return;
  save({ ...fresh(), since: progress.card, again: `${ofWhat[end]} Ask once more.` });
  announce(progress.again);
}

/** example is the command that the first step fills in. */
export const example = () => askExample(known.slack, known.fleet, here.me);

/** stepsNow are the steps that this sandbox can show. */
export const stepsNow = () => steps.filter((s) => s.there?.() ?? true);

/** advance notices what has been done, and gives the titles of the steps that ended. */
export function advance() {
  const ended = [];
  if (!known.slack || progress.left) return ended;
  if (progress.since === "") save({ since: instant() });
  goBack();
  for (let step = stepsNow()[progress.step]; step?.done(); step = stepsNow()[progress.step]) {
    ended.push(step.title);
    save({ step: progress.step + 1 });
  }
  return ended;
}
