// Tells screen readers what has appeared.

import { byId, el } from "./dom.js";

/** announce says a sentence once, when the reader is idle. */
export function announce(text) {
  const place = byId("announcer");
  while (place.children.length > 4) place.firstElementChild.remove();
  place.append(el("p", { text }));
}
