// What people have chosen and typed in blocks, until they send it. It is kept
// here and not in the DOM, so that nothing that changes around it loses it.
//
// A value is a string (a text, an option's value, a person's id) or, where
// several can be chosen, a list of them.

const typed = new Map(); // by surface: Map by field: {value, type}
const labels = new Map(); // by surface, field and value: the option, where the app suggested it

const fieldOf = (block, action) => block + "\n" + action;

/** isMany tells that of an element several options can be chosen. */
export const isMany = (e) => e.type === "checkboxes" || /^multi_/.test(e.type);

/** hasValue tells that an element has a value to send. */
export const hasValue = (e) => /(?:_select|_input)$|^checkboxes$|^radio_buttons$/.test(e?.type || "");

/** optionsOf are the options that an element has from the start. */
export const optionsOf = (e) => [...(e.options || []), ...(e.option_groups || []).flatMap((g) => g.options || [])];

/** initial is an element's value before anybody touched it. */
function initial(e) {
  if (isMany(e)) return e.initial_users || e.initial_conversations || e.initial_channels || (e.initial_options || []).map((o) => o.value);
  return e.initial_option?.value ?? e.initial_user ?? e.initial_conversation ?? e.initial_channel ?? e.initial_value ?? "";
}

/** reported is the value that Slack knows of a field, or undefined. */
function reported(surface, block, e) {
  const s = surface.state?.[block]?.[e.action_id];
  if (!s || s.type !== e.type) return undefined;
  if (isMany(e)) return s.selected_users || s.selected_conversations || s.selected_channels || s.selected_options?.map((o) => o.value) || [];
  return s.selected_option?.value ?? s.selected_user ?? s.selected_conversation ?? s.selected_channel ?? s.value ?? "";
}

/** valueOf is a field's value as it stands. */
export function valueOf(surface, block, e) {
  if (!typed.has(surface.key)) typed.set(surface.key, new Map());
  const fields = typed.get(surface.key);
  const field = fieldOf(block, e.action_id);
  // Slack keeps what a field shows over updates where both ids and the type
  // stay, even where the update has another initial value.
  const kept = fields.get(field);
  const left = kept?.type === e.type ? stillOffered(e, kept.value) : undefined;
  if (left === undefined) fields.set(field, { type: e.type, value: reported(surface, block, e) ?? initial(e) });
  else kept.value = left;
  return fields.get(field).value;
}

/** stillOffered is what of a choice the element offers still; undefined where that is nothing. */
function stillOffered(e, value) {
  if (!/^(?:multi_)?static_select$|^checkboxes$|^radio_buttons$/.test(e.type) || value.length === 0) return value;
  const offered = optionsOf(e).map((o) => o.value);
  if (!isMany(e)) return offered.includes(value) ? value : undefined;
  const left = value.filter((v) => offered.includes(v));
  if (left.length === value.length) return value;
  return left.length > 0 ? left : undefined;
}

/** setValue changes it. */
export function setValue(surface, block, e, value) {
  valueOf(surface, block, e);
  typed.get(surface.key).set(fieldOf(block, e.action_id), { type: e.type, value });
}

/** fields are the elements with a value, each with its block_id. */
export function fields(blocks) {
  return (blocks || []).flatMap((b) => [b.element, b.accessory, ...(b.type === "actions" ? b.elements || [] : [])]
    .filter(hasValue).map((e) => ({ block: b.block_id || "", e })));
}

/** stateOf is every field's value, as the sandbox takes it. */
export function stateOf(surface) {
  const state = {};
  for (const { block, e } of fields(surface.blocks)) (state[block] ||= {})[e.action_id] = valueOf(surface, block, e);
  return state;
}

/** tidy forgets the fields that an update has taken away. */
export function tidy(surface) {
  const there = new Set(fields(surface.blocks).map(({ block, e }) => fieldOf(block, e.action_id)));
  for (const field of typed.get(surface.key)?.keys() || []) if (!there.has(field)) typed.get(surface.key).delete(field);
}

/** forget forgets a surface, which is gone. */
export function forget(key) {
  typed.delete(key);
}

/** forgetAll forgets them all. */
export function forgetAll() {
  typed.clear();
  labels.clear();
}

/** signOf is what is typed, for the signature of what shows it. */
export const signOf = (key) => JSON.stringify([...(typed.get(key) || [])]);

/** remember keeps an option that the app suggested, for its text. */
export function remember(surface, block, e, option) {
  labels.set([surface.key, block, e.action_id, option.value].join("\n"), option);
}

/** optionOf finds the option of a value. */
export function optionOf(surface, block, e, value) {
  return [...optionsOf(e), e.initial_option, ...(e.initial_options || [])].find((o) => o?.value === value)
    || labels.get([surface.key, block, e.action_id, value].join("\n"));
}
