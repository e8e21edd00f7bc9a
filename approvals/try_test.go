package approvals_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// A dry run tells what a request would meet.
func TestTry(t *testing.T) {
	t.Parallel()
	type trial struct {
		Targets, LeftOut, Able []string
		Refusal, Err           string
		Quorum                 int
	}
	everybody := []string{"Anna", "Ben", "Carl", "Otto"}
	for _, tt := range []struct {
		name    string
		prepare func(*world)
		who     string
		all     bool
		sels    []approvals.Selector
		want    trial
	}{
		{name: "fine", sels: byID(pixel), want: trial{Targets: []string{"Alice Pixel"}, Able: everybody}},
		{name: "an approver's device", sels: byID(ottos), want: trial{Targets: []string{"Otto Pixel"}, Able: everybody[:3]}},
		{name: "partly", sels: byID(pixel, iphone), want: trial{Targets: []string{"Alice Pixel"}, LeftOut: []string{"not-android"}, Able: everybody}},
		{name: "all or nothing", all: true, sels: byID(pixel, iphone), want: trial{Targets: []string{"Alice Pixel"}, LeftOut: []string{"not-android"}, Able: everybody, Refusal: "not-all-eligible"}},
		{name: "not found", sels: byID("00000000-0000-4000-8000-00000000dead"), want: trial{LeftOut: []string{"device-not-found"}, Able: everybody, Refusal: "device-not-found"}},
		{name: "may not ask", who: nora, sels: byID(pixel), want: trial{Refusal: "not-requester"}},
		{
			name: "too few approvers", prepare: func(w *world) { w.policy.Quorum = 5 },
			sels: byID(pixel), want: trial{Targets: []string{"Alice Pixel"}, Able: everybody, Refusal: "too-few-approvers", Quorum: 5},
		},
		{
			name: "Intune is away", prepare: func(w *world) { w.fleet.silent = unavailable("Intune is away.") },
			sels: byID(pixel), want: trial{Err: "unavailable"},
		},
		{
			name: "Slack is away", prepare: func(w *world) { w.people.silent = unavailable("Slack is away.") },
			sels: byID(pixel), want: trial{Err: "slack-silent"},
		},
		{
			name: "our own mistake", prepare: func(w *world) { w.fleet.silent = errPlain },
			sels: byID(pixel), want: trial{Err: "internal"},
		},
		{
			name: "a search that panics", prepare: func(w *world) { w.fleet.panics = "find" },
			sels: byID(pixel), want: trial{Err: "internal"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				if tt.prepare != nil {
					tt.prepare(w)
				}
				if tt.who == "" {
					tt.who = rita
				}
				got, err := w.service(t).Try(t.Context(), approvals.Ask{
					Actor: approvals.Actor{ID: tt.who}, Channel: channel, Selectors: tt.sels, AllOrNothing: tt.all,
				})
				short := trial{Err: codeOf(err), Quorum: got.Quorum}
				for _, t := range got.Targets {
					short.Targets = append(short.Targets, t.Device.Name)
				}
				for _, l := range got.LeftOut {
					short.LeftOut = append(short.LeftOut, l.Code)
				}
				for _, p := range got.Able {
					short.Able = append(short.Able, p.Name)
				}
				if got.Refusal != nil {
					short.Refusal = got.Refusal.Code
				}
				if tt.want.Quorum == 0 {
					tt.want.Quorum = 1
				}
				if diff := cmp.Diff(tt.want, short); diff != "" {
					t.Errorf("Try (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A dry run changes nothing but the log, which knows who was shown what: no
// request and no device.
func TestTry_changesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		s := w.service(t)
		for _, sels := range [][]approvals.Selector{byID(pixel, galaxy), byID(iphone), nil} {
			if _, err := s.Try(t.Context(), approvals.Ask{Actor: approvals.Actor{ID: rita}, Channel: channel, Selectors: sels}); err != nil {
				t.Error(err)
			}
		}
		var logged []approvals.EventKind
		for _, e := range w.store.log() {
			logged = append(logged, e.Kind)
		}
		if diff := cmp.Diff([]approvals.EventKind{approvals.WasTried, approvals.WasTried, approvals.WasTried}, logged); diff != "" || len(w.fleet.sent()) != 0 || len(w.store.all()) != 0 {
			t.Errorf("a dry run sent %v, stored %v and logged (-want +got):\n%s", w.fleet.sent(), w.store.all(), diff)
		}
	})
}
