// Asks before a button does what it does, as the app wants it asked.

import { byId } from "./dom.js";
import { textObject } from "./richtext.js";

/** isAsking tells that a question is open. */
export const isAsking = () => byId("confirm").open;

/** ask shows a confirmation object of Block Kit and resolves to the answer. */
export function ask(object, view) {
  const dialog = byId("confirm");
  const yes = byId("confirm-yes");
  const no = byId("confirm-deny");
  byId("confirm-title").replaceChildren(textObject(object.title, view));
  byId("confirm-text").replaceChildren(textObject(object.text, view));
  yes.replaceChildren(textObject(object.confirm, view));
  no.replaceChildren(textObject(object.deny, view));
  yes.className = object.style === "danger" ? "button button-danger" : "button button-primary";
  no.className = "button";

  return new Promise((resolve) => {
    const answer = (e) => {
      // A click on the backdrop has the dialog itself as its target.
      if (e.target === dialog || no.contains(e.target)) dialog.close("deny");
      else if (yes.contains(e.target)) dialog.close("confirm");
    };
    dialog.returnValue = "deny";
    dialog.addEventListener("click", answer);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("click", answer);
      resolve(dialog.returnValue === "confirm");
    }, { once: true });
    dialog.showModal();
    no.focus(); // Enter pressed once too often must not confirm
  });
}
