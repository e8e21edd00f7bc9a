// The sandbox's own controls, as it last said they stand. A page of the fakes
// alone has none of them.

import { get, post, explain } from "./api.js";
import { oneAtATime } from "./live.js";
import { getIfThere, isAway, known } from "./world.js";

/** most is how many events are shown. */
export const most = 300;

/** lab is what is known: state is /sandbox/state, or null where there are no controls. */
export const lab = { state: null, events: [], total: 0, tampered: 0, verdict: null, busy: "", problem: "", show() {} };

/** refreshLab reads it. The log is read from the start: what was tampered with may be anywhere in it. */
export const refreshLab = oneAtATime(async () => {
  try {
    const state = await getIfThere("/sandbox/state");
    if (!state) return;
    const audit = await log();
    known.clock = state.now - Date.now();
    Object.assign(lab, { state, ...audit });
    lab.show();
  } catch (e) {
    isAway(e); // and if not, that is on the console
  }
});

/** log reads the whole log, which comes in pages, and keeps the newest events. */
async function log() {
  const out = { events: [], total: 0, tampered: 0 };
  for (let after = 0, more = true; more;) {
    const page = await get("/sandbox/audit", { after });
    const events = page.events || [];
    out.total += events.length;
    out.tampered = page.tampered || 0;
    out.events = [...out.events, ...events].slice(-most);
    more = page.more === true && events.length > 0;
    if (more) after = events[events.length - 1].seq;
  }
  return out;
}

/**
 * act posts one of the controls; name is the control that shows its busy
 * state. It resolves to the answer, or null where it went wrong.
 */
export async function act(path, body, name) {
  if (lab.busy) return null;
  Object.assign(lab, { busy: name, problem: "" });
  lab.show();
  const answer = await post(path, body);
  Object.assign(lab, { busy: "", problem: answer.error ? explain(answer.error).replace("Slack says: ", "") : "" });
  await refreshLab();
  lab.show();
  return answer.error ? null : answer;
}
