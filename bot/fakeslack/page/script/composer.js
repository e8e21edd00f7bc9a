// Where one types: a message, or a command with its hint.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { announce } from "./announce.js";
import { commandIn, suggestions } from "./suggest.js";

const drafts = new Map(); // by person and place
const history = new Map(); // by person: what was sent

/**
 * createComposer makes a composer. send(text, owner) resolves to {problem,
 * told}: why it was not sent, and whether the person reads that elsewhere.
 * data() gives {commands, people}; menu is a node to stand beside the input. The element's id is also the prefix of
 * what belongs to it.
 */
export function createComposer(place, { id, send, data, menu = null, inThread = false }) {
  const input = el("textarea", {
    id, class: "composer-input", rows: "1", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-describedby": id + "-hint",
  });
  const list = el("ul", { id: id + "-list", class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const hint = el("p", { id: id + "-hint", class: "composer-hint" });
  const notice = el("div", { id: id + "-notice", class: "composer-notice", role: "alert" });
  const button = el("button", { type: "button", class: "composer-send", "aria-label": "Send", title: "Send (Enter)", on: { click: submit } }, icon("send"));
  const box = el("div", { class: "composer-box" }, ...[menu, input, button].filter(Boolean));
  place.replaceChildren(el("div", { class: "composer" }, notice, list, box, hint));

  let owner = { me: "", key: "", label: "" };
  let offer = null;
  let chosen = 0;
  let back = 0; // how far into what was sent

  const draftKey = () => owner.me + " " + owner.key;

  /** become gives the composer to a person in a place, with their draft. */
  function become(next) {
    input.setAttribute("aria-label", next.label);
    input.placeholder = next.label;
    if (next.me === owner.me && next.key === owner.key) return;
    owner = next;
    back = 0;
    input.value = drafts.get(draftKey()) || "";
    warn("");
    changed(false);
  }

  function changed(offering = true) {
    drafts.set(draftKey(), input.value);
    input.style.height = "auto";
    // Nothing has a height while its panel is hidden.
    if (input.scrollHeight > 0) input.style.height = Math.min(input.scrollHeight, 220) + "px";
    button.disabled = input.value.trim() === "";
    showOffer(offering ? suggestions(input.value, input.selectionStart, data()) : null);
    showHint();
  }

  function showHint() {
    const command = commandIn(input.value, data().commands);
    hint.replaceChildren();
    if (command && !offer) {
      hint.append(el("b", { text: command.name }), " ", el("span", { class: "hint-usage", text: command.hint || "" }));
      if (command.description) hint.append(el("span", { class: "hint-detail", text: command.description }));
    } else {
      hint.append(el("span", { class: "hint-keys", text: "Enter sends, Shift+Enter starts a new line, / shows the commands" }));
    }
  }

  function showOffer(next) {
    const before = offer;
    offer = next;
    chosen = 0;
    list.hidden = !offer;
    if (!offer) {
      list.replaceChildren();
      input.removeAttribute("aria-activedescendant");
      input.removeAttribute("aria-controls");
      return;
    }
    input.setAttribute("aria-controls", list.id);
    list.replaceChildren(...offer.items.map((item, i) => el("li", {
      id: `${id}-option-${i}`, role: "option", class: "suggestion", "aria-selected": "false", "data-suggestion": item.title,
      on: { mousedown: (e) => e.preventDefault(), click: () => take(i) },
    },
    el("span", { class: "suggestion-title", text: item.title }),
    item.hint && el("span", { class: "suggestion-hint", text: " " + item.hint }),
    item.detail && el("span", { class: "suggestion-detail", text: item.detail }))));
    choose(0);
    if (before?.items.length !== offer.items.length) {
      announce(`${offer.items.length === 1 ? "1 suggestion" : offer.items.length + " suggestions"}: ${offer.items[0].title}. Tab takes it.`);
    }
  }

  function choose(i) {
    chosen = (i + offer.items.length) % offer.items.length;
    [...list.children].forEach((li, n) => li.setAttribute("aria-selected", String(n === chosen)));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
  }

  function take(i) {
    const { from, to, items } = offer;
    input.focus();
    input.setRangeText(items[i].insert, from, to, "end");
    changed();
  }

  function warn(text) {
    notice.replaceChildren();
    if (!text) return;
    notice.append(icon("warn"), el("span", { text }), el("button", {
      type: "button", class: "plain", "aria-label": "Dismiss", on: { click: () => { warn(""); input.focus(); } },
    }, icon("close")));
  }

  async function submit() {
    const text = input.value.trim();
    if (text === "") return;
    const by = owner;
    warn("");
    if (inThread && commandIn(text, data().commands)) {
      warn(`${text.split(/\s/)[0]} is not supported in threads. Sorry! Type it in the channel.`);
      return;
    }
    const sent = history.get(by.me) || [];
    history.set(by.me, [...sent.filter((s) => s !== text), text].slice(-50));
    back = 0;
    input.value = "";
    changed(false);
    box.classList.add("composer-busy");
    const { problem, told } = await send(text, by);
    box.classList.remove("composer-busy");
    if (!problem) return;
    // What was typed is not lost.
    const key = by.me + " " + by.key;
    if (key === draftKey()) {
      if (input.value === "") {
        input.value = text;
        changed(false);
      }
      if (!told) warn(problem);
    } else if (!drafts.get(key)) drafts.set(key, text);
  }

  function recall(step) {
    const sent = history.get(owner.me) || [];
    const to = back + step;
    if (to < 0 || to > sent.length) return false;
    back = to;
    input.value = to === 0 ? "" : sent[sent.length - to];
    changed(false);
    return true;
  }

  input.addEventListener("input", () => {
    back = 0;
    changed();
  });
  input.addEventListener("blur", () => showOffer(null));
  // An Enter that sends or takes must not break the line too. Some input
  // methods, and programs that type, break it although the key was taken.
  let taken = false;
  input.addEventListener("beforeinput", (e) => {
    if (taken && e.inputType === "insertLineBreak") e.preventDefault();
  });
  input.addEventListener("keyup", () => {
    taken = false;
  });
  input.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    onKey(e);
    taken = e.key === "Enter" && e.defaultPrevented;
  });

  function onKey(e) {
    const plainKey = !e.shiftKey && !e.altKey && !e.ctrlKey && !e.metaKey;
    if (offer && plainKey) {
      const complete = offer.kind === "commands" && commandIn(input.value, data().commands);
      switch (e.key) {
        case "ArrowDown": choose(chosen + 1); e.preventDefault(); return;
        case "ArrowUp": choose(chosen - 1); e.preventDefault(); return;
        case "Escape": showOffer(null); showHint(); e.preventDefault(); return;
        case "Tab": take(chosen); e.preventDefault(); return;
        case "Enter":
          if (complete) break; // a whole command, sent as it is
          take(chosen);
          e.preventDefault();
          return;
      }
    }
    if (e.key === "Enter" && plainKey) {
      e.preventDefault();
      submit();
    } else if (plainKey && e.key === "ArrowUp" && (input.value === "" || back > 0)) {
      if (recall(1)) e.preventDefault();
    } else if (plainKey && e.key === "ArrowDown" && back > 0) {
      if (recall(-1)) e.preventDefault();
    }
  }

  /** fill replaces what is typed; nothing is sent. */
  function fill(text) {
    input.value = text;
    changed(false);
    input.focus();
    input.setSelectionRange(text.length, text.length);
  }

  /** insert puts a word at the caret, apart from its neighbours. */
  function insert(word, prefix) {
    let before = input.value.slice(0, input.selectionStart);
    const after = input.value.slice(input.selectionEnd);
    if (input.value.trim() === "") before = prefix;
    if (before !== "" && !/[\s:"]$/.test(before)) before += " ";
    const gap = /^\s/.test(after) ? "" : " ";
    input.value = before + word + gap + after;
    const caret = (before + word + gap).length;
    input.setSelectionRange(caret, caret);
    changed(false);
  }

  return { become, fill, insert, focus: () => input.focus() };
}
