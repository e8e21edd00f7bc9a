package approvals_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

func TestStanding(t *testing.T) {
	t.Parallel()
	team := approvals.Home{Team: "T1"}
	grid := approvals.Home{Team: "T1", Enterprise: "E1"}
	for _, tt := range []struct {
		name   string
		home   approvals.Home
		person approvals.Person
		want   string // the code, or nothing
	}{
		{"member", team, approvals.Person{Team: "T1"}, ""},
		{"deactivated", team, approvals.Person{Team: "T1", Deactivated: true}, "deactivated"},
		{"bot", team, approvals.Person{Team: "T1", Bot: true}, "bot"},
		{"guest", team, approvals.Person{Team: "T1", Guest: true}, "guest"},
		{"stranger", team, approvals.Person{Team: "T1", Stranger: true}, "stranger"},
		{"of another workspace", team, approvals.Person{Team: "T2"}, "other-workspace"},
		{"of no workspace", team, approvals.Person{}, "other-workspace"},
		{"of a grid, at a workspace outside", team, approvals.Person{Team: "T1", Enterprise: "E1"}, "other-organisation"},
		{"guest of another workspace", team, approvals.Person{Team: "T2", Guest: true}, "other-workspace"},
		{"grid, same workspace", grid, approvals.Person{Team: "T1", Enterprise: "E1"}, ""},
		{"grid, sister workspace", grid, approvals.Person{Team: "T2", Enterprise: "E1"}, ""},
		{"grid, other organisation", grid, approvals.Person{Team: "T1", Enterprise: "E2"}, "other-organisation"},
		{"grid, no organisation", grid, approvals.Person{Team: "T1"}, "other-organisation"},
		{"grid, stranger", grid, approvals.Person{Enterprise: "E1", Stranger: true}, "stranger"},
		{"nowhere is home", approvals.Home{}, approvals.Person{Team: "T1"}, "other-workspace"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.home.Standing(tt.person)
			if got := codeOf(err); got != tt.want {
				t.Errorf("Standing is %q; want %q", got, tt.want)
			}
			if err != nil && approvals.KindOf(err) != approvals.Forbidden {
				t.Errorf("kind is %q; want %q", approvals.KindOf(err), approvals.Forbidden)
			}
		})
	}
}

// codeOf returns the code of an error, or nothing for none.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return approvals.AsError(err).Code
}

func TestNames(t *testing.T) {
	t.Parallel()
	got := []string{
		approvals.Actor{ID: "U1", Name: "Anna"}.String(), approvals.Actor{ID: "U1"}.String(), approvals.Actor{}.String(),
		approvals.Owner{ID: "x", UPN: "a@b", Email: "c@d", Name: "A"}.String(), approvals.Owner{Email: "c@d", Name: "A"}.String(),
		approvals.Owner{Name: "A"}.String(), approvals.Owner{ID: "x"}.String(),
	}
	want := []string{"Anna", "U1", "passcodebot", "a@b", "c@d", "A", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
