package approvals_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// looked is what a Look brought, in short.
type looked struct {
	Devices []string // with why not, and the open request
	More    bool
	Able    []string
	Err     string
}

func short(l approvals.Looked, err error) looked {
	out := looked{More: l.More, Err: codeOf(err)}
	for _, c := range l.Candidates {
		line := c.Device.Name
		if !c.Eligibility.OK() {
			line += ": " + c.Eligibility.Code
		}
		if c.Open != 0 {
			line += " in " + c.Open.String()
		}
		out.Devices = append(out.Devices, line)
	}
	for _, p := range l.Able {
		out.Able = append(out.Able, p.Name)
	}
	return out
}

func TestLook(t *testing.T) {
	t.Parallel()
	everybody := []string{"Anna", "Ben", "Carl", "Otto"}
	contains := func(part string, devices ...approvals.Device) func(*world) {
		return func(w *world) {
			w.fleet.filters["contains(deviceName,'"+part+"')"] = approvals.Found{Devices: devices}
		}
	}
	pixels := []approvals.Device{managed(ottos, "Otto Pixel", "otto"), managed(pixel, "Alice Pixel", "alice")}
	for _, tt := range []struct {
		name    string
		prepare func(*world)
		look    approvals.Look
		want    looked
	}{
		{name: "nothing yet", want: looked{Able: everybody}},
		{name: "a person", look: approvals.Look{Person: "UALICE"}, want: looked{Devices: []string{"Alice Pixel", "Old Nexus: device-administrator"}, Able: everybody}},
		{name: "a person without devices", look: approvals.Look{Person: hugo}, want: looked{Able: everybody}},
		{name: "nobody", look: approvals.Look{Person: "UGHOST"}, want: looked{Err: "unknown-person"}},
		{
			name: "no mail address", prepare: func(w *world) { w.people.edit("UALICE", func(p *approvals.Person) { p.Email = "" }) },
			look: approvals.Look{Person: "UALICE"}, want: looked{Err: "no-mail"},
		},
		{name: "an id", look: approvals.Look{Search: "{" + pixel + "}"}, want: looked{Devices: []string{"Alice Pixel"}}},
		{name: "no such id", look: approvals.Look{Search: "00000000-0000-4000-8000-00000000dead"}, want: looked{}},
		{name: "a serial", look: approvals.Look{Search: " s-ivy "}, want: looked{Devices: []string{"Ivy iPhone: not-android"}}},
		{name: "a part of names", prepare: contains("ixel", pixels...), look: approvals.Look{Search: "ixel"}, want: looked{Devices: []string{"Alice Pixel", "Otto Pixel"}}},
		{
			name: "what can be reset first", prepare: contains("pho", approvals.Device{ID: iphone, Name: "A phone", Type: "iPhone", OS: "iOS"}, managed(pixel, "Zoe's phone", "zoe")),
			look: approvals.Look{Search: "pho"}, want: looked{Devices: []string{"Zoe's phone", "A phone: not-android"}},
		},
		{name: "the beginning first", prepare: contains("Otto", pixels...), look: approvals.Look{Search: "Otto"}, want: looked{Devices: []string{"Otto Pixel", "Alice Pixel"}}},
		{name: "a quotation mark", prepare: contains("o''t", pixels[0]), look: approvals.Look{Search: "o't"}, want: looked{Devices: []string{"Otto Pixel"}}},
		{name: "a mail address", look: approvals.Look{Search: "bob@contoso.com"}, want: looked{Devices: []string{"Bob Galaxy"}}},
		{name: "found twice", prepare: contains("S-ALI", pixels[1]), look: approvals.Look{Search: "S-ALI"}, want: looked{Devices: []string{"Alice Pixel"}}},
		{name: "more than are shown", prepare: contains("ixel", pixels...), look: approvals.Look{Search: "ixel", Limit: 1}, want: looked{Devices: []string{"Otto Pixel"}, More: true}},
		{name: "too short a search", prepare: contains("ix", pixels...), look: approvals.Look{Search: "ix"}, want: looked{}},
		{
			name: "one way fails", prepare: func(w *world) { w.fleet.findErr["contains(deviceName,'S-BOB')"] = unavailable("Intune is away.") },
			look: approvals.Look{Search: "S-BOB"}, want: looked{Devices: []string{"Bob Galaxy"}, More: true},
		},
		{
			name: "a name that Intune ignores", prepare: func(w *world) { w.fleet.findErr["contains(deviceName,'zzz')"] = refusedBy(approvals.Invalid) },
			look: approvals.Look{Search: "zzz"}, want: looked{},
		},
		{
			name: "Intune is away", prepare: func(w *world) { w.fleet.silent = unavailable("Intune is away.") },
			look: approvals.Look{Person: "UALICE"}, want: looked{Err: "unavailable"},
		},
		{
			name: "Intune is away from a search", prepare: func(w *world) { w.fleet.silent = unavailable("Intune is away.") },
			look: approvals.Look{Search: "pixel"}, want: looked{Err: "unavailable"},
		},
		{
			name: "Slack is away", prepare: func(w *world) { w.people.silent = unavailable("Slack is away.") },
			look: approvals.Look{Person: "UALICE"}, want: looked{Err: "slack-silent"},
		},
		{name: "may not ask", look: approvals.Look{Actor: approvals.Actor{ID: nora}, Person: "UALICE"}, want: looked{Err: "not-requester"}},
		{name: "may not search", look: approvals.Look{Actor: approvals.Actor{ID: nora}, Search: pixel}, want: looked{Err: "not-requester"}},
		{name: "a guest", look: approvals.Look{Actor: approvals.Actor{ID: gina}, Search: pixel}, want: looked{Err: "guest"}},
		{
			name: "not there", prepare: func(w *world) { w.policy.Channels = []string{"CELSE"} },
			look: approvals.Look{Person: "UALICE"}, want: looked{Err: "wrong-channel"},
		},
		{
			name: "the channel is not chosen yet", prepare: func(w *world) { w.policy.Channels = []string{"CELSE"} },
			look: approvals.Look{Channel: "none", Search: pixel}, want: looked{Devices: []string{"Alice Pixel"}},
		},
		{
			name: "lies of Intune", prepare: func(w *world) { w.fleet.lies = true },
			look: approvals.Look{Person: "UALICE"}, want: looked{Devices: []string{"Alice Pixel", "Old Nexus: device-administrator"}, Able: everybody},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				if tt.prepare != nil {
					tt.prepare(w)
				}
				if tt.look.Actor.ID == "" {
					tt.look.Actor.ID = rita
				}
				switch tt.look.Channel {
				case "":
					tt.look.Channel = channel
				case "none":
					tt.look.Channel = ""
				}
				got := short(w.service(t).Look(t.Context(), tt.look))
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("Look (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Whoever may not ask learns nothing of the fleet, and the log learns of
// them; of each key that they type it does not.
func TestLook_refused(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		s := w.service(t)
		who := approvals.Actor{ID: nora}
		for _, l := range []approvals.Look{
			{Actor: who, Channel: channel}, {Actor: who, Channel: channel, Person: "UALICE"}, {Actor: who, Channel: channel, Search: pixel},
		} {
			if got, err := s.Look(t.Context(), l); codeOf(err) != "not-requester" || len(got.Candidates) > 0 {
				t.Errorf("%+v brought %v (%v)", l, got, err)
			}
		}
		if _, err := s.Terms(t.Context(), approvals.Ask{Actor: who, Channel: channel, Selectors: byID(pixel)}); codeOf(err) != "not-requester" {
			t.Error(err)
		}
		if n := len(w.fleet.finds); n != 0 {
			t.Errorf("Intune was asked %d times", n)
		}
		var acts []string
		for _, e := range w.store.log() {
			acts = append(acts, string(e.Kind)+" "+e.Data["act"])
		}
		if diff := cmp.Diff([]string{"act.refused form", "act.refused form"}, acts); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
	})
}

// A Look tells what it must not be asked again: which request has a device
// already, and what was reset before.
func TestLook_history(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.ShowEarlier = 24 * time.Hour
		p := w.start(t)
		p.approved(t, byID(pixel)...)
		pass(time.Minute)
		open := p.asks(t, byID(pixel)...)
		got, err := p.Look(t.Context(), approvals.Look{Actor: approvals.Actor{ID: rita}, Channel: channel, Person: "UALICE"})
		if err != nil || len(got.Candidates) != 2 {
			t.Fatal(got, err)
		}
		if c := got.Candidates[0]; c.Open != open || len(c.Earlier) != 1 || c.Earlier[0].Request != 1 {
			t.Errorf("the phone is in %v, with the earlier resets %v; want %v, and the one of R-1", c.Open, c.Earlier, open)
		}
		if c := got.Candidates[1]; c.Open != 0 || len(c.Earlier) != 0 {
			t.Errorf("the other is in %v with %v", c.Open, c.Earlier)
		}
	})
}

func TestTerms(t *testing.T) {
	t.Parallel()
	type terms struct {
		Rule, Err           string
		Devices, Able       []string
		Quorum              int
		Ticket, Glass, Said bool
	}
	everybody := []string{"Anna", "Ben", "Carl", "Otto"}
	strict := approvals.Rule{
		Name: "phones of people", When: approvals.Conditions{Enrolments: []string{"fully-managed"}},
		Terms: approvals.Terms{Quorum: 2, Ticket: regexp.MustCompile(`^(?:INC\d+)$`), Verified: true},
	}
	ruled := func(w *world) { w.policy.Rules = []approvals.Rule{strict} }
	for _, tt := range []struct {
		name    string
		prepare func(*world)
		ask     approvals.Ask
		want    terms
	}{
		{name: "nothing chosen", prepare: ruled, want: terms{Quorum: 1, Able: everybody}},
		{name: "no rule", ask: approvals.Ask{Selectors: byID(galaxy)}, prepare: ruled, want: terms{Devices: []string{"Bob Galaxy"}, Quorum: 1, Able: everybody}},
		{
			name: "a rule", prepare: ruled, ask: approvals.Ask{Selectors: byID(pixel)},
			want: terms{Rule: "phones of people", Err: "needs-ticket", Devices: []string{"Alice Pixel"}, Quorum: 2, Able: everybody, Ticket: true, Said: true},
		},
		{
			name: "all that it asks", prepare: ruled, ask: approvals.Ask{Selectors: byID(pixel), Statement: approvals.Statement{Ticket: "INC1", Verified: "called"}},
			want: terms{Rule: "phones of people", Devices: []string{"Alice Pixel"}, Quorum: 2, Able: everybody, Ticket: true, Said: true},
		},
		{name: "an approver's own", ask: approvals.Ask{Selectors: byID(ottos)}, want: terms{Devices: []string{"Otto Pixel"}, Quorum: 1, Able: everybody[:3]}},
		{
			name: "too few approvers", prepare: func(w *world) { w.policy.Quorum = 4 }, ask: approvals.Ask{Selectors: byID(ottos)},
			want: terms{Err: "approvers-own-devices", Devices: []string{"Otto Pixel"}, Quorum: 4, Able: everybody[:3]},
		},
		{name: "not eligible", ask: approvals.Ask{Selectors: byID(iphone)}, want: terms{Err: "none-eligible", Devices: []string{"Ivy iPhone: not-android"}, Quorum: 1, Able: everybody}},
		{
			name: "too many", prepare: func(w *world) { w.policy.MaxDevices = 1 }, ask: approvals.Ask{Selectors: byID(pixel, galaxy)},
			want: terms{Err: "too-many-devices", Devices: []string{"Alice Pixel", "Bob Galaxy"}, Quorum: 1, Able: everybody},
		},
		{
			name: "may break glass", prepare: func(w *world) {
				w.policy.BreakGlass = approvals.BreakGlass{Who: approvals.Audience{People: []string{rita}}, Channels: []string{channel}}
			},
			ask: approvals.Ask{Selectors: byID(pixel)}, want: terms{Devices: []string{"Alice Pixel"}, Quorum: 1, Able: everybody, Glass: true},
		},
		{
			name: "not here", prepare: func(w *world) { w.policy.Channels = []string{"CELSE"} },
			ask: approvals.Ask{Selectors: byID(pixel)}, want: terms{Err: "wrong-channel"},
		},
		{
			name: "Intune is away", prepare: func(w *world) { w.fleet.silent = unavailable("Intune is away.") },
			ask: approvals.Ask{Selectors: byID(pixel)}, want: terms{Err: "unavailable"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				if tt.prepare != nil {
					tt.prepare(w)
				}
				tt.ask.Actor, tt.ask.Channel = approvals.Actor{ID: rita}, channel
				got, err := w.service(t).Terms(t.Context(), tt.ask)
				said := short(got, err)
				diff := cmp.Diff(tt.want, terms{
					Rule: got.Rule, Err: said.Err, Devices: said.Devices, Able: said.Able, Quorum: got.Terms.Quorum,
					Ticket: got.Terms.Ticket != nil, Said: got.Terms.Verified, Glass: got.BreakGlass,
				})
				if diff != "" {
					t.Errorf("Terms (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What the form shows says where one could ask, and where the card goes.
func TestLook_places(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Channels, w.policy.CardChannel, w.policy.MaxDevices = []string{channel, "CELSE"}, "CCARDS", 7
		got, err := w.service(t).Look(t.Context(), approvals.Look{Actor: approvals.Actor{ID: rita}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{channel, "CELSE"}, got.Channels); diff != "" || got.CardChannel != "CCARDS" || got.MaxDevices != 7 {
			t.Errorf("the card goes to %s, with at most %d devices; one may ask in (-want +got):\n%s", got.CardChannel, got.MaxDevices, diff)
		}
	})
}
