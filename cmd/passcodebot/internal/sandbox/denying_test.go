package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/sandbox"
)

// sendWhy has somebody fill in the form that is open before them, which asks
// why a request is denied, and returns what the form then says. The error says
// that no such form opens.
func sendWhy(ctx context.Context, s *fakeslack.Server, who, why string) (fakeslack.Submitted, error) {
	ctx, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	var form fakeslack.View
	asked := func() bool {
		open := s.Views(who)
		if len(open) > 0 {
			form = open[len(open)-1]
		}
		return form.CallbackID == "deny"
	}
	if err := s.Wait(ctx, asked); err != nil {
		return fakeslack.Submitted{}, fmt.Errorf("no form asks %s why: %w", who, err)
	}
	return s.Submit(ctx, who, form.ID, fakeslack.State{"why": {"why": why}})
}

// denies has somebody deny a request, and say why.
func (s *stage) denies(who string, card fakeslack.Message, why string) fakeslack.Submitted {
	s.t.Helper()
	s.clicks(who, card, "deny")
	s.mark(who, "modal")
	said, err := sendWhy(s.t.Context(), s.world.Slack, who, why)
	if err != nil || said.Error != "" {
		s.t.Fatalf("%s denies, because %q: %v %s", who, why, err, said.Error)
	}
	return said
}

// denied has somebody deny a request, and waits for its end.
func (s *stage) denied(who string, card fakeslack.Message, why string) {
	s.t.Helper()
	s.denies(who, card, why)
	s.eventually("it is denied", func() bool { return len(s.events(approvals.GotDenial)) == 1 })
}

// windows is what stands in the windows that somebody has open, and as errors
// at their fields.
func (s *stage) windows(who string) (all []string) {
	s.t.Helper()
	for _, v := range s.world.Slack.Views(who) {
		var shown struct{ Blocks json.RawMessage }
		if err := json.Unmarshal(v.JSON, &shown); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, sandbox.Read(s.world.Slack, s.space, fakeslack.Message{Blocks: shown.Blocks}))
		all = slices.AppendSeq(all, maps.Values(v.Errors))
	}
	return all
}

// question is the newest direct message that asks the requester of a request
// whether a passcode of their own is set by now.
func (s *stage) question(who string, id approvals.ID) (asks fakeslack.Message) {
	button := `"action_id":"own_passcode"`
	for _, m := range s.world.Slack.Messages(who, s.world.Slack.DirectChannel(who), "") {
		if text := string(m.Blocks); strings.Contains(text, button) && strings.Contains(text, `"value":"`+strconv.FormatUint(uint64(id), 10)+`"`) {
			asks = m
		}
	}
	return asks
}
