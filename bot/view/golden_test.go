package view_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

// Every card and every message as it goes to Slack, in each language. go test
// -update rewrites the files.
func TestMessages_golden(t *testing.T) {
	t.Parallel()
	for _, l := range words.Languages() {
		for name, all := range every(renderer.In(l)) {
			t.Run(name+"/"+string(l), func(t *testing.T) {
				t.Parallel()
				for _, m := range all {
					check(t, m)
				}
				golden(t, name+"."+string(l), all)
			})
		}
	}
}

// golden holds what is shown against a file.
func golden(t *testing.T, name string, shown any) {
	t.Helper()
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(shown); err != nil {
		t.Fatal(err)
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
}

// every returns each kind of message as a Renderer renders it, by name.
func every(renderer view.Renderer) map[string][]view.Message {
	posts := func(r approvals.Request, kinds ...approvals.EventKind) []view.Message {
		return messages(renderer.Thread(r, events(r, kinds...)))
	}
	elsewhere := request(approvals.Pending)
	elsewhere.CardChannel = "C0APPROVALS"
	rejected := request(approvals.Rejected)
	rejected.Targets, rejected.LeftOut, rejected.Narrowed = nil, nil, nil
	rejected.Closing = "No device was found for serial:X. Check the spelling in the Intune admin center and ask again."
	mixed := done(approvals.Confirmed, approvals.Accepted, approvals.Failed, approvals.FailedOnDevice, approvals.Skipped, approvals.Unknown)
	late := done(approvals.Accepted)
	late.Targets[0].Result.Unconfirmed = true
	never := done(approvals.Accepted)
	never.Targets[0].Result.Unconfirmed = true
	never.Targets[0].Device.LastCheckIn = time.Time{}
	first := request(approvals.Pending)
	first.Decisions = nil
	missed := request(approvals.Expired)
	missed.Decisions = nil
	afterwards := events(late, approvals.ResetAccepted)
	afterwards[0].Data["found"] = "afterwards"
	doubted := request(approvals.Running)
	doubted.Targets[0].Result = approvals.Result{Phase: approvals.Sending, Reason: "Intune did not answer"}
	doubted.Targets[1].Result.Phase = approvals.Sending
	remarked := done(approvals.Accepted, approvals.Accepted, approvals.Accepted)
	for i := range remarked.Targets {
		remarked.Targets[i].Result.Reason = "bob@contoso.com reset it in Intune too, at 12:00:01 UTC on 2 Mar 2026; the passcode of the later reset is the one that holds"
	}
	remarked.Targets[2].Result.Unconfirmed = true
	remarks := events(remarked, approvals.RunDelayed, approvals.ResetAccepted, approvals.Unconfirmed)
	remarks[0].Data["until"] = noon.Add(10 * time.Minute).Format(time.RFC3339Nano)
	for i := range remarks[1:] {
		remarks[1+i].Text = remarked.Targets[0].Result.Reason
	}
	remarks[2].Data["found"] = "afterwards"
	hundred := request(approvals.Pending)
	hundred.Targets, hundred.LeftOut = nil, nil
	for i := range 100 {
		hundred.Targets = append(hundred.Targets, target(i+1, fmt.Sprintf("KIOSK-%03d", i+1), approvals.Waiting))
		hundred.LeftOut = append(hundred.LeftOut, approvals.LeftOut{
			Device: approvals.Device{ID: strconv.Itoa(i), Name: fmt.Sprintf("LAPTOP-%03d", i+1)},
			Reason: "it runs Windows, and this bot resets Android passcodes only",
		})
	}
	trial := approvals.Trial{
		Targets: first.Targets, LeftOut: first.LeftOut, Narrowed: first.Narrowed, Quorum: 2,
		Able: []approvals.Person{{ID: "U0ANNA", Name: "Anna"}, {ID: "U0BEN"}},
	}
	nobody := trial
	nobody.Able, nobody.Refusal = nil, &approvals.Error{
		Kind: approvals.Forbidden, Text: "This request needs 2 approvals besides you, and only 0 could approve it now.",
		Hint: "Ask your admin to look at the approvers' group.",
	}
	again := repeated()
	// What Intune's record has of a device is not known where it is not read.
	unread, alone := again, first
	unread.Unread, alone.Unread = true, true
	unread.Earlier = slices.DeleteFunc(slices.Clone(again.Earlier), approvals.Past.Outside)
	glass := broken(approvals.Pending)
	ended := broken(approvals.Done)
	signed := ended
	signed.Review = approvals.Review{Signed: actor("carl"), At: noon.Add(2 * time.Hour)}
	voids := request(approvals.Pending)
	voids.Groups, voids.Rule = 2, "two teams"
	voids.Decisions = append(voids.Decisions, approvals.Decision{Actor: actor("ben"), Approved: true, At: noon, Void: "not-approver"}, approvals.Decision{Actor: actor("carl"), Approved: true, At: noon, Void: "deactivated"})
	oneGroup := request(approvals.Pending)
	oneGroup.Groups = 2
	oneGroup.Decisions = []approvals.Decision{
		{Actor: actor("anna"), Approved: true, Groups: []string{"S0ONCALL"}}, {Actor: actor("ben"), Approved: true, Groups: []string{"S0ONCALL"}},
	}
	lapsed := oneGroup
	lapsed.State = approvals.Expired
	withdrawn := request(approvals.Rejected)
	withdrawn.Closing = "The rules have changed since R-12 was asked for, and it cannot go ahead as it is: no kiosks at night. Nothing was reset. If it is still needed, ask again with `/reset-passcode`."
	withdrawals := events(withdrawn, approvals.WasRejected)
	withdrawals[0].Text = withdrawn.Closing
	losses := events(voids, approvals.ApprovalVoided, approvals.Reopened, approvals.RunDelayed, approvals.Tightened, approvals.Tightened)
	losses[0].Data["code"], losses[1].Data["approvals"], losses[1].Data["quorum"] = "deactivated", "1", "2"
	losses[2].Data["code"], losses[2].Data["until"], losses[2].Text = "slack-silent", noon.Format(time.RFC3339), "Slack did not tell who may do this, so nothing was changed."
	losses[3].Data["quorum"], losses[3].Data["different_groups"], losses[3].Data["rule"] = "2", "2", "two teams"
	losses[4].Data["quorum"] = "3"
	cut := again
	cut.Statement.Verified, cut.Targets = nasty, append([]approvals.Target{}, again.Targets...)
	cut.Targets[0].Device.Name = nasty[:200]
	trialAgain := trial
	trialAgain.Earlier, trialAgain.Rule, trialAgain.Groups, trialAgain.Targets = again.Earlier, "two teams", 2, again.Targets
	outside := []approvals.Event{
		{Device: "00000000-0000-4000-8000-000000000001", Data: map[string]string{"device_name": "Alice's Pixel", "owner": "alice@contoso.com", "by": "admin@contoso.com", "at": noon.Format(time.RFC3339Nano)}},
		{Device: "00000000-0000-4000-8000-000000000002", Data: map[string]string{"at": noon.Format(time.RFC3339Nano)}},
	}
	return map[string][]view.Message{
		"card-again":        {renderer.Card(again, noon)},
		"card-unread":       {renderer.Card(unread, noon), renderer.Card(alone, noon), renderer.Show(alone)},
		"card-voided":       {renderer.Card(voids, noon), renderer.Card(oneGroup, noon)},
		"card-withdrawn":    {renderer.Card(withdrawn, noon)},
		"card-breakglass":   {renderer.Card(glass, noon), renderer.Card(ended, noon), renderer.Card(signed, noon)},
		"thread-rules":      append(append(messages(renderer.Thread(voids, losses)), posts(lapsed, approvals.HasExpired)...), messages(renderer.Thread(withdrawn, withdrawals))...),
		"thread-breakglass": posts(ended, approvals.BrokeGlass, approvals.ReviewAsked, approvals.ReviewReminded, approvals.ReviewSigned),
		"thread-cut":        posts(cut, approvals.BecameReady),
		"notice-breakglass": {renderer.BreakGlassNotice(glass)},
		"notice-review":     {renderer.Review(ended), renderer.Review(signed), renderer.ReviewReminder(ended)},
		"notice-outside":    append(renderer.Outside(outside), renderer.Outside(outside[:1])...),
		"notice-anchor": {renderer.Anchor(approvals.Event{
			Text: `{"v":1,"at":"2026-11-24T22:00:00Z","through":1234,"hash":"ab12"}`, Data: map[string]string{"through": "1234"},
		})},
		"whisper-again":     {renderer.Show(again), renderer.Trial(trialAgain, noon), renderer.Show(voids)},
		"card-first":        {renderer.Card(first, noon)},
		"card-pending":      {renderer.Card(request(approvals.Pending), noon)},
		"card-hundred":      {renderer.Card(hundred, noon)},
		"card-worst":        {renderer.Card(worst(approvals.Pending, approvals.Waiting, nasty), noon)},
		"card-elsewhere":    {renderer.Card(elsewhere, noon)},
		"card-approved":     {renderer.Card(request(approvals.Approved), noon)},
		"card-running":      {renderer.Card(request(approvals.Running), noon)},
		"card-denied":       {renderer.Card(request(approvals.Denied), noon)},
		"card-cancelled":    {renderer.Card(request(approvals.Cancelled), noon)},
		"card-expired":      {renderer.Card(request(approvals.Expired), noon)},
		"card-succeeded":    {renderer.Card(done(approvals.Accepted, approvals.Confirmed), noon)},
		"card-partly":       {renderer.Card(mixed, noon)},
		"card-doubted":      {renderer.Card(doubted, noon)},
		"card-remarked":     {renderer.Card(remarked, noon)},
		"card-failed":       {renderer.Card(done(approvals.Failed, approvals.Skipped), noon)},
		"card-unknown":      {renderer.Card(done(approvals.Unknown), noon)},
		"card-unconfirmed":  {renderer.Card(late, noon), renderer.Card(never, noon)},
		"thread-remarks":    append(messages(renderer.Thread(remarked, remarks)), posts(remarked, approvals.RunEnded)...),
		"thread-hundred":    posts(hundred, approvals.BecameReady),
		"thread-missed":     posts(missed, approvals.HasExpired),
		"thread-afterwards": messages(renderer.Thread(late, afterwards)),
		"thread-unknown":    posts(done(approvals.Unknown), approvals.ResetUnknown, approvals.RunEnded),
		"thread-never":      posts(never, approvals.Unconfirmed),
		"thread-decisions":  posts(request(approvals.Denied), approvals.GotApproval, approvals.GotDenial, approvals.WasCancelled, approvals.HasExpired),
		"thread-results":    messages(renderer.Thread(mixed, results(mixed))),
		"thread-summary":    posts(mixed, approvals.RunEnded),
		"thread-follow-up":  posts(late, approvals.ResetConfirmed, approvals.DeviceFailed, approvals.Unconfirmed),
		"whisper-stored":    {renderer.Stored(request(approvals.Checking), nil), renderer.Stored(elsewhere, []string{"@channel"})},
		"whisper-delayed":   {renderer.Delayed(request(approvals.Checking), "Intune did not answer")},
		"whisper-rejected":  {renderer.Rejected(rejected)},
		"whisper-lapsed":    {renderer.Lapsed(request(approvals.Expired))},
		"whisper-unpostable": {
			renderer.Unpostable(request(approvals.Pending), "not_in_channel"), renderer.Unpostable(request(approvals.Pending), "is_archived"),
			renderer.Unpostable(request(approvals.Pending), "restricted_action"),
		},
		"whisper-trial": {renderer.Trial(trial, noon), renderer.Trial(nobody, noon)},
		"whisper-refused": {renderer.Error(&approvals.Error{
			Text: "I do not understand “<!channel> *x*” at character 1.", Hint: "Did you mean `list`?",
		})},
		"whisper-list":     {renderer.List(nil, "U0RITA"), renderer.List([]approvals.Request{request(approvals.Pending), request(approvals.Running)}, "U0RITA")},
		"whisper-show":     {renderer.Show(mixed), renderer.Show(rejected), renderer.Show(request(approvals.Denied)), renderer.Show(request(approvals.Checking))},
		"whisper-help":     {renderer.Help()},
		"whisper-internal": {renderer.Error(errors.New("secret details"))},
		"direct-lost": {
			renderer.Lost(request(approvals.Running), "the channel is archived"), renderer.Lost(mixed, "Slack refuses it (<x>)"), renderer.Lost(mixed, ""),
		},
		"direct-about":         {renderer.About(mixed, view.Message{Text: "It is done."})},
		"whisper-wrongchannel": {renderer.Error(&approvals.Error{Text: "Not here.", Hint: "Ask in", Channels: []string{"C1", "C2"}})},
	}
}

func posts(r approvals.Request, kinds ...approvals.EventKind) []view.Message {
	return messages(renderer.Thread(r, events(r, kinds...)))
}

func messages(posts []view.Post) []view.Message {
	var all []view.Message
	for _, p := range posts {
		all = append(all, p.Message)
	}
	return all
}
