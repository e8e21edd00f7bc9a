package command_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passcodebot/approvals"
	"passcodebot/bot/command"
)

// typed is a command as a person types it, and as Slack then sends it.
func typed(c command.Command) string {
	var parts []string
	if c.Verb != command.Ask {
		parts = append(parts, string(c.Verb))
	}
	if c.Request != 0 {
		parts = append(parts, c.Request.String())
	}
	for _, s := range c.Selectors {
		if s.Kind == approvals.ByPerson {
			parts = append(parts, s.String())
		} else {
			parts = append(parts, escape(s.String()))
		}
	}
	if c.AllOrNothing {
		parts = append(parts, "all-or-nothing")
	}
	for _, said := range []struct{ key, text string }{
		{"ticket", c.Statement.Ticket},
		{"second-reason", c.Statement.SecondReason},
		{"verified", c.Statement.Verified},
		{"reason", c.Reason},
		{"break-glass", c.Statement.BreakGlass},
	} {
		switch {
		case said.text == "":
		case strings.ContainsAny(said.text, `"“”„‟″＂«»`):
			parts = append(parts, said.key+": "+escape(said.text))
		default:
			parts = append(parts, said.key+`: "`+escape(said.text)+`"`)
		}
	}
	return strings.Join(parts, " ")
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func selectors() *rapid.Generator[approvals.Selector] {
	hex := rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	return rapid.OneOf(
		rapid.Map(hex, id),
		rapid.Map(rapid.StringMatching(`[a-zA-Z0-9.'_+&-]{1,20}@[a-z0-9.-]{1,20}`).Filter(func(s string) bool { return s[0] != '\'' }), user),
		rapid.Map(rapid.StringMatching(`[UW][A-Z0-9]{1,10}`), person),
		rapid.Map(rapid.StringMatching(`[a-zA-Z0-9._/&+-]([a-zA-Z0-9 ,._/&'-]{0,20}[a-zA-Z0-9])?`), serial),
		rapid.Map(rapid.StringMatching(`[^\pZ\pC"“”„‟″＂«»‘’‚‛′ʼ＇]([^\pZ\pC"“”„‟″＂«»‘’‚‛′ʼ＇]| ){0,20}[^\pZ\pC"“”„‟″＂«»‘’‚‛′ʼ＇]`), name),
		rapid.Map(rapid.StringMatching(`[a-zA-Z]{1,12} (eq|ne) '[a-zA-Z0-9 <>&,;:]{0,12}'`), filter),
	)
}

// Whatever is shown as a selector can be typed again and means the same.
func TestParse_readsWhatSelectorsShow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a-z,;:]+ (serial:|reason:|ticket: )?)?[a-z]{1,5}`)
		want := command.Command{
			Verb: command.Ask, Reason: "forgot the PIN", AllOrNothing: rapid.Bool().Draw(t, "all or nothing"),
			Statement: approvals.Statement{
				Ticket:       rapid.StringMatching(`([A-Z]{3} ?[0-9#:/-]{1,10}[0-9])?`).Draw(t, "ticket"),
				SecondReason: text.Draw(t, "second reason"), Verified: text.Draw(t, "verified"), BreakGlass: text.Draw(t, "break glass"),
			},
		}
		seen := map[approvals.Selector]bool{}
		for _, s := range rapid.SliceOfN(selectors(), 1, 8).Draw(t, "selectors") {
			key := s
			if s.Kind != approvals.ByFilter {
				key.Value = strings.ToLower(s.Value)
			}
			if !seen[key] {
				want.Selectors = append(want.Selectors, s)
			}
			seen[key] = true
		}
		got, err := command.Parse(typed(want), command.Options{})
		if err != nil {
			t.Fatalf("%q: %v", typed(want), err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", typed(want), diff)
		}
	})
}

// Separators, cases and invisible characters change nothing.
func TestParse_formsOfOneCommand(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gap := func() string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{" ", ",", ";", "\n", "\u00a0", "\u200b ", "，", "\t"}), 1, 4).Draw(t, "gap"), "")
		}
		either := func(forms ...string) string { return rapid.SampledFrom(forms).Draw(t, "form") }
		text := either("", " ", "\ufeff") + either(pixel, "{"+pixel+"}", strings.ToUpper(pixel), `"`+pixel+`"`) + gap() +
			either("user:alice@contoso.com", "User: alice@contoso.com", `user:"alice@contoso.com"`, "user:<mailto:alice@contoso.com|alice@contoso.com>") + gap() +
			either(`name:"Alice's Pixel"`, "name:“Alice’s Pixel”", "NAME：'Alice's Pixel'", "name:\u00a0‘Alice’s\u00a0Pixel’") + gap() +
			either("all-or-nothing", "All–or–nothing") + gap() +
			either("reason: ", "because:", "Reason :", "re\u200bason:") + "forgot the PIN"
		want := command.Command{
			Verb: command.Ask, Reason: "forgot the PIN", AllOrNothing: true,
			Selectors: []approvals.Selector{id(pixel), user("alice@contoso.com"), name("Alice's Pixel")},
		}
		got, err := command.Parse(text, command.Options{})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", text, diff)
		}
	})
}

// Characters that show nothing change nothing, wherever they are, but that
// prose keeps them: with them a text is understood as it is without them.
func TestParse_hiddenCharacters(t *testing.T) {
	t.Parallel()
	hidden := []string{"\u200b", "\ufeff", "\u202e", "\u2066", "\u00ad", "\u200d", "\x00", "\x1b"}
	without := func(s string) string {
		for _, h := range hidden {
			s = strings.ReplaceAll(s, h, "")
		}
		return s
	}
	rapid.Check(t, func(t *rapid.T) {
		clean := rapid.SampledFrom([]string{
			`dry-run serial:R58 ticket:INC-1 verified:by phone`,
			`serial:R58 user:alice@contoso.com, all-or-nothing reason: forgot it, ticket: INC-1, verified:"called back" break-glass: night shift ; second-reason: says "now"`,
			`verified: by phone , ` + pixel + ` name:"Alice's Pixel" reason: "forgot it"`,
			`serial:R58 reason: says "forgot" and “lost” , verified : 'x'`,
			`serial:R58 reason: "a" b "c"`,
		}).Draw(t, "text")
		want, err := command.Parse(clean, command.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, r := range clean {
			text.WriteString(strings.Join(rapid.SliceOfN(rapid.SampledFrom(hidden), 0, 2).Draw(t, "hidden"), ""))
			text.WriteRune(r)
		}
		got, err := command.Parse(text.String(), command.Options{})
		if err != nil {
			t.Fatalf("%q: %v", text.String(), err)
		}
		again, err := command.Parse(typed(got), command.Options{})
		if diff := cmp.Diff(got, again); diff != "" || err != nil {
			t.Fatalf("%q, shown %q: %v (-first +again):\n%s", text.String(), typed(got), err, diff)
		}
		for _, s := range []*string{&got.Reason, &got.Statement.SecondReason, &got.Statement.Verified, &got.Statement.BreakGlass} {
			*s = without(*s)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-without +with):\n%s", text.String(), diff)
		}
	})
}

// Nothing that is typed breaks the parser. What it refuses it explains, and
// what it understands it understands again in the form in which it is shown.
func FuzzParse(f *testing.F) {
	for _, group := range refusedTexts() {
		for _, tt := range group.cases {
			f.Add(tt.text)
		}
	}
	for _, text := range []string{
		"", "help", "show R-12", "cancel R–12", pixel + ", {" + pixel + "}; user:alice@contoso.com reason: x",
		"<@U1> <@U2|bob> name:“Alice’s Pixel” all—or—nothing because: <!channel> &amp; <#C1|general> <https://a.b|c>",
		`serial:R58 ticket:INC-1 verified:called back on 12 reason: forgot it, ticket desk is closed second-reason:"ticket: none" break-glass:all down`,
		`serial:R58 verified:x 0a1b2c3d-0000-4000-8000-00000000000f all-or-nothing reason:"see ticket: 4" "ticket: 5" ticket:'6'`,
		"serial:R58 reason: \ufeff\"a\u202e \u202c\" ticket:\u200b\"1\u202e\" verified: \u202e \u2066<@U1|b\"c>\u2069,\u200b; second-reason:\"\x00 x\u200b \" break-glass: é\u202e\u200d漢 \"\u200b\"",
		"serial:R58 reason: * ✅ аpproved by <@U1|bob>", `break glass: why second reason:"x" serial:R58`,
		`dry-run filter:"operatingSystem eq 'Android'"`, "user:<mailto:a@b.c|a@b.c> serial: R58\nreason: 👩\u200d💻", "serial:\"R,58\" reason:\"a\"",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := command.Parse(text, command.Options{})
		if err != nil {
			e := approvals.AsError(err)
			if e.Kind != approvals.Invalid || e.Code == "" || e.Text == "" || e.Hint == "" {
				t.Fatalf("Parse(%q): %+v", text, e)
			}
			if strings.ContainsAny(e.Sentence(), "\n\x00") || strings.Count(e.Hint, "`")%2 != 0 {
				t.Fatalf("Parse(%q): sentence is %q", text, e.Sentence())
			}
			return
		}
		for _, s := range c.Selectors {
			if strings.TrimSpace(s.Value) == "" {
				t.Fatalf("Parse(%q): %+v is empty", text, s)
			}
		}
		if c.Verb == command.Ask && (c.Reason == "" || len(c.Selectors) == 0) {
			t.Fatalf("Parse(%q): %+v is not complete", text, c)
		}
		again, err := command.Parse(typed(c), command.Options{})
		if err != nil {
			t.Fatalf("Parse(%q), which is %q shown: %v", typed(c), text, err)
		}
		c.Pings, again.Pings = nil, nil // names stay in the reason as text
		if diff := cmp.Diff(c, again); diff != "" {
			t.Fatalf("%q, shown %q (-first +again):\n%s", text, typed(c), diff)
		}
	})
}
