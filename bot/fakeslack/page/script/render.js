// Shows one message, modal or App Home alone, from JSON, for a picture. A
// program opens render.html and calls
//
//   window.renderPiece({
//     kind: "message" | "modal" | "home",
//     as: "U1",                          // the id of the one who reads
//     people, groups, channels,          // as /slack/state gives them; dates are in the locale of the one who reads
//     message | view,                    // as /slack/messages or /slack/views give them
//     replies: [message, …],             // with a message: its thread below it
//     now: 1764264000000,                // the time of reading in ms; without it, the real time
//     dark: true,                        // without it, as the system has it
//   })
//
// which puts it into #piece, the element to take the picture of, and gives
// back its size as {width, height}. What it shows is dead: nothing is sent.

import { byId, el, fill } from "./dom.js";
import { blocks } from "./blocks.js";
import { surfaceOfHome } from "./apphome.js";
import { forgetAll } from "./form.js";
import { fillMessage } from "./message.js";
import { pictureOfView } from "./modal.js";
import { createReader } from "./reader.js";

function renderPiece(json) {
  const { kind, as = "", people = [], groups = [], channels = [], dark } = json;
  const slack = { people, groups, channels };
  const reader = createReader(() => slack, () => (json.now ? json.now - Date.now() : 0), () => {});
  reader.become(as);
  if (dark === undefined) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = dark ? "dark" : "light";
  const place = byId("piece");
  place.dataset.kind = kind;
  place.replaceChildren();
  forgetAll(); // ids may be those of another piece
  fill(place, piece(kind, json, reader));
  const { width, height } = place.getBoundingClientRect();
  return { width, height };
}

function piece(kind, json, reader) {
  switch (kind) {
    case "message": return messages([json.message, ...(json.replies || [])], reader);
    case "modal": return pictureOfView(json.view, reader.me, reader);
    case "home": return el("div", { class: "home-body home" }, blocks({ ...surfaceOfHome(json.view, reader.me, reader, () => {}), kind: "picture" }));
  }
  throw new Error(`there is no kind ${kind}`);
}

const messages = (list, reader) => el("ol", { class: "messages", role: "list" }, list.map((m) => {
  const li = el("li", { class: "message" });
  fillMessage(li, { m: { ts: "0", ...m }, compact: false }, "", reader, { openThread: m.replies > 0 ? () => {} : null, dismiss() {}, redraw() {}, picture: true, id: "piece" });
  return li;
}));

window.renderPiece = renderPiece;
document.documentElement.dataset.ready = "";
