package audit_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
)

var (
	at   = time.Date(2026, time.November, 24, 22, 0, 0, 0, time.UTC)
	head = approvals.Head{Seq: 1234, Hash: strings.Repeat("0123456789abcdef", 4)}
)

// key is the key whose seed is 32 times one byte.
func key(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(b)), ed25519.SeedSize)))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

// Others read anchors and check their signatures: a change here is a change
// for them.
func TestMake_form(t *testing.T) {
	t.Parallel()
	plain := audit.Make(head, at.Add(123*time.Millisecond), nil).String()
	want := `{"v":1,"at":"2026-11-24T22:00:00Z","through":1234,"hash":"` + head.Hash + `"}`
	if plain != want {
		t.Errorf("got %s, want %s", plain, want)
	}
	text := "passcodebot anchor v1\n2026-11-24T22:00:00Z\n1234\n" + head.Hash + "\n"
	signed := audit.Make(head, at, key('k'))
	want = strings.TrimSuffix(want, "}") + `,"key":"` + base64.StdEncoding.EncodeToString(public(key('k'))) +
		`","signature":"` + base64.StdEncoding.EncodeToString(ed25519.Sign(key('k'), []byte(text))) + `"}`
	if signed.String() != want {
		t.Errorf("got %s, want %s", signed, want)
	}
}

// Whatever is changed of a signed anchor, its signature shows it.
func TestSignedBy(t *testing.T) {
	t.Parallel()
	good := audit.Make(head, at, key('k'))
	for name, tt := range map[string]struct {
		change func(*audit.Anchor)
		by     ed25519.PublicKey
		want   error
	}{
		"as it was made":      {by: public(key('k'))},
		"by its own key":      {},
		"by another key":      {by: public(key('o')), want: audit.ErrForged},
		"another time":        {change: func(a *audit.Anchor) { a.At = a.At.Add(time.Second) }, want: audit.ErrForged},
		"another length":      {change: func(a *audit.Anchor) { a.Through++ }, want: audit.ErrForged},
		"another hash":        {change: func(a *audit.Anchor) { a.Hash = strings.Repeat("a", 64) }, want: audit.ErrForged},
		"no signature":        {change: func(a *audit.Anchor) { a.Key, a.Signature = nil, nil }, by: public(key('k')), want: audit.ErrUnsigned},
		"signed by a forger":  {change: func(a *audit.Anchor) { *a = audit.Make(head, at, key('o')) }, by: public(key('k')), want: audit.ErrForged},
		"a forger's own key":  {change: func(a *audit.Anchor) { *a = audit.Make(head, at, key('o')) }},
		"the right key in it": {change: func(a *audit.Anchor) { *a = audit.Make(head, at, key('o')); a.Key = public(key('k')) }, by: public(key('k')), want: audit.ErrForged},
	} {
		a := good
		if tt.change != nil {
			tt.change(&a)
		}
		if err := a.SignedBy(tt.by); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	good := audit.Make(head, at, key('k')).String()
	if a, err := audit.Parse([]byte(good)); err != nil || a.String() != good {
		t.Fatalf("got %s, %v", a, err)
	}
	for name, change := range map[string][2]string{
		"a newer version":     {`"v":1`, `"v":2`},
		"no version":          {`"v":1,`, ``},
		"no time":             {`"at":"2026-11-24T22:00:00Z",`, ``},
		"no instant":          {`22:00:00Z`, `25:00:00Z`},
		"no event":            {`:1234,`, `:0,`},
		"a negative event":    {`:1234,`, `:-1,`},
		"a broken number":     {`:1234,`, `:1234.5,`},
		"a shorter hash":      {`"hash":"0`, `"hash":"`},
		"an upper-case hash":  {`abcdef"`, `ABCDEF"`},
		"a field not signed":  {`"v":1`, `"v":1,"note":"x"`},
		"a key alone":         {`,"signature":`, `,"signature":null,"signature":null}`},
		"a short key":         {`"key":"`, `"key":"AAAA`},
		"no base64":           {`"key":"`, `"key":"*`},
		"two of them":         {`{"v"`, `{} {"v"`},
		"an array":            {`{"v"`, `[{"v"`},
		"a zero byte":         {`{"v"`, "\x00" + `{"v"`},
		"a short signature":   {`"signature":"`, `"signature":"AAAA","x":"`},
		"something behind it": {`=="}`, `=="} {}`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Errorf("%s: nothing was changed", name)
		}
		if a, err := audit.Parse([]byte(bad)); err == nil {
			t.Errorf("%s: taken as %s", name, a)
		}
	}
}

// An anchor is found in a file, in a text from Slack and among lines of
// syslog; what is not one and looks like one is named.
func TestRead(t *testing.T) {
	t.Parallel()
	first, second := audit.Make(head, at, nil), audit.Make(approvals.Head{Seq: 2000, Hash: head.Hash}, at.Add(time.Hour), key('k'))
	for name, tt := range map[string]struct {
		text  string
		where []string
		cut   int
		wrong string // what the error says
	}{
		"nothing":  {},
		"a file":   {text: first.String() + "\n" + second.String() + "\n", where: []string{"x:1", "x:2"}},
		"no end":   {text: first.String() + "\r\n" + second.String(), where: []string{"x:1", "x:2"}},
		"Slack":    {text: "passcodebot  APP  11:00 PM\nThe log has 1,234 events.\n```" + first.String() + "```\n\n```\n" + second.String() + "\n```\n", where: []string{"x:3", "x:6"}},
		"syslog":   {text: "Nov 24 22:00:00 host passcodebot[7]: " + first.String() + "\n<85>Nov 24 23:00:00 host passcodebot[7]: " + second.String() + "\n", where: []string{"x:1", "x:2"}},
		"a BOM":    {text: "\ufeff" + first.String(), where: []string{"x:1"}},
		"a crash":  {text: first.String() + "\n" + second.String()[:40] + "\n" + second.String() + "\n{\"v", where: []string{"x:1", "x:3"}, cut: 2},
		"cut open": {text: "\n" + strings.TrimSuffix(first.String(), "}"), where: nil, cut: 1},
		"changed":  {text: first.String() + "\n\n" + strings.Replace(second.String(), `"v":1`, `"v":9`, 1), wrong: "Line 3 of x holds no anchor."},
		"others":   {text: `Nov 24 22:00:00 host nginx: {"status":200}`, wrong: "Line 1 of x holds no anchor."},
		"a brace":  {text: "see {", cut: 1},
		"braces":   {text: "see {this", wrong: "Line 1 of x holds no anchor."},
		"two":      {text: first.String() + " " + second.String(), wrong: "Line 1 of x holds no anchor."},
		"too long": {text: first.String() + "\n" + strings.Repeat("x", 1<<17), wrong: "Line 2 of x holds no anchor."},
	} {
		found, cut, err := audit.Read(strings.NewReader(tt.text), "x")
		if tt.wrong != "" {
			e, ok := errors.AsType[*approvals.Error](err)
			if !ok || e.Text != tt.wrong {
				t.Errorf("%s: got %v, want %q", name, err, tt.wrong)
			}
			continue
		}
		var where []string
		for i, f := range found {
			where = append(where, f.Where)
			if want := []audit.Anchor{first, second}[i]; f.String() != want.String() {
				t.Errorf("%s: got %s, want %s", name, f, want)
			}
		}
		if diff := cmp.Diff(tt.where, where); diff != "" || cut != tt.cut || err != nil {
			t.Errorf("%s: %d cut off, %v (-want +got):\n%s", name, cut, err, diff)
		}
	}
}
