package approvals_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passcodebot/approvals"
)

// earlier is what a request knows of earlier resets, by device name.
func (w *world) earlier(id approvals.ID) []string {
	var lines []string
	for _, p := range w.request(id).Earlier {
		by := p.By.String()
		if p.Outside() {
			by += " outside"
		}
		lines = append(lines, w.nameOf(p.Device)+" by "+by)
	}
	return lines
}

// The card's history: our own resets of the device, of its owner and by the
// requester, and those that were made elsewhere, each once.
func TestEarlier(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.ShowEarlier = 24 * time.Hour
		p := w.start(t)
		w.fleet.edit(kiosk, func(d *approvals.Device) { d.Owner = ownedBy("alice") }) // Alice has two
		p.approved(t, byID(pixel)...)
		pass(time.Hour)
		second := p.request(t, approvals.Ask{Actor: approvals.Actor{ID: hugo}, Selectors: byID(galaxy)})
		p.approves(t, second, anna)
		pass(time.Hour)
		w.fleet.admin(pixel, "admin@contoso.com")
		w.fleet.admin(ottos, "admin@contoso.com")
		pass(time.Hour)
		for _, tt := range []struct {
			name  string
			who   string
			ids   []string
			after time.Duration
			want  []string
		}{
			{"the device, by us and by an admin", hugo, []string{pixel}, 0, []string{"Alice Pixel by admin@contoso.com outside", "Bob Galaxy by Hugo", "Alice Pixel by Rita"}},
			{"another device of the owner", rita, []string{kiosk}, 0, []string{"Alice Pixel by admin@contoso.com outside", "Alice Pixel by Rita"}},
			{"a requester's others", hugo, []string{galaxy}, 0, []string{"Bob Galaxy by Hugo"}},
			{"all of it is long ago", hugo, []string{pixel}, 24 * time.Hour, nil},
		} {
			pass(tt.after)
			id := p.request(t, approvals.Ask{Actor: approvals.Actor{ID: tt.who}, Selectors: byID(tt.ids...)})
			if diff := cmp.Diff(tt.want, w.earlier(id), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
	})
}

// A repeated reset can raise the quorum or be refused, by a rule; resets that
// were made elsewhere count.
func TestEarlier_rule(t *testing.T) {
	t.Parallel()
	for name, outside := range map[string]bool{"twice by us": false, "once by us and once outside": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				again := func(times int) approvals.Conditions {
					return approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameDevice, Times: times, Within: 24 * time.Hour}}}
				}
				w.policy.Rules = []approvals.Rule{
					{Name: "the fourth", When: again(4), Refuse: "Something is wrong with this device."},
					{Name: "the third", When: again(3), Terms: approvals.Terms{Quorum: 2}},
				}
				p := w.start(t)
				p.approved(t, byID(pixel)...)
				pass(10 * time.Minute)
				if outside {
					w.fleet.admin(pixel, "admin@contoso.com")
				} else {
					p.approved(t, byID(pixel)...)
				}
				pass(10 * time.Minute)
				third := p.approved(t, byID(pixel)...)
				if r := w.request(third); r.Rule != "the third" || r.Missing() != 1 {
					t.Fatalf("the third is by rule %q, and %d are missing; %v", r.Rule, r.Missing(), w.story(third))
				}
				p.approves(t, third, ben)
				pass(10 * time.Minute)
				if got := w.rejectedAs(p.asks(t, byID(pixel)...)); got != "rule-refused" {
					t.Errorf("the fourth is turned down as %q", got)
				}
			})
		})
	}
}

// Where Intune's own record can't be read, a rule that depends on it waits
// for it, and a card that only shows it does not.
func TestEarlier_recordSilent(t *testing.T) {
	t.Parallel()
	for name, decides := range map[string]bool{"a rule depends on it": true, "it is only shown": false} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.ShowEarlier = time.Hour
				if decides {
					w.policy.Rules = []approvals.Rule{{Name: "again", When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameOwner, Times: 2, Within: time.Hour}}}, Refuse: "No."}}
				}
				w.fleet.with(func(f *fleet) { f.mute = unavailable("Intune did not answer.") })
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				want := approvals.Pending
				if decides {
					want = approvals.Checking
				}
				if got := w.request(id).State; got != want {
					t.Errorf("it is %s; want %s", got, want)
				}
				w.fleet.with(func(f *fleet) { f.mute = nil })
				pass(time.Minute)
				if got := w.request(id).State; got != approvals.Pending {
					t.Errorf("it is %s; want pending", got)
				}
			})
		})
	}
}

// Resets outside of passcodebot are recorded once, whoever looks again, and
// ours are not.
func TestLookOutside(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		began := time.Now()
		w.fleet.admin(galaxy, "early@contoso.com")
		pass(time.Second)
		from := time.Now()
		p.approved(t, byID(pixel)...)
		pass(5 * time.Minute)
		w.fleet.admin(pixel, "admin@contoso.com")
		w.fleet.land(kiosk, "some script")
		look := func(p *process) int {
			t.Helper()
			n, err := p.runner.LookOutside(t.Context(), from)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		var found []int
		found = append(found, look(p)) // a person's at once; what may yet be ours, later
		pass(10 * time.Minute)
		found = append(found, look(p), look(p))
		p.stop()
		p = w.start(t)
		found = append(found, look(p))
		if diff := cmp.Diff([]int{1, 1, 0, 0}, found); diff != "" {
			t.Errorf("found (-want +got):\n%s", diff)
		}
		var got []string
		for _, e := range w.store.log() {
			if e.Kind == approvals.ResetOutside {
				got = append(got, e.Data["device_name"]+" by "+e.Data["by"])
			}
		}
		if diff := cmp.Diff([]string{"Alice Pixel by admin@contoso.com", "Kiosk by some script"}, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		w.fleet.with(func(f *fleet) { f.mute = unavailable("Intune did not answer.") })
		if _, err := p.runner.LookOutside(t.Context(), began); approvals.KindOf(err) == "" {
			t.Error("a record that can't be read is no error")
		}
	})
}

// A reset of ours that has no answer yet is not taken for somebody else's.
func TestLookOutside_inDoubt(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		from := time.Now()
		w.policy.SettleFor, w.policy.ResendAfter, w.policy.ExecutionTimeout = 2*time.Hour, time.Hour, 2*time.Hour
		w.fleet.with(func(f *fleet) {
			f.answers[pixel] = answer{err: lost(errors.New("cut")), lands: true}
		})
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.fleet.with(func(f *fleet) { f.mute = unavailable("Intune did not answer.") })
		p.approves(t, id, anna)
		w.fleet.edit(pixel, func(d *approvals.Device) { d.LastReset = approvals.Action{} }) // no witness at all
		pass(20 * time.Minute)
		if got := w.request(id).State; got != approvals.Running {
			t.Fatalf("it is %s: %v", got, w.story(id))
		}
		w.fleet.with(func(f *fleet) { f.mute = nil })
		if n, err := p.runner.LookOutside(t.Context(), from); err != nil || n != 0 {
			t.Errorf("found %d, %v (%v)", n, err, w.story(id))
		}
	})
}
