package approvals_test

import (
	"strings"
	"testing"

	"passcodebot/approvals"
)

func TestMatches(t *testing.T) {
	t.Parallel()
	d := approvals.Device{
		ID: pixel, Name: "Alice's Pixel", Serial: "R58M12ABCDE",
		Owner: approvals.Owner{ID: "entra-alice", UPN: "alice@contoso.com", Email: "alice.adams@contoso.com"},
	}
	for _, tt := range []struct {
		kind  approvals.SelectorKind
		value string
		want  bool
	}{
		{approvals.ByID, pixel, true},
		{approvals.ByID, galaxy, false},
		{approvals.ByUser, "alice@contoso.com", true},
		{approvals.ByUser, "ALICE@Contoso.com", true},
		{approvals.ByUser, "alice.adams@contoso.com", true},
		{approvals.ByUser, "alice", false},
		{approvals.ByUser, "entra-alice", false},
		{approvals.BySerial, "r58m12abcde", true},
		{approvals.BySerial, "R58M12ABCD", false},
		{approvals.ByName, "alice's pixel", true},
		{approvals.ByName, "Alice", false},
		// Others must resolve these two.
		{approvals.ByPerson, "UALICE", false},
		{approvals.ByFilter, "deviceName eq 'Alice''s Pixel'", false},
		{"nonsense", pixel, false},
	} {
		if got := (approvals.Selector{Kind: tt.kind, Value: tt.value}).Matches(d); got != tt.want {
			t.Errorf("%s %q: Matches is %v; want %v", tt.kind, tt.value, got, tt.want)
		}
	}
}

// An empty value names nothing: not even the devices whose property is empty.
func TestMatches_emptyValue(t *testing.T) {
	t.Parallel()
	for _, kind := range []approvals.SelectorKind{
		approvals.ByID, approvals.ByUser, approvals.ByPerson, approvals.BySerial, approvals.ByName, approvals.ByFilter,
	} {
		if (approvals.Selector{Kind: kind}).Matches(approvals.Device{}) {
			t.Errorf("%s with nothing behind it matches", kind)
		}
	}
}

func TestSelector_string(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind        approvals.SelectorKind
		value, want string
	}{
		{approvals.ByID, pixel, pixel},
		{approvals.ByPerson, "UALICE", "<@UALICE>"},
		{approvals.ByUser, "alice@contoso.com", "user:alice@contoso.com"},
		{approvals.BySerial, "R58", "serial:R58"},
		{approvals.BySerial, "R 58", `serial:"R 58"`},
		{approvals.ByName, "Kiosk", `name:"Kiosk"`},
		{approvals.ByFilter, "model eq 'X'", `filter:"model eq 'X'"`},
	} {
		if got := (approvals.Selector{Kind: tt.kind, Value: tt.value}).String(); got != tt.want {
			t.Errorf("%s %q: String is %s; want %s", tt.kind, tt.value, got, tt.want)
		}
	}
}

func TestParseGUID(t *testing.T) {
	t.Parallel()
	const id = "0a1b2c3d-0000-4000-8000-00000000000f"
	for in, want := range map[string]string{
		id:                               id,
		strings.ToUpper(id):              id,
		"{" + id + "}":                   id,
		"{" + strings.ToUpper(id):        "",
		id + "}":                         "",
		"{{" + id + "}}":                 "",
		id + "0":                         "",
		id[1:]:                           "",
		" " + id:                         "",
		id + "\n":                        "",
		strings.ReplaceAll(id, "-", ""):  "",
		strings.Replace(id, "a", "g", 1): "",
		"":                               "",
	} {
		got, ok := approvals.ParseGUID(in)
		if got != want || ok != (want != "") {
			t.Errorf("ParseGUID(%q) is %q, %v; want %q", in, got, ok, want)
		}
	}
}

// What is read as a GUID is one, in its one form.
func FuzzParseGUID(f *testing.F) {
	for _, s := range []string{pixel, "{" + pixel + "}", strings.ToUpper(galaxy), "", "{}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, ok := approvals.ParseGUID(s)
		if !ok {
			if id != "" {
				t.Errorf("ParseGUID(%q) is %q without ok", s, id)
			}
			return
		}
		if !strings.EqualFold(id, strings.Trim(s, "{}")) || len(id) != 36 {
			t.Errorf("ParseGUID(%q) is %q", s, id)
		}
		if again, ok := approvals.ParseGUID(id); !ok || again != id {
			t.Errorf("ParseGUID(%q) is %q, %v; want itself", id, again, ok)
		}
	})
}
