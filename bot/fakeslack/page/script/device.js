// Shows one device of the fleet.

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { ago } from "./dates.js";

const androids = {
  androidEnterpriseFullyManaged: "fully managed",
  androidEnterpriseDedicatedDevice: "dedicated",
  androidEnterpriseCorporateWorkProfile: "corporate-owned, work profile",
  androidAOSPUserOwnedDeviceEnrollment: "AOSP, user-associated",
  androidAOSPUserlessDeviceEnrollment: "AOSP, userless",
};

/** enrolment says how a device is enrolled, in words. */
export function enrolment(d) {
  if (androids[d.enrollment]) return androids[d.enrollment];
  const os = (d.os || "").toLowerCase().replaceAll(" ", "");
  if (os === "androidforwork") return "personally-owned work profile";
  if (os.startsWith("android")) return d.ownership === "personal" ? "Android, personally owned" : "Android device administrator";
  return d.ownership === "personal" ? "personally owned" : "company-owned";
}

const states = {
  none: { picture: "none", words: "no reset" },
  pending: { picture: "queued", words: "queued" },
  active: { picture: "active", words: "on the device" },
  done: { picture: "done", words: "reset done" },
  failed: { picture: "failed", words: "reset failed" },
  canceled: { picture: "none", words: "reset cancelled" },
  notSupported: { picture: "failed", words: "not supported" },
};

/** resetOf is where a device's reset stands. */
export function resetOf(d) {
  const state = d.reset?.state || "none";
  return { state, ...(states[state] || { picture: "none", words: state }) };
}

/** model is the device's make and model, the make said once. */
export function model(d) {
  const make = d.manufacturer || "";
  const name = d.model || "";
  return (name.toLowerCase().startsWith(make.toLowerCase()) ? name : `${make} ${name}`).trim() || "unknown model";
}

/** lastCheckIn says when the device was last heard of. */
export function lastCheckIn(d, now) {
  const at = Date.parse(d.last_check_in);
  return Number.isFinite(at) && at > 0 ? "checked in " + ago(at, now) : "never checked in";
}

const outcomeOf = (d) => (d.refuses ? "refused" : d.fails_with ? "fails" : "works");

/**
 * fillDevice puts device d into li. acts are {insert(d), change(d, what)};
 * busy says that a change is on its way, problem what went wrong with it.
 */
export function fillDevice(li, { d, busy, problem, now }, acts) {
  const reset = resetOf(d);
  const before = li.dataset.reset;
  li.className = "device" + (d.offline ? " device-offline" : "");
  li.dataset.reset = reset.state;
  li.dataset.device = d.id;
  if (before && before !== reset.state) {
    li.classList.add("device-changed");
    li.addEventListener("animationend", () => li.classList.remove("device-changed"), { once: true });
  }
  const os = [d.os === "AndroidForWork" ? "Android" : d.os, d.os_version].filter(Boolean).join(" ");
  const check = el("span", { class: "device-check", "data-check": d.last_check_in, text: lastCheckIn(d, now) });
  const managed = d.management_state && d.management_state !== "managed" ? d.management_state.replace(/([A-Z])/g, (c) => " " + c.toLowerCase()) : "";

  const outcome = el("select", {
    live: { value: outcomeOf(d) }, class: "device-outcome", "data-outcome": true, "data-focus": "outcome", "aria-label": `Next reset of ${d.name}`,
    on: {
      change: (e) => acts.change(d, {
        works: { fails_with: 0, refuses: "" },
        fails: { fails_with: failure, refuses: "" },
        refused: { fails_with: 0, refuses: refusal },
      }[e.currentTarget.value]),
    },
  },
  el("option", { value: "works", text: "Next reset works" }),
  el("option", { value: "fails", text: "Make it fail on the device" }),
  el("option", { value: "refused", text: "Make Intune refuse it" }));

  fill(
    li,
    el("div", { class: "device-head" },
      el("h3", { class: "device-name", text: d.name, title: d.serial ? "Serial " + d.serial : null }),
      el("span", { class: "state state-" + reset.state, "data-state": reset.state }, icon(reset.picture), el("span", { text: reset.words }))),
    el("p", { class: "device-line" }, `${model(d)} · ${os}`),
    el("p", { class: "device-line" }, `${d.owner || "no owner"} · ${enrolment(d)}`),
    managed && el("p", { class: "device-line device-managed", text: managed }),
    el("p", { class: "device-line" },
      d.offline && el("span", { class: "device-off" }, icon("offline"), "offline"),
      d.offline && " · ",
      check),
    el("button", {
      type: "button", class: "device-id", "data-insert": true, "data-focus": "id", title: "Put the id into the message",
      "aria-label": `${d.id}: put the id of ${d.name} into the message`, on: { click: () => acts.insert(d) },
    }, el("code", { text: d.id })),
    el("div", { class: "device-acts", "aria-busy": busy ? "true" : null },
      el("button", {
        type: "button", class: "button button-small", "data-toggle-offline": true, "data-focus": "offline",
        "aria-label": `${d.offline ? "Bring online" : "Take offline"}: ${d.name}`,
        on: { click: () => acts.change(d, { offline: !d.offline }) }, text: d.offline ? "Bring online" : "Take offline",
      }),
      el("button", {
        type: "button", class: "button button-small", "data-check-in": true, "data-focus": "check in",
        "aria-label": `Check in now: ${d.name}`, on: { click: () => acts.change(d, { check_in: true }) }, text: "Check in now",
      }),
      outcome),
    problem && el("p", { class: "button-error", role: "alert" }, icon("warn"), el("span", { text: problem })));
}

// What a device answers that has no passcode to reset, and what Intune
// answers where it can't do what it was asked.
const failure = -2016341112;
const refusal = "The device has not activated its work profile's passcode reset.";
