package approvals_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"passcodebot/approvals"
)

func TestParseID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]approvals.ID{
		"R-12": 12, "r-12": 12, "R12": 12, "r12": 12, "12": 12, "R-1": 1,
		"9223372036854775807": math.MaxInt64,
		"9223372036854775808": 0, // does not fit every database
		"":                    0, "R": 0, "R-": 0, "R-0": 0, "0": 0, "R-012": 0, "-12": 0, "--12": 0, "R--12": 0,
		"R-R-12": 0, "RR-12": 0, "+12": 0, "R+12": 0, "1_2": 0, "12 ": 0, " 12": 0, "R-1.5": 0, "R-12x": 0, "０12": 0, "#12": 0,
	} {
		got, err := approvals.ParseID(in)
		if got != want {
			t.Errorf("ParseID(%q) is %v; want %v", in, got, want)
		}
		if wantErr := want == 0; (err != nil) != wantErr || wantErr && approvals.KindOf(err) != approvals.Invalid {
			t.Errorf("ParseID(%q): error %v", in, err)
		}
	}
}

func TestParseID_sentence(t *testing.T) {
	t.Parallel()
	_, err := approvals.ParseID("R-" + strings.Repeat("9", 100))
	want := "“R-" + strings.Repeat("9", 37) + "…” is not the number of a request. " +
		"Numbers look like R-12; `/reset-passcode list` shows the open ones."
	if got := approvals.AsError(err).Sentence(); got != want {
		t.Errorf("sentence is\n%s\nwant\n%s", got, want)
	}
}

// What is read is what would be written, apart from R and the hyphen.
func FuzzParseID(f *testing.F) {
	for _, s := range []string{"R-12", "12", "r-0", "-1", "R-", "R-99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := approvals.ParseID(s)
		if err != nil {
			return
		}
		full := id.String()
		for _, form := range []string{full, strings.Replace(full, "-", "", 1), full[2:]} {
			if strings.EqualFold(s, form) {
				return
			}
		}
		t.Errorf("ParseID(%q) is %v", s, id)
	})
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 5, ""}, {"short", 5, "short"}, {"longer", 5, "long…"}, {"ééé", 2, "é…"}, {"ab", 1, "…"}, {"🙂🙂🙂", 3, "🙂🙂🙂"},
	} {
		got := approvals.Excerpt(tt.in, tt.limit)
		if got != tt.want || utf8.RuneCountInString(got) > tt.limit {
			t.Errorf("Excerpt(%q, %d) is %q; want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}
