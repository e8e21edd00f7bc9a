package approvals_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passcodebot/approvals"
)

// mixed is a request that broke glass in a thread, of which one device was
// reset, one was refused by Intune, one failed on the device and of one nobody
// knows.
func (w *world) mixed(t *testing.T, p *process) approvals.ID {
	t.Helper()
	w.fleet.answers[galaxy] = answer{err: refusedBy(approvals.Invalid)}
	w.fleet.answers[ottos] = answer{err: lost(nil)}
	r, err := p.Ask(t.Context(), approvals.Ask{
		Actor: approvals.Actor{ID: rita}, Channel: incident, Thread: "1.000100", ThreadLink: "https://slack.example/p1",
		Selectors: byID(pixel, galaxy, ottos, kiosk), Reason: "locked out", AllOrNothing: true,
		Statement: approvals.Statement{
			Ticket: "INC0012345", SecondReason: "the shift starts", Verified: "called back", BreakGlass: "the ward is locked out",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	pass(0)
	w.fleet.with(func(f *fleet) { f.mute = unavailable("no record") }) // so that nobody can tell of Otto's
	p.approves(t, r.ID, anna)
	w.fleet.report(kiosk, approvals.ActionFailed, 0)
	pass(time.Hour)
	w.fleet.with(func(f *fleet) { f.mute = nil; clear(f.answers) })
	return r.ID
}

// What failed is asked for again: in the same place, for the same reason, and
// as any other request, without break glass. It is asked for once at a time.
// Somebody else does not say what its first requester has stated.
func TestAgain(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.glass()
		p := w.start(t)
		id := w.mixed(t, p)
		want := []string{
			"Alice Pixel: accepted", "Bob Galaxy: failed, Intune refuses it", "Otto Pixel: unknown", "Kiosk: failed on device",
		}
		for i, result := range w.results(id) {
			if len(result) < len(want[i]) && result != want[i] {
				t.Errorf("device %d is %q; want %q", i, result, want[i])
			}
		}
		again, err := p.Again(approvals.From(t.Context(), approvals.Source{Via: "button"}), id, approvals.Actor{ID: hugo})
		if err != nil {
			t.Fatal(err)
		}
		pass(0)
		r := w.request(again.ID)
		ask := approvals.Request{
			ID: again.ID, State: approvals.Pending, Requester: approvals.Actor{ID: hugo, Name: "Hugo", Team: homeTeam},
			Channel: incident, CardChannel: incident, Thread: "1.000100", ThreadLink: "https://slack.example/p1", Again: id,
			Reason: "locked out", Borrowed: approvals.Borrowed{By: approvals.Actor{ID: rita, Name: "Rita", Team: homeTeam}, Of: id},
			Selectors: byID(galaxy, kiosk), Quorum: 2,
		}
		short := approvals.Request{
			ID: r.ID, State: r.State, Requester: r.Requester, Channel: r.Channel, CardChannel: r.CardChannel, Thread: r.Thread, ThreadLink: r.ThreadLink,
			Again: r.Again, Reason: r.Reason, Borrowed: r.Borrowed, Statement: r.Statement, Selectors: r.Selectors, AllOrNothing: r.AllOrNothing, Quorum: r.Quorum,
		}
		if diff := cmp.Diff(ask, short, cmpopts.IgnoreUnexported(approvals.Request{})); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
		for _, e := range w.store.log() {
			if e.Request == again.ID && e.Kind == approvals.Asked && (e.Data["again"] != id.String() || e.Data["reason_by"] != rita || e.Data["reason_of"] != id.String() ||
				e.Data["thread"] != "1.000100" || e.Data["via"] != "button") {
				t.Errorf("the log has %v", e.Data)
			}
		}
		for _, who := range []string{hugo, rita} {
			const want = "What failed of R-1 is already asked for once more: by Hugo, with R-2."
			if twice, err := p.Again(t.Context(), id, approvals.Actor{ID: who}); codeOf(err) != "again-open" || approvals.AsError(err).Text != want {
				t.Errorf("%s asked again a second time: %v, %v; want %q", who, twice.ID, err, want)
			}
		}
		p.approves(t, again.ID, anna)
		p.approves(t, again.ID, ben)
		pass(time.Minute)
		if r := w.request(again.ID); r.State != approvals.Done || r.Outcome() != approvals.Succeeded || w.fleet.taken(ottos) != 0 {
			t.Errorf("it ended as %s %s: %q", r.State, r.Outcome(), w.story(again.ID))
		}
	})
}

// Who asked before keeps what they have stated, and one click that comes twice
// is one request.
func TestAgain_own(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.glass()
		p := w.start(t)
		id := w.mixed(t, p)
		first, err := p.Again(t.Context(), id, approvals.Actor{ID: rita})
		if err != nil {
			t.Fatal(err)
		}
		twice, err := p.Again(t.Context(), id, approvals.Actor{ID: rita})
		if err != nil || twice.ID != first.ID {
			t.Errorf("the second click brought %v (%v), want %v", twice.ID, err, first.ID)
		}
		want := approvals.Statement{Ticket: "INC0012345", SecondReason: "the shift starts", Verified: "called back"}
		if first.Statement != want || first.Borrowed != (approvals.Borrowed{}) {
			t.Errorf("stated is %+v, and the reason is that of %+v; want %+v and nobody else", first.Statement, first.Borrowed, want)
		}
	})
}

// A try that has ended can be followed by another, for what failed in it too
// and for nothing that it has reset. Whichever of the tries somebody tries
// again, one is open at a time; and a reason stays that of who gave it.
func TestAgain_afterATry(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.glass()
		p := w.start(t)
		first := w.mixed(t, p)
		again := func(id approvals.ID, who string) approvals.Request {
			t.Helper()
			r, err := p.Again(t.Context(), id, approvals.Actor{ID: who})
			if err != nil {
				t.Fatal(err)
			}
			pass(0)
			return w.request(r.ID)
		}
		denied := again(first, hugo)
		if _, err := p.Decide(t.Context(), denied.ID, approvals.Actor{ID: anna}, false, "not now"); err != nil {
			t.Fatal(err)
		}
		late := again(first, rita)
		pass(w.policy.WithDefaults().TimeToLive + time.Minute)
		partly := again(first, hugo)
		w.fleet.with(func(f *fleet) { f.answers[galaxy] = answer{err: refusedBy(approvals.Invalid)} })
		p.approves(t, partly.ID, anna)
		p.approves(t, partly.ID, ben)
		pass(time.Minute)
		w.fleet.with(func(f *fleet) { clear(f.answers) })
		last := again(partly.ID, rita)
		for _, r := range []approvals.Request{denied, late, partly} {
			if diff := cmp.Diff(byID(galaxy, kiosk), r.Selectors); diff != "" || r.Again != first {
				t.Errorf("%s is for devices of %s (-want +got):\n%s", r.ID, r.Again, diff)
			}
		}
		if diff := cmp.Diff(byID(galaxy), last.Selectors); diff != "" || last.Again != partly.ID {
			t.Errorf("%s is for devices of %s (-want +got):\n%s", last.ID, last.Again, diff)
		}
		if by := partly.Borrowed; by.By.ID != rita || by.Of != first || last.Borrowed.By.ID != "" {
			t.Errorf("the reasons are those of %+v and %+v; want Rita's of %s, and Rita's own", by, last.Borrowed, first)
		}
		for _, id := range []approvals.ID{first, partly.ID} {
			if _, err := p.Again(t.Context(), id, approvals.Actor{ID: hugo}); codeOf(err) != "again-open" {
				t.Errorf("%s can be tried again while %s is open: %v", id, last.ID, err)
			}
		}
		p.approves(t, last.ID, anna)
		p.approves(t, last.ID, ben)
		pass(time.Minute)
		if _, err := p.Again(t.Context(), first, approvals.Actor{ID: hugo}); codeOf(err) != "again-over" {
			t.Errorf("what is reset by now can be tried again: %v", err)
		}
	})
}

// Of many who press the button at the same time, one asks.
func TestAgain_atTheSameTime(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		w.fleet.answers[kiosk] = answer{err: refusedBy(approvals.Invalid)}
		failed := p.approved(t, byID(kiosk)...)
		requests := len(w.store.all())
		var clicking sync.WaitGroup
		for _, who := range []string{rita, hugo, rita, hugo} {
			clicking.Go(func() {
				if _, err := p.Again(t.Context(), failed, approvals.Actor{ID: who}); err != nil && codeOf(err) != "again-open" {
					t.Error(err)
				}
			})
		}
		clicking.Wait()
		if n := len(w.store.all()) - requests; n != 1 {
			t.Errorf("%d requests are stored, want 1", n)
		}
	})
}

func TestAgain_refused(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		again := func(id approvals.ID, who string) string {
			_, err := p.Again(t.Context(), id, approvals.Actor{ID: who})
			return codeOf(err)
		}
		waits := p.asks(t, byID(galaxy)...)
		fine := p.approved(t, byID(pixel)...)
		w.fleet.answers[kiosk] = answer{err: refusedBy(approvals.Invalid)}
		failed := p.approved(t, byID(kiosk)...)
		requests := len(w.store.all())
		codes := []string{again(77, rita), again(waits, rita), again(fine, rita), again(failed, nora), again(failed, anna), again(failed, dora)}
		w.people.with(func(p *people) { p.silent = unavailable("Slack is away.") })
		codes = append(codes, again(failed, rita))
		want := []string{"unknown-request", "again-too-early", "again-nothing", "not-requester", "not-requester", "deactivated", "slack-silent"}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
		refused := 0
		for _, e := range w.store.log() {
			if e.Kind == approvals.WasRefused && e.Data["act"] == "again" {
				refused++
			}
		}
		if refused != len(want) || len(w.store.all()) != requests {
			t.Errorf("%d refusals are in the log and %d requests; want %d and %d", refused, len(w.store.all()), len(want), requests)
		}
	})
}
