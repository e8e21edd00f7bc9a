// Sends what was typed: a command or a message.

import { post, explain } from "./api.js";
import { escape } from "./mrkdwn.js";

/**
 * send sends what was typed. It gives back what went wrong, in a sentence,
 * and whether Slack itself tells the person.
 */
export async function send(text, by, thread, slack) {
  if (text.startsWith("/") && thread === "") {
    const { error } = await post("/slack/command", { as: by.me, channel: by.channel, text });
    return { problem: error && explain(error), told: told.test(error) };
  }
  const { error } = await post("/slack/say", { as: by.me, channel: by.channel, thread_ts: thread, text: outgoing(text, slack) });
  return { problem: error && explain(error), told: false };
}

// Slackbot tells of these in the channel.
const told = /^(?:operation_timeout|dispatch_failed|invalid_\w+|not a command)$/;

/** outgoing is typed text as Slack's client sends it. */
function outgoing(text, slack) {
  return escape(text)
    .replace(/(^|[\s,(])@([\p{L}\p{N}._-]+)/gu, (whole, before, name) => {
      const p = slack.people.find((q) => q.name === name);
      const g = slack.groups.find((q) => q.handle === name);
      if (p) return `${before}<@${p.id}>`;
      if (/^(?:here|channel|everyone)$/.test(name)) return `${before}<!${name}>`;
      return g ? `${before}<!subteam^${g.id}>` : whole;
    })
    .replace(/(^|[\s,(])#([\p{L}\p{N}_-]+)/gu, (whole, before, name) => {
      const c = slack.channels.find((q) => q.name === name && !q.dm);
      return c ? `${before}<#${c.id}>` : whole;
    });
}
