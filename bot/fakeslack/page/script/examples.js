// "Try this": sentences that fill the composer, for the first visit.

import { byId, el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { nameOf } from "./avatar.js";
import { peopleIn } from "./reader.js";

const closed = "sandbox examples closed";
let drawn = "";

/** showExamples shows what can be tried, where nothing else does (quiet). acts are {fill(text, as), close()}. */
export function showExamples({ slack, fleet, me, quiet, acts }) {
  const place = byId("examples");
  const examples = quiet || sessionStorage.getItem(closed) ? [] : make(slack, fleet, me);
  const sign = JSON.stringify(examples);
  if (sign === drawn) return;
  drawn = sign;
  place.hidden = examples.length === 0;
  if (place.hidden) {
    place.replaceChildren();
    return;
  }
  fill(place, el("section", { class: "examples", "aria-labelledby": "examples-title" },
    el("h3", { id: "examples-title", text: "Try this" }),
    el("ul", { class: "example-list" }, examples.map((e) => el("li", {}, el("button", {
      type: "button", class: "example", "data-example": e.name, title: e.text, on: { click: () => acts.fill(e.text, e.as) },
    }, e.words)))),
    el("button", {
      type: "button", class: "plain", "aria-label": "Close these examples", "data-close-examples": true,
      on: { click: () => {
        sessionStorage.setItem(closed, "1");
        acts.close();
      } },
    }, icon("close"))));
}

/** askExample is the first of them: to ask for a reset. */
export const askExample = (slack, fleet, me) => make(slack, fleet, me)[0];

function make(slack, fleet, me) {
  const command = slack.commands[0]?.name;
  if (!command) return [];
  const people = peopleIn(slack);
  const inGroup = (id) => slack.groups.some((g) => g.members?.includes(id));
  const able = inGroup(me) || !people.some((p) => inGroup(p.id)) ? me : people.find((p) => inGroup(p.id)).id;
  const stranger = people.find((p) => !inGroup(p.id) && !p.guest) || people.find((p) => !inGroup(p.id));

  const androids = (fleet?.devices || []).filter((d) => /android/i.test(d.os) && d.owner?.includes("@"));
  const owner = androids.find((d) => /^alice/i.test(d.owner))?.owner || androids[0]?.owner || "alice@contoso.com";
  const other = androids.find((d) => d.owner !== owner)?.owner || owner;
  const first = owner.split(/[.@]/)[0];
  const name = first[0].toUpperCase() + first.slice(1);

  return [
    { name: "ask", words: `Ask for ${name}'s devices`, as: able, text: `${command} user:${owner} reason: forgot the passcode after a holiday` },
    stranger && { name: "stranger", words: `Ask as ${nameOf(stranger).split(" ")[0]}, who may not`, as: stranger.id, text: `${command} user:${owner} reason: she asked me to` },
    { name: "dry-run", words: "See who could approve, without asking", as: able, text: `${command} dry-run user:${other}` },
    {
      name: "filter", words: "Find devices with a filter", as: able,
      text: `${command} filter:"operatingSystem eq 'Android' and complianceState eq 'noncompliant'" reason: security incident`,
    },
    { name: "list", words: "List what is open", as: able, text: `${command} list` },
  ].filter(Boolean);
}
