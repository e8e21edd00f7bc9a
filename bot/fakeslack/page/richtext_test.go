package page_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rendered gives back the HTML that richtext.js makes of each text.
func rendered(w tab, texts []string) []string {
	raw, err := json.Marshal(texts)
	if err != nil {
		w.t.Fatal(err)
	}
	return eval[[]string](w, `(async (texts) => {
		const { mrkdwn } = await import("/script/richtext.js");
		const people = { U1: { id: "U1", name: "rita", real_name: "Rita Okafor" }, U2: { id: "U2", name: "anna", real_name: "Anna <b>" } };
		const view = {
			me: "U1", zone: "Europe/Berlin", now: () => Date.UTC(2026, 10, 24, 12, 0, 0), person: (id) => people[id],
			group: (id) => (id === "S1" ? { id, handle: "on-call", members: ["U1"] } : undefined),
			channel: (id) => (id === "C1" ? { id, name: "help-desk" } : undefined), go() {},
		};
		return texts.map((text) => {
			const div = document.createElement("div");
			div.append(mrkdwn(text, view));
			return div.innerHTML;
		});
	})(`+string(raw)+`)`)
}

func TestMrkdwn(t *testing.T) {
	t.Parallel()
	words := func(s string) string { return `<div class="words">` + s + `</div>` }
	date := func(iso, title, s string) string {
		return `<time datetime="` + iso + `" title="` + title + `">` + s + `</time>`
	}
	link := func(url, s string) string {
		return `<a href="` + url + `" target="_blank" rel="noopener noreferrer">` + s + `</a>`
	}
	noon := "2026-11-24T11:30:45.000Z"
	noonTitle := "Tuesday, November 24, 2026 at 12:30:45 PM (Europe/Berlin)"
	cases := []struct{ name, text, want string }{
		{"bold", "a *b c* d", words("a <b>b c</b> d")},
		{"italic", "_a_ b", words("<i>a</i> b")},
		{"strike", "~a~", words("<s>a</s>")},
		{"nested", "*a _b_ ~c~*", words("<b>a <i>b</i> <s>c</s></b>")},
		{"code", "`a *b*` &amp; c", words("<code>a *b*</code> &amp; c")},
		{"inside a word nothing begins", "snake_case_name 2*3*4", words("snake_case_name 2*3*4")},
		{"a space after the marker", "* a * b", words("* a * b")},
		{"at punctuation", "(*a*), \"_b_\".", words(`(<b>a</b>), "<i>b</i>".`)},
		{"twice the marker", "**a** __b__", words("**a** __b__")},
		{"never across lines", "*a\nb*", words("*a\nb*")},
		{"a word joiner keeps a marker from beginning", "*\u2060a* b", words("*\u2060a* b")},
		{"a word joiner in a word shows nothing", "a\u2060b", words("a\u2060b")},
		{"an unpaired marker", "*a", words("*a")},
		{"bold around a link", "*<https://x.example/|it>*", words("<b>" + link("https://x.example/", "it") + "</b>")},
		{"entities", "a &lt;b&gt; &amp;amp; &quot;", words("a &lt;b&gt; &amp;amp; &amp;quot;")},
		{"an entity is no markup", "&lt;@U1&gt;", words("&lt;@U1&gt;")},
		{"lines", "a\n\nb", words("a\n\nb")},
		{"quote", "&gt; a\n&gt; b\nc", `<blockquote>` + words("a\nb") + `</blockquote>` + words("c")},
		{"quote to the end", "&gt;&gt;&gt; a\nb", `<blockquote>` + words("a\nb") + `</blockquote>`},
		{"bullets", "x:\n• *a*", words("x:") + `<div class="bullet"><span class="bullet-sign">• </span><span><b>a</b></span></div>`},
		{"pre", "a\n```\nif *x* &lt; <https://y.example|y>\n```\nb", words("a") + "<pre>if *x* &lt; y</pre>" + words("b")},
		{"link with words", "<https://x.example/?a=1&amp;b=2|a *b*>", words(link("https://x.example/?a=1&amp;b=2", "a *b*"))},
		{"bare link", "see https://x.example/a.", words("see " + link("https://x.example/a", "https://x.example/a") + ".")},
		{"mail", "<mailto:a@x.example|a@x.example>", words(link("mailto:a@x.example", "a@x.example"))},
		{"me", "<@U1>", words(`<span class="mention mention-me">@Rita Okafor</span>`)},
		{"somebody, whose name is no markup", "<@U2|x>", words(`<span class="mention">@Anna &lt;b&gt;</span>`)},
		{"nobody known", "<@U9|zoe> <@U8>", words(`<span class="mention">@zoe</span> <span class="mention">@U8</span>`)},
		{"my group", "<!subteam^S1>", words(`<span class="mention mention-me">@on-call</span>`)},
		{"channel", "<#C1>", words(`<button type="button" class="mention" data-focus="go C1">#help-desk</button>`)},
		{"channel out of sight", "<#C9>", words(`<span class="mention">#private-channel</span>`)},
		{"everybody", "<!here>", words(`<span class="mention mention-me">@here</span>`)},
		{"emoji", ":white_check_mark: :nothing:", words(`<span class="emoji" role="img" aria-label="white check mark" title=":white_check_mark:">✅</span> :nothing:`)},
		{
			"today", "<!date^1795519845^until {date_short_pretty} at {time}|x>",
			words(date(noon, noonTitle, "until Today at 12:30 PM")),
		},
		{"today first", "<!date^1795519845^{date_pretty}, {time_secs}|x>", words(date(noon, noonTitle, "Today, 12:30:45 PM"))},
		{"numbers", "<!date^1795519845^{date_num} {date_slash}|x>", words(date(noon, noonTitle, "2026-11-24 11/24/2026"))},
		{
			"this half year", "<!date^1795519845^{date} {date_short} {date_long}|x>",
			words(date(noon, noonTitle, "November 24th Nov 24 Tuesday, November 24th")),
		},
		{
			"long ago, in words and with a link", "<!date^1392734382^{date} {date_short} {date_long} {date_long_full}^https://x.example/|x>",
			words(link("https://x.example/", date("2014-02-18T14:39:42.000Z", "Tuesday, February 18, 2014 at 3:39:42 PM (Europe/Berlin)",
				"February 18th, 2014 Feb 18, 2014 Tuesday, February 18th, 2014 February 18, 2014"))),
		},
		{"ago", "<!date^1795519845^{ago}|x>", words(date(noon, noonTitle, "29 minutes ago"))},
		{"unknown tokens stay", "<!date^1795519845^{nothing}|x>", words(date(noon, noonTitle, "{nothing}"))},
		{"no instant", "<!date^99999999999999^{date}|some day>", words("some day")},
	}
	w := open(t, serve(t), "U1")
	texts := make([]string, len(cases))
	for i, c := range cases {
		texts[i] = c.text
	}
	for i, got := range rendered(w, texts) {
		if diff := cmp.Diff(cases[i].want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", cases[i].name, cases[i].text, diff)
		}
	}
}

// hostile are texts that would act if they were taken for markup.
var hostile = []string{
	`<img src=x onerror="window.hacked=1">`,
	`<script>window.hacked=1</script>`,
	`<javascript:window.hacked=1|click>`,
	`<JaVaScRiPt:alert(1)>`,
	`<data:text/html,<script>window.hacked=1</script>|x>`,
	`"><svg onload=window.hacked=1>`,
	`<https://x.example/"onmouseover="window.hacked=1|x>`,
	"```<img src=x onerror=window.hacked=1>```",
	"`<svg/onload=window.hacked=1>`",
	`<!date^1^{date}^javascript:window.hacked=1|x>`,
}

func TestMrkdwn_hostileTextStaysText(t *testing.T) {
	t.Parallel()
	w := open(t, serve(t), "U1")
	for i, html := range rendered(w, hostile) {
		for _, bad := range []string{"<img", "<script", "<svg", `href="javascript`, `href="JaVaScRiPt`, `href="data`, ` onmouseover="`} {
			if strings.Contains(html, bad) {
				t.Errorf("%s became %s", hostile[i], html)
			}
		}
	}
}

func TestPage_hostileTextStaysText(t *testing.T) {
	t.Parallel()
	s := serve(t)
	bad := hostile[0]
	s.people[1]["real_name"], s.people[1]["title"] = bad, bad
	s.channels[0]["topic"], s.channels[1]["name"] = bad, bad
	s.groups[0]["handle"] = bad
	for _, k := range []string{"name", "manufacturer", "model", "owner", "os", "enrollment", "last_check_in"} {
		s.devices[0][k] = bad
	}
	s.devices[0]["reset"] = object{"state": bad}
	for _, text := range hostile {
		s.say(object{"channel": "C1", "user": "U2", "text": text, "blocks": []object{
			{"type": "header", "text": plain(text)},
			{"type": "section", "text": mrkdwn(text), "fields": []object{plain(text)}, "accessory": object{
				"type": "button", "action_id": "a", "text": plain(text), "url": "javascript:window.hacked=1",
			}},
			{"type": "image", "image_url": "https://x.example/x.png", "alt_text": text},
			{"type": text},
		}})
	}
	w := open(t, s, "U1")
	w.reads("#messages", bad)
	w.reads("#devices", bad)
	w.reads("#sidebar", bad)
	got := eval[object](w, `({
		elements: [...document.querySelectorAll("#app :is(img, script, iframe, svg[onload], [onerror])")].map((e) => e.outerHTML),
		links: [...document.querySelectorAll("#app a[href]")].map((a) => new URL(a.href).protocol).filter((p) => p !== "https:"),
		hacked: String(window.hacked),
	})`)
	want := object{"elements": []any{}, "links": []any{}, "hacked": "undefined"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Dates are in the language of who reads; near days begin with a capital.
func TestDates_locale(t *testing.T) {
	t.Parallel()
	w := open(t, serve(t), "U1")
	got := eval[map[string][]string](w, `(async () => {
		const { dateText } = await import("/script/dates.js");
		const now = Date.UTC(2026, 10, 24, 12, 0, 0), noon = now / 1000;
		const say = (locale) => [
			[noon, "{date_short_pretty} at {time}"], [noon - 86400, "{date_long_pretty}"], [noon - 3 * 86400, "{date_long}"],
			[noon - 3 * 86400, "{date_short} {time_secs}"], [noon - 7200, "{ago}"], [noon - 400 * 86400, "{date}"],
		].map(([at, tokens]) => dateText(at, tokens, { zone: "Europe/Berlin", now, locale }));
		return Object.fromEntries(["", "en-GB", "de-DE", "ja-JP", "no such"].map((l) => [l, say(l)]));
	})()`)
	english := []string{"Today at 1:00 PM", "Yesterday", "Saturday, November 21st", "Nov 21 1:00:00 PM", "2 hours ago", "October 20th, 2025"}
	want := map[string][]string{
		"": english, "en-GB": english, "no such": english,
		"de-DE": {"Heute at 13:00", "Gestern", "Samstag, 21. November", "21. Nov. 13:00:00", "vor 2 Stunden", "20. Oktober 2025"},
		"ja-JP": {"今日 at 13:00", "昨日", "11月21日土曜日", "11月21日 13:00:00", "2 時間前", "2025年10月20日"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
