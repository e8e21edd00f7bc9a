// Who reads: what rendering asks of the person, the time and the workspace.

import { nameOf } from "./avatar.js";

/** peopleIn are those whom one can be, in their order. */
export const peopleIn = (slack) => slack.people.filter((p) => !p.bot && !p.deactivated);

/** appOf is the app: the one bot that the page knows of. */
export const appOf = (slack) => slack?.people.find((p) => p.bot && p.name !== "slackbot" && p.id !== "USLACKBOT") || { id: "app", name: "passcodebot", bot: true };

/**
 * createReader makes a reader. state() is the workspace as /slack/state says
 * it, or null; ahead() how far the fakes' clock is ahead of this one, in ms.
 */
export function createReader(state, ahead, go) {
  return {
    me: "",
    zone: "",
    locale: "",
    signature: "",
    now: () => Date.now() + ahead(),
    workspace: state,
    person: (id) => state()?.people.find((p) => p.id === id),
    people: () => (state() ? peopleIn(state()) : []),
    group: (id) => state()?.groups.find((g) => g.id === id),
    channel: (id) => state()?.channels.find((c) => c.id === id),
    channels: () => state()?.channels || [],
    go,
    /** become makes it another person's; what a message's look depends on goes into the signature. */
    become(me) {
      const slack = state();
      this.me = me;
      this.zone = this.person(me)?.tz || "";
      this.locale = this.person(me)?.locale || "";
      this.signature = JSON.stringify([
        me, this.zone, this.locale, slack.people.map((p) => [p.id, nameOf(p), p.title, p.guest, p.bot]), slack.groups, slack.channels.map((c) => [c.id, c.name]), slack.shortcuts,
      ]);
    },
  };
}
