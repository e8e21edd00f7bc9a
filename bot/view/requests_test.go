package view_test

import (
	"fmt"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// noon is when everything here happens.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

var renderer = view.Renderer{Page: func(id string) string { return "https://intune.microsoft.com/#view/mdmDeviceId/" + id }}

func actor(name string) approvals.Actor {
	return approvals.Actor{ID: "U0" + strings.ToUpper(name), Name: name, Team: "T0"}
}

func target(n int, name string, phase approvals.Phase) approvals.Target {
	t := approvals.Target{
		Device: approvals.Device{
			ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), Name: name, Manufacturer: "Google", Model: "Pixel 8",
			Serial: fmt.Sprintf("SERIAL%04d", n), OS: "Android", OSVersion: "15", Owner: approvals.Owner{UPN: "alice@contoso.com"},
			LastCheckIn: noon.Add(-26 * time.Hour),
		},
		Scope: approvals.DeviceScope, Enrollment: "fully managed", Result: approvals.Result{Phase: phase},
	}
	if n%2 == 0 {
		t.Scope, t.Enrollment = approvals.WorkProfileScope, "personally-owned work profile"
	}
	switch phase {
	case approvals.Failed, approvals.Unknown, approvals.Skipped, approvals.FailedOnDevice:
		t.Result.Reason, t.Result.GraphRequestID = "Intune says no", "11111111-2222-4333-8444-555555555555"
	}
	return t
}

// request returns a request in a state, with two devices and one left out.
func request(state approvals.State) approvals.Request {
	r := approvals.Request{
		ID: 12, Version: 3, State: state, Requester: actor("rita"), Channel: "C0HELP", CardChannel: "C0HELP",
		Reason: "forgot the PIN, INC-4711", Quorum: 2, Approvers: approvals.Audience{Groups: []string{"S0ONCALL"}},
		CreatedAt: noon.Add(-time.Minute), ReadyAt: noon, ExpiresAt: noon.Add(30 * time.Minute),
		Targets: []approvals.Target{target(1, "Alice's Pixel", approvals.Waiting), target(2, "Alice's Galaxy", approvals.Waiting)},
		LeftOut: []approvals.LeftOut{{
			Device: approvals.Device{ID: "3", Name: "Alice's iPhone", Owner: approvals.Owner{UPN: "alice@contoso.com"}},
			Reason: "it runs iOS, and this bot resets Android passcodes only",
		}},
		Narrowed: []approvals.Narrowing{{Selector: approvals.Selector{Kind: approvals.ByFilter, Value: "model eq 'Pixel 8'"}, Dropped: 28}},
	}
	yes := approvals.Decision{Actor: actor("anna"), Approved: true, At: noon}
	switch state {
	case approvals.Denied:
		r.Decisions = []approvals.Decision{{Actor: actor("anna"), At: noon}}
	case approvals.Pending, approvals.Expired, approvals.Cancelled:
		r.Decisions = []approvals.Decision{yes}
	case approvals.Approved, approvals.Running, approvals.Done:
		r.Decisions = []approvals.Decision{yes, {Actor: actor("ben"), Approved: true, At: noon}}
	}
	if state.Ended() {
		r.EndedAt = noon.Add(5 * time.Minute)
	}
	return r
}

// done returns a request whose devices came out as the phases say.
func done(phases ...approvals.Phase) approvals.Request {
	r := request(approvals.Done)
	r.Targets = nil
	for i, p := range phases {
		r.Targets = append(r.Targets, target(i+1, fmt.Sprintf("Phone %d", i+1), p))
	}
	return r
}

// repeated returns a request for devices that were reset before.
func repeated() approvals.Request {
	r := request(approvals.Pending)
	r.Rule, r.Statement = "reset again", approvals.Statement{
		Ticket: "INC0012345", SecondReason: "the shift starts at six", Verified: "called back on the number in the directory",
	}
	pixel, galaxy := r.Targets[0].Device.ID, r.Targets[1].Device.ID
	for i := range r.Targets {
		r.Targets[i].Device.Owner.ID = "owner"
	}
	r.Earlier = []approvals.Past{
		{Device: galaxy, Owner: "owner", At: noon.Add(-time.Hour), By: approvals.Actor{Name: "admin@contoso.com"}},
		{Device: pixel, Owner: "owner", At: noon.Add(-2 * time.Hour), Request: 9, By: actor("bob"), Reason: "forgot the new PIN"},
		{Device: "other", At: noon.Add(-3 * time.Hour), Request: 8, By: actor("rita"), Reason: "lost"},
		{Device: pixel, Owner: "owner", At: noon.Add(-20 * time.Hour), Request: 7, By: actor("bob"), Reason: "forgot the PIN"},
	}
	return r
}

// broken returns a request that goes ahead with fewer approvals.
func broken(state approvals.State) approvals.Request {
	r := request(state)
	r.Statement.BreakGlass, r.Rule = "the night shift cannot work", "kiosks at night"
	r.Quorum, r.Decisions = 1, nil
	if state == approvals.Done {
		r = func(d approvals.Request) approvals.Request {
			d.Statement, d.Rule, d.Quorum, d.Decisions = r.Statement, r.Rule, 1, d.Decisions[:1]
			d.DecidedAt, d.Review = noon, approvals.Review{Due: true}
			return d
		}(done(approvals.Accepted, approvals.Failed))
	}
	return r
}

// results are the events of what came at first of each device of a request.
func results(r approvals.Request) []approvals.Event {
	var all []approvals.Event
	for _, t := range r.Targets {
		kind := approvals.ResetAccepted
		switch t.Result.Phase {
		case approvals.Failed:
			kind = approvals.ResetFailed
		case approvals.Skipped:
			kind = approvals.ResetSkipped
		case approvals.Unknown:
			kind = approvals.ResetUnknown
		}
		one := r
		one.Targets = []approvals.Target{t}
		e := events(one, kind)[0]
		e.Seq = approvals.Seq(len(all) + 1)
		all = append(all, e)
	}
	return all
}

// nasty is what somebody types who wants to deceive or to break something.
var nasty = strings.Repeat("<!channel> *bold* `code` \u202e<@U0EVIL> & 🧨🧨 ~x~ _y_ ", 60)[:2900]

// events returns one event of each kind for each device of a request.
func events(r approvals.Request, kinds ...approvals.EventKind) []approvals.Event {
	var all []approvals.Event
	for _, k := range kinds {
		devices := []string{""}
		if strings.HasPrefix(string(k), "reset.") {
			devices = nil
			for _, t := range r.Targets {
				devices = append(devices, t.Device.ID)
			}
		}
		text := "Intune says no"
		if k == approvals.ResetAccepted || k == approvals.Unconfirmed {
			text = "" // but for what else there is to say
		}
		for _, d := range devices {
			all = append(all, approvals.Event{
				Seq: approvals.Seq(len(all) + 1), At: noon, Request: r.ID, Kind: k, Actor: actor("anna"), Device: d, Text: text,
				Data: map[string]string{"graph_request_id": "11111111-2222-4333-8444-555555555555"},
			})
		}
	}
	return all
}
