// Shows instants as Slack does, in the zone and the language of the person who
// reads.

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

/** english says the parts of an instant as Slack does in English. */
function english(p, withYear, ms, now) {
  const year = withYear ? ", " + p.year : "";
  const long = `${months[p.month - 1]} ${ordinal(p.day)}${year}`;
  return {
    slash: `${two(p.month)}/${two(p.day)}/${p.year}`, long, short: `${months[p.month - 1].slice(0, 3)} ${p.day}${year}`,
    withDay: `${days[p.weekday]}, ${long}`, full: `${months[p.month - 1]} ${p.day}, ${p.year}`,
    near: (away) => ({ "-1": "Yesterday", 0: "Today", 1: "Tomorrow" })[away],
    time: () => clock(p, false), secs: () => clock(p, true), ago: () => ago(ms, now),
  };
}

/** foreign says them in another language. */
function foreign(locale, zone, withYear, ms, now) {
  const say = (options) => new Intl.DateTimeFormat(locale, { timeZone: zoneName(zone), ...options }).format(ms);
  const date = (options) => say({ day: "numeric", ...(withYear && { year: "numeric" }), ...options });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const capital = (s) => s[0].toLocaleUpperCase(locale) + s.slice(1);
  return {
    slash: say({ day: "2-digit", month: "2-digit", year: "numeric" }), long: date({ month: "long" }), short: date({ month: "short" }),
    withDay: date({ month: "long", weekday: "long" }), full: say({ day: "numeric", month: "long", year: "numeric" }),
    near: (away) => (Math.abs(away) <= 1 ? capital(relative.format(away, "day")) : undefined),
    time: () => say({ hour: "numeric", minute: "2-digit" }), secs: () => say({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => {
      const [n, unit] = apartIn(Math.abs(now - ms));
      return relative.format(now >= ms ? -n : n, unit);
    },
  };
}

/**
 * dateText fills Slack's tokens. It gives nothing where the instant is none,
 * so that the caller shows the fallback. Without a locale it is in English.
 */
export function dateText(unix, tokens, { zone = "", now = Date.now(), locale = "" } = {}) {
  const ms = unix * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return "";
  const p = parts(ms, zone);
  // Slack leaves the year out within half a year.
  const withYear = Math.abs(ms - now) >= 183 * day;
  const words = spokenHere(locale) ? foreign(locale, zone, withYear, ms, now) : english(p, withYear, ms, now);
  // Slack writes them with a capital, wherever in a sentence they stand.
  const near = words.near(p.number - parts(now, zone).number);
  return tokens.replace(/\{([a-z_]+)\}/g, (whole, name) => {
    switch (name) {
      case "date_num": return `${p.year}-${two(p.month)}-${two(p.day)}`;
      case "date_slash": return words.slash;
      case "date": return words.long;
      case "date_short": return words.short;
      case "date_long": return words.withDay;
      case "date_long_full": return words.full;
      case "date_pretty": return near || words.long;
      case "date_short_pretty": return near || words.short;
      case "date_long_pretty":
      case "day_divider_pretty": return near || words.withDay;
      case "time": return words.time();
      case "time_secs": return words.secs();
      case "ago": return words.ago();
    }
    return whole;
  });
}

/** spokenHere tells that a locale is one that the browser knows, and not English. */
const spokenHere = (locale) => /^(?!en\b)[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale) && Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;

/** apartIn is a time in the unit that suits it. */
function apartIn(ms) {
  if (ms < 60_000) return [Math.floor(ms / 1000), "second"];
  if (ms < 60 * 60_000) return [Math.floor(ms / 60_000), "minute"];
  if (ms < 2 * day) return [Math.floor(ms / (60 * 60_000)), "hour"];
  return [Math.floor(ms / day), "day"];
}

/** ago says how far an instant is from now, in words. */
export function ago(ms, now = Date.now()) {
  const apart = Math.abs(now - ms);
  if (apart < 10_000) return "just now";
  const [n, unit] = apartIn(apart);
  const words = `${n} ${unit}${n === 1 ? "" : "s"}`;
  return now >= ms ? `${words} ago` : `in ${words}`;
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
