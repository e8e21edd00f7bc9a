// A person's modals: the topmost of the stack, as Slack shows it.

import { byId, el, fill, keepFocus } from "./dom.js";
import { icon } from "./icons.js";
import { announce } from "./announce.js";
import { post, explain } from "./api.js";
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { forget, stateOf, tidy } from "./form.js";
import { closePopup } from "./popup.js";
import { appOf } from "./reader.js";
import { plain } from "./richtext.js";

const gone = new Set(); // views that were closed here, before the sandbox has said so
const sending = new Map(); // by view: {busy, error, errors, hash}
const shown = new Map(); // by person and view: the key of its surface, while it is open
let top = { id: "", hash: "" };
let context = null; // {me, stack, view, refresh}

/** isModalOpen tells that a modal is shown. */
export const isModalOpen = () => byId("modal").open;

/** surfaceOfView is a view as a holder of blocks. */
export const surfaceOfView = (v, me, view, redraw) => ({
  kind: "modal", key: [me, v.id].join(" "), id: `v-${v.id}`, as: me, where: { view_id: v.id }, blocks: v.blocks, state: v.state?.values,
  errors: { ...v.errors, ...(sending.get(v.id)?.hash === v.hash && sending.get(v.id)?.errors) }, view, redraw,
});

/** showModals shows the stack of a person. refresh reads it again. */
export function showModals(next) {
  context = next;
  const { me, view } = next;
  const dialog = byId("modal");
  const stack = next.stack.filter((v) => !gone.has(v.id));
  const keys = new Map(next.stack.map((v) => [v.id, me + " " + v.id]));
  for (const [id, key] of shown) {
    if (keys.has(id) || !key.startsWith(me + " ")) continue;
    forget(key);
    shown.delete(id);
    sending.delete(id);
    gone.delete(id);
  }
  for (const [id, key] of keys) shown.set(id, key);

  const v = stack[stack.length - 1];
  if (!v) {
    top = { id: "", hash: "" };
    if (dialog.open) {
      closePopup(false);
      dialog.setAttribute("aria-busy", "false");
      dialog.close();
    }
    return;
  }
  const surface = surfaceOfView(v, me, view, again);
  if (v.hash !== top.hash) tidy(surface);
  const other = v.id !== top.id;
  top = { id: v.id, hash: v.hash };
  if (other) closePopup(false);
  const inside = byId("modal-form");
  keepFocus(inside, () => draw(v, stack.length, surface));
  if (!dialog.open) dialog.showModal();
  if (other) {
    byId("modal-body").scrollTop = 0;
    begin(v);
    announce(`${plain(v.title?.text || "")}, dialog`);
  }
}

function again() {
  if (context) showModals(context);
}

/** pictureOfView shows a view without a dialog around it, for pictures. */
export function pictureOfView(v, me, view) {
  const surface = { ...surfaceOfView(v, me, view, () => {}), kind: "picture" };
  return el("div", { class: "modal modal-picture" }, parts(v, 1, surface));
}

function draw(v, depth, surface) {
  const sent = sending.get(v.id);
  const state = sent && (sent.busy || sent.hash === v.hash) ? sent : {};
  byId("modal").dataset.view = v.id;
  byId("modal").dataset.callback = v.callback_id || "";
  byId("modal").setAttribute("aria-busy", String(Boolean(state.busy)));
  fill(byId("modal-form"), parts(v, depth, surface, state));
}

function parts(v, depth, surface, state = {}) {
  const title = plain(v.title?.text || "");
  const close = plain(v.close?.text || "") || "Close";
  return [
    el("header", { class: "modal-head", "data-key": "head" },
      depth > 1
        ? el("button", { type: "button", class: "plain", "data-key": "back", "data-focus": "back", "data-back": true, "aria-label": "Back", on: { click: () => leave(v, false) } }, icon("back"))
        : el("span", { class: "modal-app", "data-key": "app" }, avatar(appOf(surface.view.workspace?.()), "small")),
      el("h2", { id: "modal-title", class: "modal-title", text: title }),
      el("button", { type: "button", class: "plain", "data-key": "close", "data-focus": "close", "data-close-modal": true, "aria-label": depth > 1 ? "Close all" : "Close", on: { click: () => leave(v, true) } }, icon("close"))),
    el("div", { class: "modal-body", id: "modal-body", "data-key": "body", role: "region", "aria-label": title, tabindex: "0" },
      el("div", { class: "modal-blocks", "data-key": v.id }, blocks(surface))),
    state.error && el("p", { class: "modal-error", role: "alert", "data-key": "error" }, icon("warn"), el("span", { text: state.error })),
    el("footer", { class: "modal-foot", "data-key": "foot" },
      el("button", { type: "button", class: "button", "data-key": "cancel", "data-focus": "cancel", "data-cancel": true, on: { click: () => leave(v, v.clear_on_close === true) }, text: close }),
      v.submit && el("button", {
        type: "submit", class: "button button-primary", "data-key": "submit", "data-focus": "submit", "data-submit": true, "aria-disabled": state.busy ? "true" : null, "aria-busy": state.busy ? "true" : null,
      }, plain(v.submit.text || "Submit"), state.busy && el("span", { class: "spinner" }))),
  ];
}

/** begin puts the focus where the person begins: into the field that asks for it, or the first one. */
function begin(v) {
  const body = byId("modal-body");
  const wants = (v.blocks || []).map((b) => b.element || b.accessory).find((e) => e?.focus_on_load);
  const all = [...body.querySelectorAll("input, textarea, button, a[href]")].filter((e) => e.checkVisibility());
  const first = (wants && all.find((e) => e.dataset.action === wants.action_id)) || all[0] || byId("modal");
  first.focus();
}

async function submit() {
  const { me, refresh, stack, view } = context;
  const v = stack.find((q) => q.id === top.id);
  if (!v || sending.get(v.id)?.busy) return;
  sending.set(v.id, { busy: true, hash: v.hash });
  again();
  announce("Sending");
  const answer = await post("/slack/submit", { as: me, view_id: v.id, state: stateOf(surfaceOfView(v, me, view, again)) });
  const errors = answer.errors || {};
  sending.set(v.id, { error: answer.error ? trouble(answer.error) : "", errors, hash: v.hash });
  await refresh();
  again();
  if (Object.keys(errors).length > 0) wrong(errors);
}

// Slack's client says the same of all that went wrong on the way.
const trouble = (error) => (/timeout|dispatch_failed|trouble/.test(error) ? "We had some trouble connecting. Try again?" : explain(error));

/** wrong leads to the first field with an error. */
function wrong(errors) {
  const body = byId("modal-body");
  const field = body.querySelector("[aria-invalid='true']");
  const first = field?.matches("[role='radiogroup']") ? field.querySelector("input") : field;
  (first || byId("modal")).focus();
  announce(Object.values(errors).join(" "));
}

async function leave(v, clear) {
  const { me, refresh, stack } = context;
  const ids = clear ? stack.map((q) => q.id) : [v.id];
  for (const id of ids) gone.add(id);
  again();
  const answer = await post("/slack/close", { as: me, view_id: v.id, clear });
  if (answer.error) for (const id of ids) gone.delete(id);
  await refresh();
}

/** watchModal makes the dialog itself work. */
export function watchModal() {
  const dialog = byId("modal");
  byId("modal-form").addEventListener("submit", (e) => {
    e.preventDefault();
    if (!document.activeElement?.taken) submit();
  });
  const back = (e) => {
    e.preventDefault();
    const v = context?.stack.find((q) => q.id === top.id);
    if (v) leave(v, v.clear_on_close === true);
  };
  dialog.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !e.defaultPrevented) back(e);
  });
  dialog.addEventListener("cancel", (e) => {
    if (e.target === dialog) back(e);
  });
}
