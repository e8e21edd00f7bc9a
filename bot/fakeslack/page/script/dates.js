// Shows instants as Slack does, in the zone of the person who reads.

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const day = 24 * 60 * 60 * 1000;

const formats = new Map();

function format(zone) {
  let f = formats.get(zone);
  if (!f) {
    const options = {
      hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    };
    try {
      f = new Intl.DateTimeFormat("en-US", { ...options, timeZone: zone || undefined });
    } catch {
      f = new Intl.DateTimeFormat("en-US", options); // a zone that nobody knows
    }
    formats.set(zone, f);
  }
  return f;
}

/** zoneName gives the zone's name, the browser's where zone is empty. */
export const zoneName = (zone) => format(zone).resolvedOptions().timeZone;

/** parts takes an instant (in ms) apart in a zone. */
function parts(ms, zone) {
  const p = {};
  for (const { type, value } of format(zone).formatToParts(ms)) p[type] = Number(value);
  p.weekday = new Date(Date.UTC(p.year, p.month - 1, p.day)).getUTCDay();
  p.number = Math.round(Date.UTC(p.year, p.month - 1, p.day) / day);
  return p;
}

const two = (n) => String(n).padStart(2, "0");

function ordinal(n) {
  const teen = n % 100 > 10 && n % 100 < 14;
  return n + (teen ? "th" : ["th", "st", "nd", "rd"][n % 10] || "th");
}

function clock(p, seconds) {
  const s = seconds ? ":" + two(p.second) : "";
  return `${p.hour % 12 || 12}:${two(p.minute)}${s} ${p.hour < 12 ? "AM" : "PM"}`;
}

/**
 * dateText fills Slack's tokens. It gives nothing where the instant is none,
 * so that the caller shows the fallback.
 */
export function dateText(unix, tokens, { zone = "", now = Date.now() } = {}) {
  const ms = unix * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return "";
  const p = parts(ms, zone);
  const today = parts(now, zone);
  // Slack leaves the year out within half a year.
  const year = Math.abs(ms - now) < 183 * day ? "" : ", " + p.year;
  const long = `${months[p.month - 1]} ${ordinal(p.day)}${year}`;
  const short = `${months[p.month - 1].slice(0, 3)} ${p.day}${year}`;
  const withDay = `${days[p.weekday]}, ${long}`;
  const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[p.number - today.number];
  const pretty = (other, at) => {
    if (!near) return other;
    return at === 0 ? near[0].toUpperCase() + near.slice(1) : near;
  };
  return tokens.replace(/\{([a-z_]+)\}/g, (whole, name, at) => {
    switch (name) {
      case "date_num": return `${p.year}-${two(p.month)}-${two(p.day)}`;
      case "date_slash": return `${two(p.month)}/${two(p.day)}/${p.year}`;
      case "date": return long;
      case "date_short": return short;
      case "date_long": return withDay;
      case "date_long_full": return `${months[p.month - 1]} ${p.day}, ${p.year}`;
      case "date_pretty": return pretty(long, at);
      case "date_short_pretty": return pretty(short, at);
      case "date_long_pretty":
      case "day_divider_pretty": return pretty(withDay, at);
      case "time": return clock(p, false);
      case "time_secs": return clock(p, true);
      case "ago": return ago(ms, now);
    }
    return whole;
  });
}

/** ago says how far an instant is from now, in words. */
export function ago(ms, now = Date.now()) {
  const apart = Math.abs(now - ms);
  const count = (n, unit) => {
    const words = `${n} ${unit}${n === 1 ? "" : "s"}`;
    return now >= ms ? `${words} ago` : `in ${words}`;
  };
  if (apart < 10_000) return "just now";
  if (apart < 60_000) return count(Math.floor(apart / 1000), "second");
  if (apart < 60 * 60_000) return count(Math.floor(apart / 60_000), "minute");
  if (apart < 2 * day) return count(Math.floor(apart / (60 * 60_000)), "hour");
  return count(Math.floor(apart / day), "day");
}

/** exactly is an instant for a title: to the second, with its zone. */
export function exactly(ms, zone) {
  const p = parts(ms, zone);
  return `${days[p.weekday]}, ${months[p.month - 1]} ${p.day}, ${p.year} at ${clock(p, true)} (${zoneName(zone)})`;
}

/** timeOfDay is 10:04 AM. */
export const timeOfDay = (ms, zone) => clock(parts(ms, zone), false);

/** dayNumber tells days apart in a zone. */
export const dayNumber = (ms, zone) => parts(ms, zone).number;

/** dayName is the words on a day's divider. */
export const dayName = (ms, zone, now) => dateText(ms / 1000, "{day_divider_pretty}", { zone, now });
