// The phones: what Intune knows of them, and what can be made to happen.

import { byId, el, fill, keyed, setText } from "./dom.js";
import { post, explain } from "./api.js";
import { announce } from "./announce.js";
import { timeOfDay, exactly } from "./dates.js";
import { enrolment, fillDevice, lastCheckIn, model, resetOf } from "./device.js";

const busy = new Map(); // by device: a change on its way
const problems = new Map();
let shown = null; // what was last shown, to show it again
const before = new Map(); // by device: where its reset stood

/** words is everything that the filter looks at. */
function words(d) {
  const reset = resetOf(d);
  return [d.name, d.id, d.serial, model(d), d.os, d.os_version, d.owner, enrolment(d), d.compliance, d.ownership, d.management_state,
    d.offline ? "offline" : "online", reset.words, d.refuses || d.fails_with ? "made to fail" : ""].join(" ").toLowerCase();
}

/** showFleet shows devices and posts. insert(d) puts a device's id into the composer. */
export function showFleet(fleet, { zone, now, insert }) {
  shown = { fleet, context: { zone, now, insert } };
  const typed = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const devices = fleet.devices.filter((d) => typed.every((word) => words(d).includes(word)));
  setText(byId("fleet-count"), devices.length === fleet.devices.length ? `${fleet.devices.length} devices` : `${devices.length} of ${fleet.devices.length} devices`);

  keyed(byId("devices"), devices, {
    key: (d) => d.id,
    sign: (d) => JSON.stringify([d, busy.get(d.id), problems.get(d.id)]),
    make: () => el("li", { class: "device" }),
    show: (li, d) => fillDevice(li, { d, busy: busy.get(d.id), problem: problems.get(d.id), now: now() }, { insert, change }),
  });
  for (const d of fleet.devices) {
    const reset = resetOf(d);
    if (before.has(d.id) && before.get(d.id) !== reset.state) announce(`${d.name}: ${reset.words}`);
    before.set(d.id, reset.state);
  }
  showPosts(fleet, zone);
}

async function change(d, what) {
  if (busy.get(d.id)) return;
  busy.set(d.id, true);
  problems.delete(d.id);
  again();
  const answer = await post("/fleet/device", { id: d.id, ...what });
  busy.delete(d.id);
  if (answer.error) problems.set(d.id, explain(answer.error).replace("Slack says", "Intune says"));
  again();
}

function again() {
  if (shown) showFleet(shown.fleet, shown.context);
}

/** passTime renews the relative times. */
export function passTime() {
  if (!shown) return;
  const now = shown.context.now();
  for (const node of document.querySelectorAll("[data-check]")) setText(node, lastCheckIn({ last_check_in: node.dataset.check }, now));
}

const statuses = { 204: "accepted", 400: "refused", 401: "not signed in", 403: "not allowed", 404: "no such device", 409: "refused", 429: "too many", 500: "failed", 503: "away", 504: "no answer in time" };

function showPosts(fleet, zone) {
  const names = new Map(fleet.devices.map((d) => [d.id, d.name]));
  const posts = [...(fleet.posts || [])].sort((a, b) => b.seq - a.seq);
  byId("posts-none").hidden = posts.length > 0;
  byId("posts").hidden = posts.length === 0;
  keyed(byId("posts"), posts, {
    key: (p) => p.seq,
    sign: (p) => JSON.stringify([p, names.get(p.device), zone]),
    make: () => el("li", { class: "post" }),
    show: (li, p) => {
      const at = typeof p.at === "number" ? p.at : Date.parse(p.at);
      li.dataset.post = p.seq;
      fill(li,
        el("time", { datetime: new Date(at).toISOString(), title: exactly(at, zone), text: timeOfDay(at, zone) }),
        el("span", { class: "post-device", title: p.device, text: names.get(p.device) || p.device }),
        el("span", { class: "post-status" + (p.status >= 400 || p.status === 0 ? " post-bad" : ""), text: p.status ? `${p.status} ${statuses[p.status] || ""}`.trim() : "cut off" }));
    },
  });
}

/** watchFilter makes the filter box work. */
export function watchFilter() {
  byId("filter").addEventListener("input", again);
}
