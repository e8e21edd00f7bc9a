package view

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"passcodebot/approvals"
	"passcodebot/bot/words"
)

// The room of each line of a listing is enough for it in every language,
// whatever becomes of its device.
func TestListing_room(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 22, 58, 0, 0, time.UTC)
	for _, l := range words.Languages() {
		v := Renderer{}.In(l)
		r := approvals.Request{ID: 123456, State: approvals.Done, Requester: approvals.Actor{ID: "U0123456789"}, ReadyAt: at}
		for _, res := range []approvals.Result{
			{Phase: approvals.Sending},
			{Phase: approvals.Sending, Reason: "no answer"},
			{Phase: approvals.Accepted},
			{Phase: approvals.Accepted, Reason: "somebody reset it too"},
			{Phase: approvals.Accepted, Reason: "a@contoso.com reset it in Intune too, at 12:00:01 UTC on 22 Nov 2026; the passcode of the later reset is the one that holds"},
			{Phase: approvals.Accepted, Reason: strings.Repeat("あ", 500)},
			{Phase: approvals.Accepted, Reason: strings.Repeat("&", 500), Unconfirmed: true},
			{Phase: approvals.Accepted, Unconfirmed: true},
			{Phase: approvals.Confirmed},
			{Phase: approvals.FailedOnDevice, Reason: strings.Repeat("W", 500)},
			{Phase: approvals.Unknown, Reason: strings.Repeat("W", 500)},
			{Phase: approvals.Failed, Reason: strings.Repeat("W", 500)},
			{Phase: approvals.Skipped, Reason: strings.Repeat("W", 500)},
		} {
			for i := range 50 {
				target := approvals.Target{Device: approvals.Device{ID: fmt.Sprint(i), Name: "Phone"}, Result: res}
				if i%2 == 0 {
					target.Device.LastCheckIn = at.Add(-time.Hour * time.Duration(i*i))
				}
				r.Targets = append(r.Targets, target)
			}
		}
		waiting := r
		waiting.State = approvals.Pending
		none := r
		none.Targets = r.Targets[len(r.Targets)-150 : len(r.Targets)-50] // nothing is taken for sure
		for _, row := range append(append(v.summary(r, person("U0123456789")), v.summary(none, person("U0123456789"))...), v.overflow(waiting)...) {
			if text, room := utf8.RuneCountInString(row.text), utf8.RuneCountInString(row.room); text > room {
				t.Errorf("%s: room for %d characters, and %d in: %s", l, room, text, row.text)
			}
			if text, room := quotedLen(row.text), quotedLen(row.room); text > room {
				t.Errorf("%s: room for %d bytes, and %d in: %s", l, room, text, row.text)
			}
		}
	}
}
