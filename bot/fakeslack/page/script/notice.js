// Says what went wrong where no element is near that could.

import { byId, el, fill } from "./dom.js";
import { icon } from "./icons.js";

/** notice shows a sentence until it is dismissed; "" takes it away. */
export function notice(text) {
  const place = byId("notice");
  place.hidden = text === "";
  fill(byId("notice-text"), text && [icon("warn"), el("span", { text })]);
}

/** watchNotice makes the notice's button work. */
export function watchNotice() {
  byId("notice-close").append(icon("close"));
  byId("notice-close").addEventListener("click", () => notice(""));
}
