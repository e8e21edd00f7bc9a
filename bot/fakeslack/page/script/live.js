// Hears of changes. Browsers allow six connections to one origin, and each
// event stream holds one; so of all windows of this sandbox only one listens
// and tells the others. When it is closed, another takes over.

/**
 * watch calls changed() after each change and after each new connection, and
 * status(true or false) as the connection comes and goes.
 */
export function watch(path, { since, changed, status }) {
  const air = new BroadcastChannel("sandbox " + path);
  const hear = (news) => {
    if (news.open !== undefined) status(news.open);
    if (news.open !== false) changed();
  };
  air.onmessage = (e) => hear(e.data);
  const tell = (news) => {
    air.postMessage(news);
    hear(news);
  };
  const lead = () => new Promise(() => listen(path, since, tell)); // ends with the page
  if (navigator.locks) navigator.locks.request("sandbox " + path, lead);
  else lead();
}

function listen(path, since, tell) {
  const shortest = 500;
  let wait = shortest;
  const open = () => {
    const stream = new EventSource(path + "?" + new URLSearchParams({ since: since() }));
    stream.onopen = () => {
      wait = shortest;
      tell({ open: true });
    };
    stream.onmessage = () => tell({ change: true });
    stream.onerror = () => {
      // EventSource gives up after an answer other than 200, and otherwise
      // asks with a number that is old by now: so it is made anew.
      stream.close();
      if (wait > shortest) tell({ open: false }); // the second try has failed too
      setTimeout(open, wait);
      wait = Math.min(wait * 2, 8000);
    };
  };
  open();
}

/** oneAtATime runs work again after it ends where it was asked meanwhile. */
export function oneAtATime(work) {
  let running = null;
  let again = false;
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await work();
      } while (again);
    })().finally(() => {
      running = null;
    });
    return running;
  };
}
