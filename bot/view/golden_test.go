package view_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// Every card and every message as it goes to Slack. go test -update rewrites
// the files.
func TestMessages_golden(t *testing.T) {
	t.Parallel()
	elsewhere := request(approvals.Pending)
	elsewhere.CardChannel = "C0APPROVALS"
	rejected := request(approvals.Rejected)
	rejected.Closing = "No device was found for serial:X. Check the spelling in the Intune admin center and ask again."
	mixed := done(approvals.Confirmed, approvals.Accepted, approvals.Failed, approvals.FailedOnDevice, approvals.Skipped, approvals.Unknown)
	late := done(approvals.Accepted)
	late.Targets[0].Result.Unconfirmed = true
	for name, messages := range map[string][]view.Message{
		"card-pending":         {renderer.Card(request(approvals.Pending), noon)},
		"card-elsewhere":       {renderer.Card(elsewhere, noon)},
		"card-approved":        {renderer.Card(request(approvals.Approved), noon)},
		"card-running":         {renderer.Card(request(approvals.Running), noon)},
		"card-denied":          {renderer.Card(request(approvals.Denied), noon)},
		"card-cancelled":       {renderer.Card(request(approvals.Cancelled), noon)},
		"card-expired":         {renderer.Card(request(approvals.Expired), noon)},
		"card-succeeded":       {renderer.Card(done(approvals.Accepted, approvals.Confirmed), noon)},
		"card-partly":          {renderer.Card(mixed, noon)},
		"card-failed":          {renderer.Card(done(approvals.Failed, approvals.Skipped), noon)},
		"card-unknown":         {renderer.Card(done(approvals.Unknown), noon)},
		"card-unconfirmed":     {renderer.Card(late, noon)},
		"thread-decisions":     posts(request(approvals.Denied), approvals.GotApproval, approvals.GotDenial, approvals.WasCancelled, approvals.HasExpired),
		"thread-results":       posts(mixed, approvals.ResetAccepted, approvals.ResetFailed, approvals.ResetSkipped, approvals.ResetUnknown),
		"thread-summary":       posts(mixed, approvals.RunEnded),
		"thread-follow-up":     posts(late, approvals.ResetConfirmed, approvals.DeviceFailed, approvals.Unconfirmed),
		"whisper-stored":       {view.Stored(request(approvals.Checking), nil), view.Stored(elsewhere, []string{"@channel"})},
		"whisper-delayed":      {view.Delayed(request(approvals.Checking), "Intune did not answer")},
		"whisper-rejected":     {view.Rejected(rejected)},
		"whisper-lapsed":       {view.Lapsed(request(approvals.Expired))},
		"whisper-unpostable":   {view.Unpostable(request(approvals.Pending), "not_in_channel")},
		"whisper-list":         {view.List(nil, "U0RITA", noon), view.List([]approvals.Request{request(approvals.Pending), request(approvals.Running)}, "U0RITA", noon)},
		"whisper-show":         {renderer.Show(mixed, noon), renderer.Show(rejected, noon)},
		"whisper-help":         {view.Help()},
		"whisper-internal":     {view.Error(errors.New("secret details"))},
		"direct-about":         {view.About(mixed, view.Message{Text: "It is done."})},
		"whisper-wrongchannel": {view.Error(&approvals.Error{Text: "Not here.", Hint: "Ask in", Channels: []string{"C1", "C2"}})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			enc := json.NewEncoder(&got)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(messages); err != nil {
				t.Fatal(err)
			}
			for _, m := range messages {
				withinLimits(t, m)
			}
			path := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

func posts(r approvals.Request, kinds ...approvals.EventKind) []view.Message {
	var all []view.Message
	for _, p := range renderer.Thread(r, events(r, kinds...), noon) {
		all = append(all, p.Message)
	}
	return all
}
