package approvals_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

func sel(kind approvals.SelectorKind, value string) approvals.Selector {
	return approvals.Selector{Kind: kind, Value: value}
}

// checked is what the check made of a request, in short.
type checked struct {
	State    approvals.State
	Targets  []string
	LeftOut  []string // how it was named, and the code
	Narrowed []approvals.Narrowing
	Closing  string
}

func (w *world) checked(id approvals.ID) checked {
	r := w.request(id)
	c := checked{State: r.State, Narrowed: r.Narrowed, Closing: r.Closing}
	for _, t := range r.Targets {
		c.Targets = append(c.Targets, t.Device.Name)
	}
	for _, l := range r.LeftOut {
		c.LeftOut = append(c.LeftOut, l.Selector.String()+" "+l.Code)
	}
	return c
}

func TestCheck_selectors(t *testing.T) {
	t.Parallel()
	const notAndroid = "it runs iOS, and this bot resets Android passcodes only"
	filter := sel(approvals.ByFilter, "model eq 'X'")
	for _, tt := range []struct {
		name    string
		prepare func(*world)
		all     bool
		sels    []approvals.Selector
		want    checked
	}{
		{
			name: "one of each sort, in the order of typing",
			prepare: func(w *world) {
				w.fleet.filters["model eq 'X'"] = approvals.Found{Devices: []approvals.Device{w.fleet.devices[ottos]}}
			},
			sels: []approvals.Selector{filter, sel(approvals.BySerial, "s-kio"), sel(approvals.ByName, "bob galaxy"), byID(pixel)[0]},
			want: checked{State: approvals.Pending, Targets: []string{"Otto Pixel", "Kiosk", "Bob Galaxy", "Alice Pixel"}},
		},
		{
			name: "a person, through the mail address, with all devices",
			sels: []approvals.Selector{sel(approvals.ByPerson, "UALICE")},
			want: checked{State: approvals.Pending, Targets: []string{"Alice Pixel"}, LeftOut: []string{"<@UALICE> device-administrator"}},
		},
		{
			name: "the same device by four selectors counts once",
			sels: []approvals.Selector{byID(pixel)[0], sel(approvals.BySerial, "S-ALI"), sel(approvals.ByUser, "alice@contoso.com"), byID(pixel)[0]},
			want: checked{State: approvals.Pending, Targets: []string{"Alice Pixel"}, LeftOut: []string{"user:alice@contoso.com device-administrator"}},
		},
		{
			name: "a device left out twice is listed once",
			sels: []approvals.Selector{byID(pixel)[0], byID(iphone)[0], sel(approvals.BySerial, "S-IVY")},
			want: checked{State: approvals.Pending, Targets: []string{"Alice Pixel"}, LeftOut: []string{iphone + " not-android"}},
		},
		{
			name: "what is not found is left out",
			sels: []approvals.Selector{byID("00000000-0000-4000-8000-00000000dead")[0], sel(approvals.BySerial, "NONE"), byID(pixel)[0]},
			want: checked{
				State: approvals.Pending, Targets: []string{"Alice Pixel"},
				LeftOut: []string{"00000000-0000-4000-8000-00000000dead device-not-found", "serial:NONE no-device"},
			},
		},
		{
			name: "an ineligible device, and all or nothing",
			all:  true, sels: byID(pixel, iphone),
			want: checked{
				State: approvals.Rejected, LeftOut: []string{iphone + " not-android"},
				Closing: "Not all of the devices can have their passcode reset, and you asked for all or nothing: Ivy iPhone: " + notAndroid +
					". Ask again without those, or without all-or-nothing.",
			},
		},
		{
			name: "all or nothing, and all are eligible",
			all:  true, sels: byID(pixel, galaxy),
			want: checked{State: approvals.Pending, Targets: []string{"Alice Pixel", "Bob Galaxy"}},
		},
		{
			name: "none is eligible",
			sels: byID(iphone),
			want: checked{
				State: approvals.Rejected, LeftOut: []string{iphone + " not-android"},
				Closing: "None of the devices can have its passcode reset: Ivy iPhone: " + notAndroid + ". See in the Intune admin center what can be done for them.",
			},
		},
		{
			name: "nothing is found",
			sels: []approvals.Selector{sel(approvals.BySerial, "NONE")},
			want: checked{
				State: approvals.Rejected, LeftOut: []string{"serial:NONE no-device"},
				Closing: "No device was found for serial:NONE. Check the spelling in the Intune admin center and ask again.",
			},
		},
		{
			name: "nothing is found by two",
			sels: []approvals.Selector{sel(approvals.BySerial, "NONE"), sel(approvals.ByName, "Nil")},
			want: checked{
				State: approvals.Rejected, LeftOut: []string{"serial:NONE no-device", `name:"Nil" no-device`},
				Closing: `None of these names a device: serial:NONE; name:"Nil". Check the spelling in the Intune admin center and ask again.`,
			},
		},
		{
			name:    "a person without a mail address",
			prepare: func(w *world) { w.people.edit("UALICE", func(p *approvals.Person) { p.Email = "" }) },
			sels:    []approvals.Selector{sel(approvals.ByPerson, "UALICE")},
			want: checked{
				State: approvals.Rejected, LeftOut: []string{"<@UALICE> no-mail"},
				Closing: "Slack shows no mail address for Alice, so their devices cannot be found. Name the device instead, for example `serial:R58M12ABCDE`.",
			},
		},
		{
			name: "an unknown person beside a device",
			sels: []approvals.Selector{sel(approvals.ByPerson, "UGONE"), byID(pixel)[0]},
			want: checked{State: approvals.Pending, Targets: []string{"Alice Pixel"}, LeftOut: []string{"<@UGONE> unknown-person"}},
		},
		{
			name:    "Intune answers with the whole tenant",
			prepare: func(w *world) { w.fleet.lies = true },
			sels:    []approvals.Selector{sel(approvals.BySerial, "S-ALI")},
			want: checked{
				State: approvals.Pending, Targets: []string{"Alice Pixel"},
				Narrowed: []approvals.Narrowing{{Selector: sel(approvals.BySerial, "S-ALI"), Dropped: 5}},
			},
		},
		{
			name:    "Intune answers with the whole tenant and nothing that was asked for",
			prepare: func(w *world) { w.fleet.lies = true },
			sels:    []approvals.Selector{sel(approvals.ByUser, "nobody@contoso.com"), byID(pixel)[0]},
			want: checked{
				State: approvals.Pending, Targets: []string{"Alice Pixel"}, LeftOut: []string{"user:nobody@contoso.com no-device"},
				Narrowed: []approvals.Narrowing{{Selector: sel(approvals.ByUser, "nobody@contoso.com"), Dropped: 6}, {Selector: byID(pixel)[0], Dropped: 5}},
			},
		},
		{
			name: "a filter that had to be narrowed",
			prepare: func(w *world) {
				w.fleet.filters["model eq 'X'"] = approvals.Found{Devices: []approvals.Device{w.fleet.devices[pixel]}, Dropped: 40}
			},
			sels: []approvals.Selector{filter},
			want: checked{State: approvals.Pending, Targets: []string{"Alice Pixel"}, Narrowed: []approvals.Narrowing{{Selector: filter, Dropped: 40}}},
		},
		{
			name: "a filter that Intune refuses, beside one that waits",
			prepare: func(w *world) {
				w.fleet.findErr["model eq 'X'"] = refusedBy(approvals.Invalid)
				w.fleet.findErr["S-KIO"] = unavailable("Intune is busy.")
			},
			sels: []approvals.Selector{sel(approvals.BySerial, "S-KIO"), filter},
			want: checked{State: approvals.Rejected, Closing: "Intune says invalid"},
		},
		{
			name:    "a filter that finds more than the limit",
			prepare: func(w *world) { w.fleet.filters["model eq 'X'"] = approvals.Found{More: true} },
			sels:    []approvals.Selector{filter},
			want: checked{
				State:   approvals.Rejected,
				Closing: "More than 100 devices were found, and a request may have 100 at the most. Ask for fewer, or in several requests.",
			},
		},
		{
			name:    "more devices than the limit by several selectors, the ineligible among them",
			prepare: func(w *world) { w.policy.MaxDevices = 2 },
			sels:    byID(pixel, galaxy, iphone),
			want: checked{
				State: approvals.Rejected, LeftOut: []string{iphone + " not-android"},
				Closing: "3 devices were found, and a request may have 2 at the most. Ask for fewer, or in several requests.",
			},
		},
		{
			name: "an empty value", sels: []approvals.Selector{sel(approvals.ByUser, " ")},
			want: checked{State: approvals.Rejected, Closing: "There is nothing behind user:."},
		},
		{
			name:    "Intune refuses this app",
			prepare: func(w *world) { w.fleet.silent = refusedBy(approvals.Forbidden) },
			sels:    byID(pixel),
			want:    checked{State: approvals.Rejected, Closing: "Intune says forbidden"},
		},
		{
			name:    "our own mistake",
			prepare: func(w *world) { w.fleet.silent = errPlain },
			sels:    byID(pixel),
			want: checked{
				State:   approvals.Rejected,
				Closing: "Something went wrong on my side, and nothing was changed. Try again; if it stays, ask the people who run passcodebot to look into its log.",
			},
		},
		{
			name:    "a search that panics",
			prepare: func(w *world) { w.fleet.panics = "find" },
			sels:    byID(pixel),
			want: checked{
				State:   approvals.Rejected,
				Closing: "Something went wrong on my side, and nothing was changed. Try again; if it stays, ask the people who run passcodebot to look into its log.",
			},
		},
		{
			name: "many that are left out, named five at the most",
			sels: []approvals.Selector{
				sel(approvals.ByName, "A"), sel(approvals.ByName, "B"), sel(approvals.ByName, "C"), sel(approvals.ByName, "D"),
				sel(approvals.ByPerson, "UGONE"), sel(approvals.ByName, "E"), sel(approvals.ByName, "F"),
			},
			want: checked{
				State: approvals.Rejected,
				LeftOut: []string{
					`name:"A" no-device`, `name:"B" no-device`, `name:"C" no-device`, `name:"D" no-device`,
					"<@UGONE> unknown-person", `name:"E" no-device`, `name:"F" no-device`,
				},
				Closing: `None of these names a device: name:"A"; name:"B"; name:"C"; name:"D"; <@UGONE>: Slack does not know the person UGONE; and 2 more. ` +
					"Check the spelling in the Intune admin center and ask again.",
			},
		},
		{
			name:    "too few could approve",
			prepare: func(w *world) { w.policy.Quorum = 4 }, // Anna, Ben and Carl; not Otto
			sels:    byID(pixel, ottos),
			want: checked{
				State:   approvals.Rejected,
				Closing: "This request needs 4 approvals besides you, and only 3 could approve it now, because approvers use devices of it themselves: Otto. Ask for the devices of those people in a request of their own.",
			},
		},
		{
			name:    "just enough could approve",
			prepare: func(w *world) { w.policy.Quorum = 4 },
			sels:    byID(pixel),
			want:    checked{State: approvals.Pending, Targets: []string{"Alice Pixel"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				if tt.prepare != nil {
					tt.prepare(w)
				}
				p := w.start(t)
				id := p.request(t, approvals.Ask{Selectors: tt.sels, AllOrNothing: tt.all})
				if diff := cmp.Diff(tt.want, w.checked(id)); diff != "" {
					t.Errorf("checked (-want +got):\n%s", diff)
				}
				if r := w.request(id); r.State == approvals.Rejected && (!r.WakeAt.IsZero() || !r.EndedAt.Equal(time.Now())) {
					t.Errorf("rejected, ended at %v, wakes at %v", r.EndedAt, r.WakeAt)
				}
			})
		})
	}
}

// A person or a user with nothing behind it never reaches Intune.
func TestCheck_emptyValueStaysHere(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		for _, kind := range []approvals.SelectorKind{approvals.ByUser, approvals.ByPerson, approvals.BySerial, approvals.ByName, approvals.ByFilter, approvals.ByID} {
			if id := p.asks(t, sel(kind, "")); w.request(id).State != approvals.Rejected {
				t.Errorf("%s: state is %s; want rejected", kind, w.request(id).State)
			}
		}
		if len(w.fleet.finds) != 0 {
			t.Errorf("Intune was asked for %v", w.fleet.finds)
		}
	})
}

func TestCheck_requester(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		who, code, name string
		channels        []string
	}{
		{rita, "", "Rita", nil},
		{nora, "not-requester", "Nora", nil},
		{anna, "not-requester", "Anna", nil},
		{gina, "guest", "Gina", nil},
		{robo, "bot", "Robo", nil},
		{sam, "stranger", "Sam", nil},
		{dora, "deactivated", "Dora", nil},
		{"UGONE", "unknown-person", "", nil},
		{rita, "wrong-channel", "Rita", []string{"CELSE", "CTOO"}},
	} {
		t.Run(tt.who+" "+tt.code, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Channels = tt.channels
				p := w.start(t)
				id := p.request(t, approvals.Ask{Actor: approvals.Actor{ID: tt.who}, Selectors: byID(pixel)})
				r := w.request(id)
				if r.Requester.Name != tt.name {
					t.Errorf("the requester's name is %q; want %q", r.Requester.Name, tt.name)
				}
				log := w.store.log()
				last := log[len(log)-1]
				if tt.code == "" {
					if r.State != approvals.Pending {
						t.Errorf("state is %s, %s; want pending", r.State, r.Closing)
					}
					return
				}
				if r.State != approvals.Rejected || last.Kind != approvals.WasRejected || last.Data["code"] != tt.code {
					t.Errorf("state is %s, last event %+v; want rejected for %s", r.State, last, tt.code)
				}
				if got, want := last.Data["channels"], strings.Join(tt.channels, " "); got != want {
					t.Errorf("the event names the channels %q; want %q", got, want)
				}
				if last.Text != r.Closing || r.Closing == "" {
					t.Errorf("the event says %q, the request %q", last.Text, r.Closing)
				}
				if len(w.fleet.finds) != 0 {
					t.Error("Intune was asked for somebody who may not ask")
				}
			})
		})
	}
}

// A check that nobody answers is put off, with growing waits; the requester
// is told once, and it goes on when there is an answer.
func TestCheck_putOff(t *testing.T) {
	t.Parallel()
	for name, silence := range map[string]func(*world, error){
		"Intune is away": func(w *world, err error) { w.fleet.with(func(f *fleet) { f.silent = err }) },
		"Slack is away":  func(w *world, err error) { w.people.with(func(p *people) { p.silent = err }) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				silence(w, unavailable(name+"."))
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				r := w.request(id)
				if r.State != approvals.Checking || !r.Delayed || time.Until(r.WakeAt) != time.Second {
					t.Errorf("state is %s, delayed %v, next try in %v", r.State, r.Delayed, time.Until(r.WakeAt))
				}
				pass(10 * time.Minute)
				tries := w.store.saves
				if got := w.story(id); count(got, "request.check-delayed") != 1 || len(got) != 2 {
					t.Errorf("story is %q; want to be told once", got)
				}
				if tries < 10 || tries > 20 {
					t.Errorf("%d saves in ten minutes; want one for each of a dozen tries", tries)
				}
				silence(w, nil)
				pass(2 * time.Minute)
				if got := w.request(id).State; got != approvals.Pending {
					t.Errorf("state is %s; want pending", got)
				}
				if left := time.Until(w.request(id).ExpiresAt); left < approvals.DefaultTimeToLive-2*time.Minute {
					t.Errorf("the approvers have %v; want their time from when they could decide", left)
				}
			})
		})
	}
}

func TestCheck_neverAnswered(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.TimeToLive = 90 * time.Second // the waits are nearly as long by then
		w.fleet.silent = unavailable("Intune is away.")
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		pass(w.policy.TimeToLive + sweepEvery)
		r := w.request(id)
		if r.State != approvals.Expired || r.EndedAt.Sub(r.ExpiresAt) > sweepEvery {
			t.Errorf("state is %s, %v after the deadline", r.State, r.EndedAt.Sub(r.ExpiresAt))
		}
	})
}

// Cancelling while the check is under way keeps: its end changes nothing.
func TestCheck_cancelledMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.people.takes = time.Second
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		if _, err := p.Cancel(t.Context(), id, approvals.Actor{ID: rita}); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		want := []string{"request.asked by URITA: forgotten", "request.cancelled by URITA"}
		if diff := cmp.Diff(want, w.story(id)); diff != "" {
			t.Errorf("story (-want +got):\n%s", diff)
		}
	})
}

// A hundred selectors bring their devices in the order of typing, though
// many are asked for at a time.
func TestCheck_manySelectors(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		sels := w.fillWith(100)
		p := w.start(t)
		id := p.asks(t, sels...)
		r := w.request(id)
		if r.State != approvals.Pending || len(r.Targets) != 100 {
			t.Fatalf("state is %s, %s with %d targets", r.State, r.Closing, len(r.Targets))
		}
		for i, target := range r.Targets {
			if want := fmt.Sprintf("Phone %03d", i); target.Device.Name != want {
				t.Fatalf("target %d is %s; want %s: the order of typing", i, target.Device.Name, want)
			}
		}
	})
}
