// Speaks with the sandbox: JSON over the page's own origin.

/** Away is thrown where the sandbox cannot be reached, or has no answer; status is what it said instead. */
export class Away extends Error {
  constructor(words, status = 0) {
    super(words);
    this.status = status;
  }
}

/** get reads JSON, or throws Away. */
export async function get(path, params = {}) {
  const query = new URLSearchParams(params).toString();
  let answer;
  let text;
  try {
    answer = await fetch(query ? `${path}?${query}` : path, { cache: "no-store" });
    text = await answer.text();
  } catch (e) {
    throw new Away(`${path}: ${e.message}`);
  }
  if (!answer.ok) throw new Away(`${path} answered ${answer.status}`, answer.status);
  return JSON.parse(text);
}

/**
 * post sends JSON and gives back the answer; its `error` is empty where all
 * went well. It never throws. The header keeps other web pages out: they
 * can't send it.
 */
export async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Sandbox": "1" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    let json = null;
    try {
      json = JSON.parse(text);
    } catch {
      // Not JSON: the status says what there is to say.
    }
    if (json && typeof json.error === "string" && (answer.ok || json.error)) return json;
    return { error: answer.ok ? "" : text.trim().slice(0, 200) || `status ${answer.status}` };
  } catch {
    return { error: "unreachable" };
  }
}

const words = {
  operation_timeout: "passcodebot did not answer within 3 seconds. Try again.",
  dispatch_failed: "passcodebot is not connected. Start it, and try again.",
  unreachable: "The sandbox cannot be reached. Is it still running?",
};

/** explain turns an error of the sandbox into a sentence. */
export function explain(error) {
  return words[error] || `Slack says: ${error}`;
}
