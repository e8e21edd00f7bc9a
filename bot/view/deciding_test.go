package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

// odd is a request of which everything is unusual, from a thread.
func odd() approvals.Request {
	r := request(approvals.Pending)
	r.Thread, r.ThreadLink, r.Again = "1772448000.000100", "https://contoso.slack.com/archives/C0INCIDENTS/p1772448000000100", 7
	r.Unusual = []approvals.Unusual{
		approvals.UnusualRepeated, approvals.UnusualMany, approvals.UnusualOffline, approvals.UnusualPersonal, approvals.UnusualNewRequester, approvals.UnusualOutsideHours,
	}
	r.Targets = nil
	for i := range 12 {
		t := target(i+1, fmt.Sprintf("Phone %d", i+1), approvals.Waiting)
		if t.Scope == approvals.WorkProfileScope {
			t.Device.Ownership = "personal"
		}
		r.Targets = append(r.Targets, t)
	}
	r.Targets[0].Device.LastCheckIn = noon.Add(-12 * 24 * time.Hour)
	r.Earlier = []approvals.Past{{Device: r.Targets[2].Device.ID, At: noon.Add(-2 * time.Hour), Request: 9, By: actor("bob"), Reason: "forgot the new PIN"}}
	return r
}

// handedOver is a done request of which the requester is asked what became of
// the temporary passcode.
func handedOver() approvals.Request {
	r := done(approvals.Confirmed, approvals.Accepted)
	r.Handover = approvals.Handover{Due: true, Asked: noon, Times: 1}
	return r
}

const cardAt = "https://contoso.slack.com/archives/C0INCIDENTS/p1772448000000200"

// What is said to who decides, and to single people, in each language.
func TestDeciding_golden(t *testing.T) {
	t.Parallel()
	calls := events(odd(), approvals.Reminded, approvals.Reminded, approvals.Reminded)
	calls[0].Data["step"], calls[0].Data["groups"] = "half", "S0ONCALL"
	calls[1].Data["step"], calls[1].Data["people"] = "escalation", "U0BEN,U0CARL"
	calls[2].Data["step"] = "half"
	named := odd()
	named.Approvers = approvals.Audience{People: []string{"U0BEN"}}
	yes, no, never := handedOver(), handedOver(), handedOver()
	yes.Handover.Own, yes.Handover.Due = true, false
	never.Handover.Due = false
	mixed := done(approvals.Confirmed, approvals.Failed, approvals.Unknown)
	borrowed := odd()
	borrowed.Borrowed = approvals.Borrowed{By: actor("bob"), Of: 5}
	later := done(approvals.FailedOnDevice, approvals.Confirmed)
	for _, l := range words.Languages() {
		v := renderer.In(l)
		for name, shown := range map[string]any{
			"card-borrowed": []view.Message{v.Card(borrowed, noon), v.Show(borrowed)},
			"thread-later":  messages(v.Thread(later, events(later, approvals.DeviceFailed))),
			"direct-cardless": []view.Message{
				v.Cardless(named, events(named, approvals.BecameReady), "U0BEN"), v.Cardless(named, events(named, approvals.Reminded), "U0BEN"),
				v.Cardless(handedOver(), events(handedOver(), approvals.HandoverAsked), "U0RITA"),
			},
			"card-unusual":  []view.Message{v.Card(odd(), noon)},
			"thread-called": messages(v.Thread(odd(), calls)),
			"direct-requester": []view.Message{
				v.Personal(odd(), events(odd(), approvals.BecameReady), "U0RITA", cardAt),
				v.Personal(mixed, events(mixed, approvals.GotApproval, approvals.RunEnded), "U0RITA", cardAt),
				v.Personal(request(approvals.Denied), events(request(approvals.Denied), approvals.GotDenial), "U0RITA", ""),
			},
			"direct-named": []view.Message{
				v.Personal(named, events(named, approvals.BecameReady), "U0BEN", cardAt), v.Personal(named, events(named, approvals.Reminded), "U0BEN", cardAt),
			},
			"direct-handover": []view.Message{
				v.HandoverQuestion(handedOver(), cardAt), v.HandoverAnswered(yes, cardAt), v.HandoverAnswered(no, cardAt), v.HandoverAnswered(never, cardAt),
			},
			"modal-deny":    v.DenyForm(odd()),
			"modal-details": v.Details(odd(), []approvals.Person{{ID: "U0BEN", Name: "Ben"}, {ID: "U0CARL"}}),
			"modal-waiting": v.Details(odd(), nil),
			"modal-done":    v.Details(mixed, nil),
			"modal-refused": v.Refused(&approvals.Error{Text: "You asked for R-1 yourself, so you cannot decide on it.", Hint: "A second person has to; you can cancel it."}),
		} {
			t.Run(name+"/"+string(l), func(t *testing.T) {
				t.Parallel()
				switch shown := shown.(type) {
				case []view.Message:
					for _, m := range shown {
						check(t, m)
					}
				case slack.ModalViewRequest:
					checkForm(t, shown)
				}
				golden(t, name+"."+string(l), shown)
			})
		}
	}
}

// The details of a request of hundreds of devices, with texts that take the
// most room, fit into a modal, which says how many lines it leaves out.
func TestDetails_worst(t *testing.T) {
	t.Parallel()
	for _, l := range words.Languages() {
		r := worst(approvals.Done, approvals.Unknown, nasty)
		for i := range 500 {
			r.Targets = append(r.Targets, target(i+1, fmt.Sprintf("%s %d", nasty, i), approvals.Unknown))
		}
		checkForm(t, renderer.In(l).Details(r, nil))
	}
}

// Results that are confirmed by the time that they are told are told once.
func TestPersonal_confirmedMeanwhile(t *testing.T) {
	t.Parallel()
	r := done(approvals.Confirmed, approvals.Confirmed)
	m := renderer.Personal(r, append(events(r, approvals.RunEnded), events(r, approvals.ResetConfirmed, approvals.ResetConfirmed)...), "U0RITA", "")
	if n := strings.Count(m.Text, "confirmed: the device has reset it"); n != 2 {
		t.Errorf("2 devices are told to be confirmed %d times: %s", n, m.Text)
	}
}

// Nobody is told of what concerns others, nor of their own act.
func TestPersonal_silent(t *testing.T) {
	t.Parallel()
	r := odd()
	for name, m := range map[string]view.Message{
		"own act":        renderer.Personal(r, events(r, approvals.WasCancelled), "U0RITA", ""),
		"a reminder":     renderer.Personal(r, events(r, approvals.Reminded), "U0RITA", ""),
		"an approval":    renderer.Personal(r, events(r, approvals.GotApproval), "U0BEN", ""),
		"has decided":    renderer.Personal(r, events(r, approvals.Reminded), "U0ANNA", ""),
		"already closed": renderer.Personal(request(approvals.Denied), events(r, approvals.BecameReady), "U0BEN", ""),
		"no card":        renderer.Cardless(done(approvals.Accepted), events(done(approvals.Accepted), approvals.RunEnded), "U0RITA"),
		"one by one":     renderer.Personal(done(approvals.Accepted), events(done(approvals.Accepted), approvals.ResetAccepted), "U0RITA", ""),
	} {
		if m.Text != "" {
			t.Errorf("%s: %q", name, m.Text)
		}
	}
}
