// The page's few pictures, as strokes on a 20 by 20 grid.

const shapes = {
  hash: "M4 7.2h12.6M3.4 12.8H16M8.4 3.2 6.6 16.8M13.4 3.2l-1.8 13.6",
  lock: "M5 9.2h10v7H5zM7 9V6.6a3 3 0 0 1 6 0V9",
  close: "M5 5l10 10M15 5 5 15",
  eye: "M2.4 10S5.2 5 10 5s7.6 5 7.6 5-2.8 5-7.6 5-7.6-5-7.6-5zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  warn: "M10 3.2 18 16.8H2zM10 8.2v4M10 14.4v.4",
  send: "M3.4 3.6 17 10 3.4 16.4 5.4 10zM5.4 10H11",
  reply: "M16.6 9.6a6 6 0 0 1-8.6 5.4L3.6 16.4 5 12.4a6 6 0 1 1 11.6-2.8z",
  key: "M7 13.6a3.6 3.6 0 1 1 0-7.2 3.6 3.6 0 0 1 0 7.2zM10.6 10H17.4M14.8 10v3",
  phone: "M6.2 2.6h7.6v14.8H6.2zM9.2 14.8h1.6",
  people: "M7.4 9.4a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.4 16c.3-3 2.2-4.4 5-4.4s4.7 1.4 5 4.4M12.8 9.2a2.4 2.4 0 1 0-.6-4.7M14.2 11.8c2 .4 3.2 1.8 3.4 4.2",
  down: "M10 4v11.6M5 11l5 5 5-5",
  chevron: "M5.5 8l4.5 4.5L14.5 8",
  back: "M12.4 4.6 7 10l5.4 5.4",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  plus: "M10 4.4v11.2M4.4 10h11.2",
  bolt: "M11 2.6 4.6 11.2H10l-1 6.2 6.4-8.6H10z",
  search: "M9 14.6A5.6 5.6 0 1 0 9 3.4a5.6 5.6 0 0 0 0 11.2zM13.2 13.2l3.6 3.6",
  home: "M3 9.6 10 3.6l7 6M5 8.4v8h10v-8M8.4 16.4v-4.2h3.2v4.2",
  chain: "M8.4 11.6a3 3 0 0 1 0-4.2l2-2a3 3 0 0 1 4.2 4.2l-1 1M11.6 8.4a3 3 0 0 1 0 4.2l-2 2a3 3 0 0 1-4.2-4.2l1-1",
  file: "M5.4 2.8h6l3.2 3.2v11.2H5.4zM11.2 2.8v3.4h3.4",
  flag: "M5 17.4V3.2h9.4l-2 3.4 2 3.4H5",
  gear: "M10 12.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM10 2.6v2.2M10 15.2v2.2M2.6 10h2.2M15.2 10h2.2M4.8 4.8l1.5 1.5M13.7 13.7l1.5 1.5M4.8 15.2l1.5-1.5M13.7 6.3l1.5-1.5",
  none: "M6 10h8",
  queued: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.8",
  active: "M10 3a7 7 0 1 1-6.6 4.6M3 3.4v4.4h4.4",
  done: "M4 10.6l4 4 8-9",
  failed: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.4 7.4l5.2 5.2M12.6 7.4l-5.2 5.2",
  offline: "M3 3l14 14M4.4 8.6a8 8 0 0 1 3-1.7M10.8 6.4a8 8 0 0 1 4.8 2.2M7 11.6a4.4 4.4 0 0 1 2-1.1M10 14.8v.2",
};

/** icon draws one of the shapes; it says nothing to a screen reader. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon icon-" + name);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}
