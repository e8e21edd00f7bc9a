package view_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// However much there is to say of a request, what its text leaves out is
// never the reason, what is unusual, by which rule, where it stands, nor that
// there are buttons.
func TestCard_textKeepsWhatMatters(t *testing.T) {
	filled(t, func(t *testing.T, v view.Renderer, fill string) {
		r := worst(approvals.Pending, approvals.Waiting, fill)
		r.Unusual = odd().Unusual
		r.Targets[0].Device.Ownership = "personal"
		r.Thread, r.ThreadLink, r.Again = odd().Thread, odd().ThreadLink, 7
		m := v.Card(r, noon)
		check(t, m)
		short := r
		short.Targets, short.LeftOut, short.Narrowed, short.Earlier, short.Unread = nil, nil, nil, nil, false
		short.Statement, short.Unusual, short.Decisions = approvals.Statement{BreakGlass: "x"}, nil, nil
		first := strings.Split(v.Card(short, noon).Text, "\n")
		kept := append([]string{first[1], first[2]}, v.Unusual(r)...) // who asked, and why
		status := ""
		for _, b := range m.Blocks {
			if b.BlockType() == "context" { // the last one
				status = blockText(t, view.Message{Blocks: []slack.Block{b}})
			}
		}
		rule, _, _ := strings.Cut(v.Say("*Rule* %s: %s", "", ""), " ")
		kept = append(kept, status, rule, v.Say("This message has buttons to approve, to deny, to see the details and to cancel."))
		for _, s := range kept {
			if s = strings.TrimSpace(s); !strings.Contains(m.Text, s) {
				t.Errorf("the text lacks %.300q:\n%.2000s", s, m.Text)
			}
		}
	})
}

// What was turned down says why once.
func TestShow_onceWhy(t *testing.T) {
	t.Parallel()
	for _, ready := range []bool{true, false} {
		r := request(approvals.Rejected)
		r.Closing = "no kiosks at night"
		if !ready {
			r.ReadyAt = time.Time{}
		}
		if n := strings.Count(renderer.Show(r).Text, r.Closing); n != 1 {
			t.Errorf("ready %v: it says %d times why:\n%s", ready, n, renderer.Show(r).Text)
		}
	}
}
