package approvals_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// What is unusual stands on the request, in a fixed order, and in the event
// of the card.
func TestUnusual(t *testing.T) {
	t.Parallel()
	const fresh = approvals.UnusualNewRequester
	midnight := []approvals.Times{{From: 22 * time.Hour, To: 2 * time.Hour, Zone: time.UTC}} // the bubble's clock starts at midnight
	office := []approvals.Times{{From: 8 * time.Hour, To: 18 * time.Hour, Zone: time.UTC}}
	for name, tt := range map[string]struct {
		prepare func(*testing.T, *world, *process)
		policy  func(*approvals.Policy)
		sels    []approvals.Selector
		want    []approvals.Unusual
	}{
		"a first request": {sels: byID(pixel), want: []approvals.Unusual{fresh}},
		"a second one":    {prepare: func(t *testing.T, _ *world, p *process) { p.asks(t, byID(kiosk)...) }, sels: byID(pixel)},
		"the device again": {
			prepare: func(t *testing.T, _ *world, p *process) { p.approved(t, byID(pixel)...) },
			sels:    byID(pixel), want: []approvals.Unusual{approvals.UnusualRepeated},
		},
		"the owner again": {
			prepare: func(t *testing.T, w *world, p *process) {
				w.fleet.edit(kiosk, func(d *approvals.Device) { d.Owner = ownedBy("alice") })
				p.approved(t, byID(kiosk)...)
			},
			sels: byID(pixel), want: []approvals.Unusual{approvals.UnusualRepeated},
		},
		"the requester alone again": {
			prepare: func(t *testing.T, _ *world, p *process) { p.approved(t, byID(kiosk)...) },
			sels:    byID(pixel),
		},
		"nobody's device, after another of nobody's": {
			prepare: func(t *testing.T, w *world, p *process) {
				w.fleet.edit(pixel, func(d *approvals.Device) { d.Owner = approvals.Owner{} })
				p.approved(t, byID(kiosk)...)
			},
			sels: byID(pixel),
		},
		"again, longer ago than is looked back": {
			prepare: func(t *testing.T, _ *world, p *process) {
				p.approved(t, byID(pixel)...)
				pass(25 * time.Hour)
			},
			sels: byID(pixel),
		},
		"rejected before": {
			prepare: func(t *testing.T, _ *world, p *process) { p.asks(t, byID(iphone)...) },
			sels:    byID(pixel), want: []approvals.Unusual{fresh},
		},
		"as many as are not many": {policy: func(p *approvals.Policy) { p.Many = 3 }, sels: byID(pixel, kiosk), want: []approvals.Unusual{fresh}},
		"many":                    {policy: func(p *approvals.Policy) { p.Many = 2 }, sels: byID(pixel, kiosk), want: []approvals.Unusual{approvals.UnusualMany, fresh}},
		"offline": {
			prepare: func(_ *testing.T, w *world, _ *process) {
				w.fleet.edit(kiosk, func(d *approvals.Device) { d.LastCheckIn = time.Now().Add(-approvals.DefaultOfflineFor) })
			},
			sels: byID(pixel, kiosk), want: []approvals.Unusual{approvals.UnusualOffline, fresh},
		},
		"not offline for long": {
			prepare: func(_ *testing.T, w *world, _ *process) {
				w.fleet.edit(kiosk, func(d *approvals.Device) { d.LastCheckIn = time.Now().Add(time.Minute - approvals.DefaultOfflineFor) })
			},
			sels: byID(pixel, kiosk), want: []approvals.Unusual{fresh},
		},
		"personal": {
			prepare: func(_ *testing.T, w *world, _ *process) {
				w.fleet.edit(galaxy, func(d *approvals.Device) { d.Ownership = "personal" })
			},
			sels: byID(galaxy), want: []approvals.Unusual{approvals.UnusualPersonal, fresh},
		},
		"outside of working hours":        {policy: func(p *approvals.Policy) { p.WorkingHours = office }, sels: byID(pixel), want: []approvals.Unusual{fresh, approvals.UnusualOutsideHours}},
		"within one of the working hours": {policy: func(p *approvals.Policy) { p.WorkingHours = append(office, midnight...) }, sels: byID(pixel), want: []approvals.Unusual{fresh}},
		"all of it": {
			prepare: func(t *testing.T, w *world, _ *process) {
				w.fleet.edit(galaxy, func(d *approvals.Device) {
					d.Ownership, d.LastCheckIn = "personal", time.Now().Add(-30*24*time.Hour)
				})
				w.fleet.admin(galaxy, "admin@contoso.com")
			},
			policy: func(p *approvals.Policy) { p.Many, p.WorkingHours = 2, office },
			sels:   byID(pixel, galaxy),
			want: []approvals.Unusual{
				approvals.UnusualRepeated, approvals.UnusualMany, approvals.UnusualOffline, approvals.UnusualPersonal, fresh, approvals.UnusualOutsideHours,
			},
		},
	} {
		bubbleNamed(t, name, func(t *testing.T, w *world) {
			w.policy.ShowEarlier = 24 * time.Hour
			if tt.policy != nil {
				tt.policy(&w.policy)
			}
			p := w.start(t)
			if tt.prepare != nil {
				tt.prepare(t, w, p)
			}
			r := w.request(p.asks(t, tt.sels...))
			if diff := cmp.Diff(tt.want, r.Unusual); diff != "" || r.State != approvals.Pending {
				t.Errorf("it is %s; unusual (-want +got):\n%s", r.State, diff)
			}
			var words []string
			for _, u := range tt.want {
				words = append(words, string(u))
			}
			log := w.store.log()
			if last := log[len(log)-1]; last.Kind != approvals.BecameReady || last.Data["unusual"] != strings.Join(words, " ") {
				t.Errorf("the log has %+v", last)
			}
		})
	}
}

// Where the store can't tell whether the requester is new, the check waits.
func TestUnusual_storeFails(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		w.store.setFault(func(op string) error {
			if op == "traces" {
				return unavailable("The disk is away.")
			}
			return nil
		})
		id := p.asks(t, byID(pixel)...)
		if got := w.request(id).State; got != approvals.Checking {
			t.Errorf("it is %s while the store fails", got)
		}
		w.store.setFault(nil)
		pass(time.Minute)
		if r := w.request(id); r.State != approvals.Pending || len(r.Unusual) != 1 {
			t.Errorf("it is %s, with %v unusual", r.State, r.Unusual)
		}
	})
}
