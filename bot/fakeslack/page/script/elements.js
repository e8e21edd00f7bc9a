// The elements that stand in blocks, by their type.

import { button } from "./buttons.js";
import { choices } from "./choices.js";
import { overflow } from "./overflow.js";
import { picture, unknown } from "./pictures.js";
import { select } from "./select.js";
import { textInput } from "./textinput.js";

/** element shows one, as a list of nodes. See choices.js for field. */
export function element(e, block, surface, field) {
  switch (e?.type) {
    case "button": return button(e, block, surface);
    case "image": return [picture(e)];
    case "overflow": return overflow(e, block, surface);
    case "checkboxes":
    case "radio_buttons": return choices(e, block, surface, field);
    case "static_select":
    case "external_select":
    case "users_select":
    case "channels_select":
    case "conversations_select":
    case "multi_static_select":
    case "multi_external_select":
    case "multi_users_select":
    case "multi_channels_select":
    case "multi_conversations_select": return select(e, block, surface, field);
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input": return textInput(e, block, surface, field);
  }
  return [unknown(e?.type, "element")];
}

