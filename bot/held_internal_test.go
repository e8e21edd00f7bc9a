package bot

import (
	"context"
	"encoding/json"
	"testing"

	"passcodebot/approvals"
)

// places is an outbox that tells in turn where a card is.
type places struct {
	Outbox
	notes []cardNote
	after func() // called behind each look; nil for nothing
}

func (p *places) Cursor(context.Context, approvals.Consumer, approvals.ID) (approvals.Cursor, error) {
	raw, err := json.Marshal(p.notes[0])
	p.notes = p.notes[1:]
	if p.after != nil {
		defer p.after()
	}
	return approvals.Cursor{Note: raw}, err
}

// A request is held only while it waits for its card: one that has a card is
// never passed over, and a card that is placed during the look at it is seen.
func TestFollower_awaits(t *testing.T) {
	t.Parallel()
	none, posted, lost := cardNote{}, cardNote{Channel: "C0", TS: "1.2"}, cardNote{Lost: true}
	for name, tc := range map[string]struct {
		read, now   cardNote
		placed      bool // just behind the last look
		waits, held bool
	}{
		"posted":        {read: posted, now: none},
		"lost":          {read: lost, now: none},
		"nowhere":       {read: none, now: none, waits: true, held: true},
		"placed before": {read: none, now: posted},
		"lost before":   {read: none, now: lost},
		"placed behind": {read: none, now: none, placed: true, waits: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &follower{publisher: &publisher{}}
			at := &places{notes: []cardNote{tc.now}}
			if tc.placed {
				at.after = func() { f.held.drop(1) } // as cards.settle does
			}
			f.Outbox = at
			card := tc.read
			waits, err := f.awaits(t.Context(), 1, &card)
			if waits != tc.waits || err != nil || f.held.has(1) != tc.held {
				t.Errorf("it waits: %v, %v, and is held: %v; want %v and %v", waits, err, f.held.has(1), tc.waits, tc.held)
			}
			if !waits && card.placeless() {
				t.Errorf("it goes on without a place: %+v", card)
			}
		})
	}
}
