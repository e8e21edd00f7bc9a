// Block Kit's overflow menu.

import { doingOf, perform, problem } from "./doing.js";
import { menuButton } from "./menu.js";
import { plain } from "./richtext.js";
import { safe } from "./mrkdwn.js";

/** overflow shows an overflow element of a block. */
export function overflow(e, block, surface) {
  const { busy } = doingOf(surface, block, e);
  const items = () => (e.options || []).map((o) => ({
    label: plain(o.text?.text || ""), detail: o.description && plain(o.description.text), value: o.value, url: o.url && safe(o.url),
    act: () => perform(surface, block, e, { name: plain(o.text?.text || ""), value: o.value }),
  }));
  return [menuButton({
    name: ["overflow", surface.id, block, e.action_id].join(" "), label: "More actions", items, className: "button button-overflow",
    attributes: { "data-action": e.action_id, "data-block": block, "aria-busy": busy ? "true" : null },
  }), problem(surface, block, e)];
}
