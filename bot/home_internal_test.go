package bot

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// resident takes settings, and counts what is turned down.
type resident struct {
	somebody
	set     []approvals.Preferences
	refused int
}

func (r *resident) SetPreferences(_ context.Context, _ approvals.Actor, p approvals.Preferences) error {
	r.set = append(r.set, p)
	return nil
}

func (r *resident) Refuse(_ context.Context, _ approvals.ID, _ approvals.Actor, _ string, err error) error {
	r.refused++
	return err
}

// Whatever comes from App Home, it is one of the few things that can be done
// there, or is turned down; and what is searched for is a text that the field
// takes.
func FuzzHomeAction(f *testing.F) {
	for _, action := range []string{
		view.ActionHomeRefresh, view.ActionHomeSearch, view.ActionHomeClear, view.ActionHomeSettings, view.HomePrefix, "home_approve", "approve",
	} {
		f.Add(action, "home", view.SettingNamed, "home")
		f.Add(action, "  a\xff b\u2028c  ", "", "home")
		f.Add(action, "1", "other", "modal")
	}
	r := &resident{}
	b := fuzzed(f, &r.somebody)
	b.Acts = r
	f.Fuzz(func(t *testing.T, action, value, option, kind string) {
		r.set, r.refused, r.acts = nil, 0, nil
		b.homes.people = map[string]*looker{}
		c := slack.InteractionCallback{Type: slack.InteractionTypeBlockActions, View: slack.View{Type: slack.ViewType(kind)}, Container: slack.Container{Type: "view"}}
		act := slack.BlockAction{ActionID: action, Value: value}
		if option != "" {
			act.SelectedOptions = []slack.OptionBlockObject{{Value: option}}
		}
		a := b.homeAction(t.Context(), c, &act, approvals.Actor{ID: "U1"}, reply{trigger: "t"})
		known := slices.Contains([]string{view.ActionHomeRefresh, view.ActionHomeSearch, view.ActionHomeClear, view.ActionHomeSettings}, action)
		if action == view.ActionHomeSettings {
			known = option == "" || option == view.SettingNamed || option == view.SettingRequests
		}
		known = known && kind == "home"
		switch {
		case a.then == nil || a.withhold || a.payload != nil:
			t.Fatalf("%s %q is answered with %+v", action, value, a)
		case known != (r.refused == 0) || len(r.acts) > 0:
			t.Fatalf("%s %q %q in a %s: turned down %d times, done %q", action, value, option, kind, r.refused, r.acts)
		case (len(r.set) > 0) != (known && action == view.ActionHomeSettings):
			t.Fatalf("%s %q has set %v", action, option, r.set)
		case !known:
			return // it is said in a window, of which Slack is asked
		}
		a.then(t.Context())
		as := b.homes.people["U1"].as
		if !utf8.ValidString(as.search) || utf8.RuneCountInString(as.search) > view.MaxSearch || action != view.ActionHomeSearch && as.search != "" {
			t.Fatalf("%s %q searches for %q", action, value, as.search)
		}
		if _, err := json.Marshal(view.Renderer{}.Home(view.Home{Search: as.search, Fields: as.fields})); err != nil {
			t.Fatal(err)
		}
	})
}

// Settings that can't be stored are shown again as they are stored, and the
// person is told.
func TestHomeAction_unstored(t *testing.T) {
	t.Parallel()
	b, err := New(Config{API: slack.New("xoxb-x"), Acts: unwilling{}, Requests: nobody{}, Outbox: nobody{}})
	if err != nil {
		t.Fatal(err)
	}
	c := slack.InteractionCallback{View: slack.View{Type: "home"}, Container: slack.Container{Type: "view"}}
	a := b.homeAction(t.Context(), c, &slack.BlockAction{ActionID: view.ActionHomeSettings}, approvals.Actor{ID: "U1"}, reply{trigger: "t"})
	if !a.withhold || a.then == nil {
		t.Errorf("answered with %+v; want no acknowledgement, and the person to be told", a)
	}
	if l := b.homes.people["U1"]; l == nil || l.as.fields != 1 {
		t.Errorf("the boxes stay as the person left them: %+v", l)
	}
}

// unwilling stores nothing.
type unwilling struct{ nobody }

func (unwilling) SetPreferences(context.Context, approvals.Actor, approvals.Preferences) error {
	return unread(nil)
}
