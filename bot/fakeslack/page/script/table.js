// Block Kit's table.

import { el } from "./dom.js";
import { richText } from "./richblock.js";
import { plain } from "./richtext.js";

/** table shows a table block. Its first row is its head. */
export function table(b, view) {
  const settings = b.column_settings || [];
  const cell = (c, tag, i) => el(tag, {
    class: [`cell-${settings[i]?.align || "left"}`, settings[i]?.is_wrapped === true && "cell-wrapped"].filter(Boolean).join(" "), scope: tag === "th" ? "col" : null,
  }, c?.type === "rich_text" ? richText(c, view) : plain(String(c?.text ?? c?.value ?? "")));
  const [head, ...rows] = b.rows || [];
  return el("div", { class: "table-scroll", role: "group", "aria-label": "Table", tabindex: "0" }, el("table", {},
    el("thead", {}, el("tr", {}, (head || []).map((c, i) => cell(c, "th", i)))),
    el("tbody", {}, rows.map((r) => el("tr", {}, r.map((c, i) => cell(c, "td", i)))))));
}
