// What stands above: the channel, who one is, and what is wrong.

import { byId, el, fill, setText } from "./dom.js";
import { icon } from "./icons.js";
import { explain, post } from "./api.js";
import { avatar, nameOf } from "./avatar.js";
import { menuButton } from "./menu.js";
import { notice } from "./notice.js";
import { appOf } from "./reader.js";
import { roleOf } from "./sidebar.js";

/** showHead shows the channel, or the app's home, and the person who is there. */
export function showHead(slack, channel, me, inHome) {
  const app = appOf(slack);
  if (inHome) channel = { id: app.id, name: nameOf(app), dm: true, topic: "App Home" };
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
  if (!me || place.sign === meSign) return;
  place.sign = meSign;
  fill(place, me.presence || me.locale ? myMenu(me) : who(me));
  place.title = roleOf(slack, me);
}

const who = (me) => [avatar(me, "small"), el("span", {}, el("span", { class: "unseen", text: "You are " }), nameOf(me))];

const languages = { "en-GB": "English", "de-DE": "Deutsch", "ja-JP": "日本語" };

/** myMenu is one's own menu: whether one is there, and one's language. */
function myMenu(me) {
  const set = async (path, body) => {
    const { error } = await post(path, { as: me.id, ...body });
    if (error) notice(explain(error));
  };
  const away = me.presence === "away";
  const language = (code) => (me.locale || "").slice(0, 2) === code.slice(0, 2);
  const button = menuButton({
    name: "me", label: `${nameOf(me)}: presence and language`, picture: "", className: "me-button", attributes: { "data-me": me.id },
    items: () => [
      me.presence && { title: "Presence" },
      me.presence && { label: "Active", on: !away, value: "active", act: () => set("/slack/presence", { active: true }) },
      me.presence && { label: "Away", on: away, value: "away", act: () => set("/slack/presence", { active: false }) },
      me.locale && { title: "Language in Slack" },
      ...(me.locale ? Object.entries(languages).map(([code, words]) => ({ label: words, value: code, on: language(code), act: () => set("/slack/locale", { locale: code }) })) : []),
    ].filter(Boolean),
  });
  button.removeAttribute("aria-label");
  button.removeAttribute("title");
  button.append(...who(me), el("span", { class: "unseen", text: ", presence and language" }), icon("chevron"));
  return button;
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
