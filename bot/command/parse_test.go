package command_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/command"
)

const (
	pixel  = "0a1b2c3d-0000-4000-8000-00000000000f"
	galaxy = "0a1b2c3d-0000-4000-8000-0000000000ff"
)

func id(s string) approvals.Selector { return approvals.Selector{Kind: approvals.ByID, Value: s} }

func user(s string) approvals.Selector { return approvals.Selector{Kind: approvals.ByUser, Value: s} }

func person(s string) approvals.Selector {
	return approvals.Selector{Kind: approvals.ByPerson, Value: s}
}

func serial(s string) approvals.Selector {
	return approvals.Selector{Kind: approvals.BySerial, Value: s}
}

func name(s string) approvals.Selector { return approvals.Selector{Kind: approvals.ByName, Value: s} }

func filter(s string) approvals.Selector {
	return approvals.Selector{Kind: approvals.ByFilter, Value: s}
}

func parse(t *testing.T, text string) command.Command {
	t.Helper()
	c, err := command.Parse(text, command.Options{})
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return c
}

// Devices in all their forms; every case is followed by a reason.
func TestParse_devices(t *testing.T) {
	t.Parallel()
	const filtered = "operatingSystem eq 'Android' and complianceState eq 'noncompliant'"
	for _, tt := range []struct {
		why, text string
		want      []approvals.Selector
	}{
		{"a device id", pixel, []approvals.Selector{id(pixel)}},
		{"upper case", strings.ToUpper(pixel), []approvals.Selector{id(pixel)}},
		{"braces", "{" + strings.ToUpper(pixel) + "}", []approvals.Selector{id(pixel)}},
		{"quoted, as in a list of Terraform", `"` + pixel + `", "` + galaxy + `",`, []approvals.Selector{id(pixel), id(galaxy)}},
		{"long dashes in an id", strings.ReplaceAll(pixel, "-", "–"), []approvals.Selector{id(pixel)}},
		{"hard hyphens in an id", strings.ReplaceAll(pixel, "-", "\u2011"), []approvals.Selector{id(pixel)}},

		{"a user", "user:alice@contoso.com", []approvals.Selector{user("alice@contoso.com")}},
		{"a user with an apostrophe", "user:miles.o’brien@contoso.com", []approvals.Selector{user("miles.o'brien@contoso.com")}},
		{"Slack's link around a mail address", "user:<mailto:alice@contoso.com|alice@contoso.com>", []approvals.Selector{user("alice@contoso.com")}},
		{"such a link without a text", "user:<mailto:alice@contoso.com>", []approvals.Selector{user("alice@contoso.com")}},
		{"such a link in quotation marks", `user:"<mailto:alice@contoso.com|alice@contoso.com>"`, []approvals.Selector{user("alice@contoso.com")}},
		{"a mention", "<@U012AB3CD>", []approvals.Selector{person("U012AB3CD")}},
		{"a mention with a name", "<@W012AB3CD|alice>", []approvals.Selector{person("W012AB3CD")}},
		{"mentions without a space", "<@U1><@U2|bob>", []approvals.Selector{person("U1"), person("U2")}},
		{"a mention behind user:", "user:<@U1|alice> user: <@U2>", []approvals.Selector{person("U1"), person("U2")}},

		{"a serial number", "serial:R58M12ABCDE", []approvals.Selector{serial("R58M12ABCDE")}},
		{"a serial number with a space", `serial:"R 58"`, []approvals.Selector{serial("R 58")}},
		{"a serial number with a comma", `serial:"R,58"`, []approvals.Selector{serial("R,58")}},
		{"a serial number with a long dash", "serial:R–58", []approvals.Selector{serial("R-58")}},
		{"a space behind the colon", "serial: R58", []approvals.Selector{serial("R58")}},
		{"a line break behind the colon", "serial:\nR58", []approvals.Selector{serial("R58")}},
		{"a hard space before the colon, as in French", "serial\u00a0: R58", []approvals.Selector{serial("R58")}},
		{"an upper-case key", "SERIAL:R58 User:alice@contoso.com", []approvals.Selector{serial("R58"), user("alice@contoso.com")}},
		{"a full-width colon", "serial：R58", []approvals.Selector{serial("R58")}},
		{"Slack's link around what looks like an address", "serial:<http://r58.de|r58.de>", []approvals.Selector{serial("r58.de")}},
		{"words of ours as values", "serial:list name:reason name:because", []approvals.Selector{serial("list"), name("reason"), name("because")}},

		{"a name", `name:"Alice's Pixel"`, []approvals.Selector{name("Alice's Pixel")}},
		{"curly quotation marks", "name:“Alice’s Pixel”", []approvals.Selector{name("Alice's Pixel")}},
		{"German quotation marks", "name:„Alices Pixel“", []approvals.Selector{name("Alices Pixel")}},
		{"reversed quotation marks", "name:‟Alices Pixel”", []approvals.Selector{name("Alices Pixel")}},
		{"French quotation marks", "name:« Alices Pixel »", []approvals.Selector{name("Alices Pixel")}},
		{"single quotation marks", "name:'Alice's Pixel'", []approvals.Selector{name("Alice's Pixel")}},
		{"curly single quotation marks", "name:‘Alice’s Pixel’", []approvals.Selector{name("Alice's Pixel")}},
		{"low single quotation marks", "name:‚Alices Pixel‘", []approvals.Selector{name("Alices Pixel")}},
		{"a name without quotation marks", "name:KIOSK-12", []approvals.Selector{name("KIOSK-12")}},
		{"a long dash in a name stays", `name:"Lager – Tor 2"`, []approvals.Selector{name("Lager – Tor 2")}},
		{"spaces inside stay, and those around go", `name:"  Kiosk  2 "`, []approvals.Selector{name("Kiosk  2")}},
		{"hard spaces in a name", "name:\"Kiosk\u00a02\u202f3\"", []approvals.Selector{name("Kiosk 2 3")}},
		{"a name that Intune gives", `name:"alice_AndroidForWork_1/2/2026_3:04 PM"`, []approvals.Selector{name("alice_AndroidForWork_1/2/2026_3:04 PM")}},
		{"a colon in a name without quotation marks", "name:a:b", []approvals.Selector{name("a:b")}},
		{"Slack's escaping", `name:"R&amp;D &lt;3&gt; &amp;lt;"`, []approvals.Selector{name("R&D <3> &lt;")}},
		{"a channel in a name", `name:"<#C1|general> tablet"`, []approvals.Selector{name("#general tablet")}},
		{"a reason inside quotation marks is none", `name:"no reason: at all"`, []approvals.Selector{name("no reason: at all")}},
		{"an emoji of several parts", `name:"👩‍💻 Pixel ❤️"`, []approvals.Selector{name("👩‍💻 Pixel ❤️")}},

		{"a filter", `filter:"` + filtered + `"`, []approvals.Selector{filter(filtered)}},
		{"a filter with curly quotation marks", "filter:“operatingSystem eq ‘Android’”", []approvals.Selector{filter("operatingSystem eq 'Android'")}},
		{"a filter over two lines", "filter:\"model eq 'X'\nand model eq 'Y'\"", []approvals.Selector{filter("model eq 'X' and model eq 'Y'")}},

		{
			"mixed freely", pixel + ", user:alice@contoso.com;serial:R58\n<@U1>\t,name:\"Kiosk\"，serial:R59、serial:R60；serial:R61",
			[]approvals.Selector{id(pixel), user("alice@contoso.com"), serial("R58"), person("U1"), name("Kiosk"), serial("R59"), serial("R60"), serial("R61")},
		},
		{"pasted as code", "`serial:R58` `" + pixel + "`", []approvals.Selector{serial("R58"), id(pixel)}},
		{
			"spaces of every width", "serial:R1\u00a0serial:R2\u2003serial:R3\u202fserial:R4\u3000serial:R5\u2028serial:R6",
			[]approvals.Selector{serial("R1"), serial("R2"), serial("R3"), serial("R4"), serial("R5"), serial("R6")},
		},
		{
			"characters of no width", "\ufeffse\u00adrial\u200b:\u2060R\u200d58\u200e\u202c user:al\u200cice@contoso.com\x00",
			[]approvals.Selector{serial("R58"), user("alice@contoso.com")},
		},
		{
			"twice is once", pixel + " {" + strings.ToUpper(pixel) + "} serial:R58 SERIAL:\"r58\" user:A@b.c user:a@B.C <@U1> <@U1|alice> name:X name:\"x\"",
			[]approvals.Selector{id(pixel), serial("R58"), user("A@b.c"), person("U1"), name("X")},
		},
		{"the same text in another way is another", "serial:X name:X", []approvals.Selector{serial("X"), name("X")}},
		{"filters differ by case", `filter:"model eq 'x'" filter:"model eq 'X'"`, []approvals.Selector{filter("model eq 'x'"), filter("model eq 'X'")}},
	} {
		want := command.Command{Verb: command.Ask, Selectors: tt.want, Reason: "forgot the PIN"}
		got, err := command.Parse(tt.text+" reason: forgot the PIN", command.Options{})
		if err != nil {
			t.Errorf("%s: %q: %v", tt.why, tt.text, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", tt.why, tt.text, diff)
		}
	}
}

func TestParse_reason(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, want string
		pings      []string
	}{
		{"reason: forgot the PIN", "forgot the PIN", nil},
		{"reason:forgot", "forgot", nil},
		{"Because: forgot", "forgot", nil},
		{"REASON ： forgot", "forgot", nil},
		{"reason\u00a0: forgot", "forgot", nil},
		{"re\u00adason: for\u200bgot\ufeff", "for\u200bgot", nil},
		{"reason: two  lines\n\nand a\ttab ", "two lines and a tab", nil},
		{"reason: because: both", "because: both", nil},
		{"reason: no reason: at all", "no reason: at all", nil},
		{"reason: “forgot the PIN”", "forgot the PIN", nil},
		{`reason: "forgot" and "lost"`, `"forgot" and "lost"`, nil},
		{`reason: says "forgot"`, `says "forgot"`, nil},
		{"reason: Alice’s PIN – gone", "Alice’s PIN – gone", nil},
		{"reason: all-or-nothing list serial:R59", "all-or-nothing list serial:R59", nil},
		{"reason: R&amp;D &lt;b&gt; &amp;amp;", "R&D <b> &amp;", nil},
		{"reason: see <https://tickets.contoso.com/4711|INC-4711>", "see INC-4711", nil},
		{"reason: see <https://tickets.contoso.com/?a=1&amp;b=2>", "see https://tickets.contoso.com/?a=1&b=2", nil},
		{"reason: call <tel:+4930123|+49 30 123>", "call +49 30 123", nil},
		{"reason: mail <mailto:bob@contoso.com|Bob &amp; Co>", "mail Bob & Co", nil},
		{"reason: <!date^1767225600^{date}|1 Jan 2026>", "1 Jan 2026", nil},
		{"reason: in <#C012|general>", "in #general", nil},
		{"reason: in <#C012>", "in #C012", nil},
		{"reason: in <#C012|>", "in #C012", nil},
		{"reason: <@U012|bob> asked", "@bob asked", []string{"@bob"}},
		{"reason: <@U012> asked <@U012>", "@U012 asked @U012", []string{"@U012"}},
		{"reason: the channel@here.com, everyone here", "the channel@here.com, everyone here", nil},
		{"reason: @heretic and @channels", "@heretic and @channels", nil},
		{"reason: mail bob@here.com", "mail bob@here.com", nil},
		{"reason: a &lt; b &lt;c a <b <c> <> <!x>", "a < b <c a <b <c> <> <!x>", nil},
		{"reason: forgot \u202e gnp.exe", "forgot \u202egnp.exe", nil},
		{"reason: \u2066\x1bfor\u2069got\u2060 ", "\u2066\x1bfor\u2069got", nil},
		{"reason: \ufeff“\u202eforgot\u202c”", "\u202eforgot", nil},
		{"reason: \ufeff“forgot\u200b” and “lost\ufeff”", "\ufeff“forgot\u200b” and “lost\ufeff”", nil},
		{"reason: \u200b<@U012|b\u202eob>\u202e asked", "\u200b@bob \u202easked", []string{"@bob"}},
		{"reason: 👩‍💻 x\u200dy ش\u200cش", "👩‍💻 x\u200dy ش\u200cش", nil},
	} {
		got, err := command.Parse("serial:R58 "+tt.text, command.Options{})
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		want := command.Command{Verb: command.Ask, Selectors: []approvals.Selector{serial("R58")}, Reason: tt.want, Pings: tt.pings}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

// What is said beside the reason, before or behind it.
func TestParse_statement(t *testing.T) {
	t.Parallel()
	devices := []approvals.Selector{serial("R58")}
	says := func(reason string, s approvals.Statement) command.Command {
		return command.Command{Verb: command.Ask, Selectors: devices, Reason: reason, Statement: s}
	}
	all := approvals.Statement{Ticket: "INC0012345", SecondReason: "the shift starts at six", Verified: "called back", BreakGlass: "night shift"}
	for _, tt := range []struct {
		why, text string
		want      command.Command
	}{
		{"before the reason", `ticket:INC0012345 second-reason:"the shift starts at six" verified:"called back" break-glass:"night shift" serial:R58 reason: lost`, says("lost", all)},
		{"behind the reason", `serial:R58 reason: lost ticket:INC0012345 second-reason:the shift starts at six verified:called back break-glass:night shift`, says("lost", all)},
		{"on both sides", `verified: called back, ticket: INC0012345; serial:R58 reason:“lost”, Break–Glass: night shift, second-reason: the shift starts at six.`, says("lost", approvals.Statement{
			Ticket: "INC0012345", SecondReason: "the shift starts at six.", Verified: "called back", BreakGlass: "night shift",
		})},
		{"a key in quotation marks is text", `serial:R58 verified:"says ticket: 4711 serial:X" reason:"see ticket: 12" ticket:INC-1`, says("see ticket: 12", approvals.Statement{Ticket: "INC-1", Verified: "says ticket: 4711 serial:X"})},
		{"a device ends a text before the reason", `verified:called back serial:R58 reason: lost`, says("lost", approvals.Statement{Verified: "called back"})},
		{"and so does an id", `verified:called back ` + pixel + ` reason: lost`, command.Command{Verb: command.Ask, Selectors: []approvals.Selector{id(pixel)}, Reason: "lost", Statement: approvals.Statement{Verified: "called back"}}},
		{"and all-or-nothing", `serial:R58 verified:called back all-or-nothing reason: lost`, command.Command{Verb: command.Ask, Selectors: devices, AllOrNothing: true, Reason: "lost", Statement: approvals.Statement{Verified: "called back"}}},
		{"behind the reason devices are text", `serial:R58 reason: lost serial:R59 verified:the serial:R59 on his bill`, says("lost serial:R59", approvals.Statement{Verified: "the serial:R59 on his bill"})},
		{"a key needs its colon", `serial:R58 reason: the ticket was verified second-reason: break-glass is off`, says("the ticket was verified", approvals.Statement{SecondReason: "break-glass is off"})},
		{"a ticket in quotation marks", `serial:R58 ticket:"INC 4711" reason: lost`, says("lost", approvals.Statement{Ticket: "INC 4711"})},
		{"a ticket in single ones", `serial:R58 ticket:'INC-4711' reason: lost`, says("lost", approvals.Statement{Ticket: "INC-4711"})},
		{"Slack's link around a ticket", `serial:R58 ticket:<https://t.contoso.com/4711|INC-4711> reason: lost`, says("lost", approvals.Statement{Ticket: "INC-4711"})},
		{"what is hidden in prose stays, and nowhere else", "serial:R58 tick\u200bet:\ufeffINC\u2060-1\ufeff verified:\ufeff“\u202ecalled\u2066 back\u202c” second-reason:a\u202eb,\u200b, reason: lo\u202est\u202c, \u202cbreak-\u200bglass:\u202enight", says("lo\u202est", approvals.Statement{
			Ticket: "INC-1", SecondReason: "a\u202eb", Verified: "\u202ecalled \u2066back", BreakGlass: "\u202enight",
		})},
		{"in a dry run", `dry-run serial:R58 ticket:INC-1 verified:by phone`, command.Command{Verb: command.DryRun, Selectors: devices, Statement: approvals.Statement{Ticket: "INC-1", Verified: "by phone"}}},
		{"people are named", `serial:R58 verified:<@U1|bob> knows him reason: <@U2|eve> and <@U1|bob>`, command.Command{
			Verb: command.Ask, Selectors: devices, Reason: "@eve and @bob", Statement: approvals.Statement{Verified: "@bob knows him"}, Pings: []string{"@bob", "@eve"},
		}},
	} {
		got, err := command.Parse(tt.text, command.Options{})
		if err != nil {
			t.Errorf("%s: %q: %v", tt.why, tt.text, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", tt.why, tt.text, diff)
		}
	}
}

func TestParse_words(t *testing.T) {
	t.Parallel()
	devices := []approvals.Selector{serial("R58")}
	for _, tt := range []struct {
		text string
		want command.Command
	}{
		{"", command.Command{Verb: command.Help}},
		{" \u00a0\n\ufeff", command.Command{Verb: command.Help}},
		{",", command.Command{Verb: command.Help}},
		{"help", command.Command{Verb: command.Help}},
		{" HELP ", command.Command{Verb: command.Help}},
		{"?", command.Command{Verb: command.Help}},
		{"--help", command.Command{Verb: command.Help}},
		{"-h", command.Command{Verb: command.Help}},
		{"list", command.Command{Verb: command.List}},
		{"List\n", command.Command{Verb: command.List}},
		{"show R-12", command.Command{Verb: command.Show, Request: 12}},
		{"show r12", command.Command{Verb: command.Show, Request: 12}},
		{"Show  12 ", command.Command{Verb: command.Show, Request: 12}},
		{"cancel R–12", command.Command{Verb: command.Cancel, Request: 12}},
		{"cancel R—12", command.Command{Verb: command.Cancel, Request: 12}},
		{"cancel\u00a0R\u201112", command.Command{Verb: command.Cancel, Request: 12}},
		{"dry-run serial:R58", command.Command{Verb: command.DryRun, Selectors: devices}},
		{"Dry–Run, serial:R58", command.Command{Verb: command.DryRun, Selectors: devices}},
		{"dry—run serial:R58 all—or–nothing", command.Command{Verb: command.DryRun, Selectors: devices, AllOrNothing: true}},
		{"dry-run serial:R58 reason: forgot", command.Command{Verb: command.DryRun, Selectors: devices, Reason: "forgot"}},
		{"dry-run serial:R58 reason:", command.Command{Verb: command.DryRun, Selectors: devices}},
		{"all-or-nothing serial:R58 reason: x", command.Command{Verb: command.Ask, Selectors: devices, Reason: "x", AllOrNothing: true}},
		{"serial:R58, ALL-OR-NOTHING, reason: x", command.Command{Verb: command.Ask, Selectors: devices, Reason: "x", AllOrNothing: true}},
		{"serial:R58 all‑or‑nothing all-or-nothing because: x", command.Command{Verb: command.Ask, Selectors: devices, Reason: "x", AllOrNothing: true}},
	} {
		if diff := cmp.Diff(tt.want, parse(t, tt.text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

// A reason is counted in characters, and the limit is the configured one.
func TestParse_reasonLimit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		length, limit int
		ok            bool
	}{
		{command.DefaultMaxReason, 0, true}, {command.DefaultMaxReason + 1, 0, false}, {5, 5, true}, {6, 5, false}, {3000, 3000, true},
	} {
		_, err := command.Parse("serial:R58 reason: "+strings.Repeat("é", tt.length), command.Options{MaxReason: tt.limit})
		if (err == nil) != tt.ok {
			t.Errorf("%d characters with a limit of %d: %v", tt.length, tt.limit, err)
		}
	}
}

func TestParse_manySelectors(t *testing.T) {
	t.Parallel()
	text := "serial:R1 "
	for i := range 200 {
		text += "serial:R" + strconv.Itoa(i) + " "
	}
	if got := len(parse(t, text+"reason: x").Selectors); got != 200 {
		t.Errorf("%d selectors; want 200", got)
	}
}

// What the help and the documentation show is understood.
func TestForms_areUnderstood(t *testing.T) {
	t.Parallel()
	verbs := map[command.Verb]bool{}
	for _, f := range command.Forms() {
		verbs[parse(t, f.Example).Verb] = true
		if f.Usage == "" || f.Meaning == "" || !strings.HasSuffix(f.Meaning, ".") {
			t.Errorf("%+v is not complete", f)
		}
	}
	for _, v := range []command.Verb{command.Ask, command.DryRun, command.List, command.Show, command.Cancel, command.Help} {
		if !verbs[v] {
			t.Errorf("no form shows %s", v)
		}
	}
}
