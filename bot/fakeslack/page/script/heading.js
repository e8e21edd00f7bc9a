// What stands above: the channel, who one is, and what is wrong.

import { byId, el, fill, setText } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, nameOf } from "./avatar.js";
import { roleOf } from "./sidebar.js";

/** showHead shows the channel and the person who is in it. */
export function showHead(slack, channel, me) {
  const where = channel ? (channel.dm ? "" : "#") + channel.name : "Sandbox";
  document.title = [where, me && nameOf(me), `${slack.team.name} sandbox`].filter(Boolean).join(" · ");
  const title = byId("channel-name");
  const sign = JSON.stringify(channel || {});
  if (title.sign !== sign) {
    title.sign = sign;
    if (!channel) fill(title, "No channel");
    else if (channel.dm) fill(title, avatar({ id: channel.id, name: channel.name, bot: true }, "tiny"), channel.name);
    else fill(title, icon(channel.private ? "lock" : "hash"), channel.name);
  }
  setText(byId("channel-topic"), channel?.topic || (channel?.dm ? "Direct messages" : ""));
  const place = byId("me");
  const meSign = JSON.stringify(me || {}) + (me && roleOf(slack, me));
  if (me && place.sign !== meSign) {
    place.sign = meSign;
    fill(place, avatar(me, "small"), el("span", {}, el("span", { class: "unseen", text: "You are " }), nameOf(me)));
    place.title = roleOf(slack, me);
  }
}

/** showBanner says what is wrong with the sandbox or the bot. */
export function showBanner(reached, slack) {
  let text = "";
  let kind = "";
  if (!reached) [text, kind] = ["The sandbox cannot be reached. It may have been stopped; this page tries again by itself.", "lost"];
  else if (slack?.connected === 0) {
    [text, kind] = ["passcodebot is not connected to Slack. Commands and buttons get no answer until it is back.", "away"];
  }
  const banner = byId("banner");
  if (banner.dataset.kind === kind) return;
  banner.dataset.kind = kind;
  banner.replaceChildren(...(text ? [icon("warn"), el("span", { text })] : []));
}
