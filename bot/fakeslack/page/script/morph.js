// Makes nodes that are on the page look like nodes that were just built, and
// leaves alone what is the same: what has the focus keeps it, what is open
// stays open, and a press that has begun ends on the same button.

/** listen gives a node its listeners, {event: function}. */
export function listen(node, listeners) {
  for (const event of Object.keys(listeners)) {
    if (!node.hears?.[event]) node.addEventListener(event, heard);
  }
  node.hears = { ...node.hears, ...listeners };
}

// One function hears every event, so that a node can get other listeners.
function heard(e) {
  return e.currentTarget.hears?.[e.type]?.(e);
}

/** become makes the children of node look like children, a list of nodes and texts. */
export function become(node, children) {
  const fresh = children.map((c) => (c instanceof Node ? c : document.createTextNode(c))).flatMap((c) => (c instanceof DocumentFragment ? [...c.childNodes] : [c]));
  const old = [...node.childNodes];
  const named = new Map();
  for (const o of old) if (nameOf(o)) named.set(nameOf(o), o);
  const unnamed = old.filter((o) => !nameOf(o));

  // Who becomes whom: a name finds its own, the others go by their order.
  const kept = new Set();
  const pairs = fresh.map((f) => {
    const name = nameOf(f);
    let o = name ? named.get(name) : undefined;
    if (!name) {
      const at = unnamed.findIndex((u) => sort(u) === sort(f));
      if (at >= 0) o = unnamed.splice(0, at + 1)[at];
    }
    if (!o || kept.has(o) || sort(o) !== sort(f)) return [null, f];
    kept.add(o);
    return [o, f];
  });
  for (const o of old) if (!kept.has(o)) o.remove();
  let at = node.firstChild;
  for (const [o, f] of pairs) {
    if (o) alter(o, f);
    const there = o || f;
    if (there === at) at = at.nextSibling;
    else node.insertBefore(there, at);
  }
}

const sort = (n) => (n.nodeType === Node.ELEMENT_NODE ? n.nodeName : String(n.nodeType));

/** nameOf is what a node is called among its siblings, if it is called anything. */
const nameOf = (n) => (n.nodeType === Node.ELEMENT_NODE ? n.dataset.key || n.id || n.dataset.focus || "" : "");

function alter(o, f) {
  if (o.nodeType !== Node.ELEMENT_NODE) {
    if (o.data !== f.data) o.data = f.data;
    return;
  }
  for (const { name } of [...o.attributes]) {
    if (!f.hasAttribute(name) && !own(o, name)) o.removeAttribute(name);
  }
  for (const { name, value } of f.attributes) if (o.getAttribute(name) !== value) o.setAttribute(name, value);
  for (const event of Object.keys(o.hears || {})) if (!f.hears?.[event]) delete o.hears[event];
  if (f.hears) {
    for (const event of Object.keys(f.hears)) if (!o.hears?.[event]) o.addEventListener(event, heard);
    o.hears = f.hears;
  }
  if (o.nodeName !== "TEXTAREA") become(o, [...f.childNodes]);
  for (const [property, value] of Object.entries(f.live || {})) if (o[property] !== value) o[property] = value;
}

/** own tells that an attribute is changed by those who use the page, not by those who build it. */
const own = (node, name) => name === "style" || (name === "open" && node.nodeName === "DETAILS");
