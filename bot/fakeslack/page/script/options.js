// Where the options of a select come from: the element, the workspace, or
// the app, which is asked as one types.

import { post, explain } from "./api.js";
import { nameOf } from "./avatar.js";
import { remember, stateOf } from "./form.js";
import { plain } from "./richtext.js";

const kindOf = (e) => e.type.replace(/^multi_/, "").replace(/_select$/, "");

/** isExternal tells that the app is asked for the options. */
export const isExternal = (e) => kindOf(e) === "external";

/** leastQuery is how much must be typed before the app is asked. */
export const leastQuery = (e) => e.min_query_length ?? 3;

/** shown turns an option object into what the list shows: {value, text, detail, group, person}. */
const shown = (o, group = "") => ({ value: o.value, text: plain(o.text?.text || ""), detail: o.description ? plain(o.description.text) : "", group });

const grouped = (options, groups) => [...(options || []).map((o) => shown(o)), ...(groups || []).flatMap((g) => (g.options || []).map((o) => shown(o, plain(g.label?.text || ""))))];

/** matching are the options of an element whose words begin as the query's do; not of external ones. */
export function matching(e, surface, query) {
  const typed = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => typed.every((w) => text.toLowerCase().split(/[\s(.@-]+/).some((q) => q.startsWith(w)) || text.toLowerCase().includes(w));
  return all(e, surface).filter((o) => fits([o.text, o.group, o.handle || ""].join(" ")));
}

function all(e, surface) {
  const { view } = surface;
  switch (kindOf(e)) {
    case "users":
      return view.people().filter((p) => !p.deactivated).map((p) => personOption(p, view));
    case "conversations":
    case "channels":
      return view.channels().filter((c) => !c.dm).map((c) => ({ value: c.id, text: "#" + c.name, detail: c.topic || "", group: "" }));
  }
  return grouped(e.options, e.option_groups);
}

function personOption(p, view) {
  const you = p.id === view.me ? " (you)" : "";
  return { value: p.id, text: nameOf(p) + you, detail: p.title || "", handle: p.name, group: "", person: p };
}

/** suggested asks the app. It resolves to {options, problem}. */
export async function suggested(e, block, surface, query) {
  const at = surface.where.view_id ? { view_id: surface.where.view_id } : { where: surface.where };
  const answer = await post("/slack/suggest", { as: surface.as, ...at, block_id: block, action_id: e.action_id, query, state: stateOf(surface) });
  if (answer.error) return { options: [], problem: explain(answer.error) };
  for (const o of [...(answer.options || []), ...(answer.option_groups || []).flatMap((g) => g.options || [])]) remember(surface, block, e, o);
  return { options: grouped(answer.options, answer.option_groups), problem: "" };
}
