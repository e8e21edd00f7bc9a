package fakeslack_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

// closings is which views the app was told of as closed, and how.
func (a *app) closings() []any {
	a.t.Helper()
	var out []any
	for _, e := range a.Envelopes() {
		var payload struct {
			Type    string
			View    struct{ ID string }
			Cleared bool `json:"is_cleared"`
		}
		if err := json.Unmarshal(e.Payload, &payload); err != nil {
			a.t.Fatal(err)
		}
		if payload.Type == "view_closed" {
			out = append(out, payload.View.ID, payload.Cleared)
		}
	}
	return out
}

func TestCloseView(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	page := func(more string) string {
		return modal(`{"type":"actions","block_id":"acts","elements":[`+button(`,"action_id":"more"`)+`]}`, more)
	}
	push := func(on, more string) string {
		t.Helper()
		if _, err := a.Act(t.Context(), rita, fakeslack.Where{ViewID: on}, "acts", "more", nil, nil); err != nil {
			t.Fatal(err)
		}
		return a.must("views.push", "trigger_id", p.last().TriggerID, "view", page(more)).text("view", "id")
	}
	closed := func(do func() (fakeslack.Seen, error), left int, want ...any) {
		t.Helper()
		before := len(a.closings())
		if seen, err := do(); err != nil || seen.Error != "" {
			t.Errorf("%+v, %v", seen, err)
		}
		if diff := cmp.Diff(want, a.closings()[before:]); len(want)+len(a.closings()) > before && diff != "" {
			t.Errorf("closings (-want +got):\n%s", diff)
		}
		if got := len(a.Views(rita)); got != left {
			t.Errorf("%d views are left, want %d", got, left)
		}
	}
	const told = `,"notify_on_close":true`
	root := p.open(a, rita, page(told))
	silent := push(root, "")
	closed(func() (fakeslack.Seen, error) { return a.CloseView(t.Context(), rita, silent) }, 1)
	second := push(root, told)
	third := push(second, told+`,"clear_on_close":true`)
	if _, err := a.CloseView(t.Context(), rita, second); err == nil {
		t.Error("a view below was closed")
	}
	closed(func() (fakeslack.Seen, error) { return a.CloseView(t.Context(), rita, third) }, 0, third, true, second, true, root, true)

	root = p.open(a, rita, page(told))
	second = push(root, "")
	closed(func() (fakeslack.Seen, error) { return a.ClearViews(t.Context(), rita, second) }, 0, root, true)
	root = p.open(a, rita, page(told))
	closed(func() (fakeslack.Seen, error) { return a.CloseView(t.Context(), rita, root) }, 0, root, false)
	if _, err := a.CloseView(t.Context(), rita, root); err == nil {
		t.Error("a view was closed twice")
	}
}
