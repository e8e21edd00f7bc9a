// What each person has read. It lasts as long as the window.

const read = new Map(); // by person and channel: the newest timestamp that was on the screen
let start = null; // what was there before this window opened counts as read

/** begin is called with the first state that this window sees. */
export function begin(channels) {
  if (start !== null) return;
  start = channels.reduce((newest, c) => ((c.last_ts || "") > newest ? c.last_ts : newest), "");
}

/** readUpTo is the newest timestamp that a person has read in a channel. */
export const readUpTo = (me, channel) => read.get(me + " " + channel) ?? start ?? "";

/** isUnread tells that a channel has something that a person has not seen. */
export const isUnread = (me, channel) => (channel.last_ts || "") > readUpTo(me, channel.id);

/** mark notes that a person has seen a channel up to a timestamp. */
export function mark(me, channel, ts) {
  if (ts > readUpTo(me, channel)) read.set(me + " " + channel, ts);
}

const dismissed = "sandbox dismissed";

function dismissals() {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(dismissed)) || []);
  } catch {
    return new Set();
  }
}

/** isDismissed tells that a person has dismissed an ephemeral message. */
export const isDismissed = (me, channel, ts) => dismissals().has([me, channel, ts].join(" "));

/** dismiss hides an ephemeral message from the one who saw it. */
export function dismiss(me, channel, ts) {
  const all = [...dismissals(), [me, channel, ts].join(" ")];
  sessionStorage.setItem(dismissed, JSON.stringify(all.slice(-500)));
}
