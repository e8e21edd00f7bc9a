package approvals_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// asksFor is a world where the requester is asked for the passcode four hours
// later.
func (w *world) asksFor(t *testing.T) *process {
	t.Helper()
	w.policy.HandoverAfter = approvals.DefaultHandoverAfter
	return w.start(t)
}

// asked is when the question was put, after the end of the request.
func (w *world) asked(id approvals.ID) []time.Duration {
	var at []time.Duration
	for _, e := range w.store.log() {
		if e.Request == id && e.Kind == approvals.HandoverAsked {
			at = append(at, e.At.Sub(w.request(id).EndedAt).Truncate(time.Hour))
		}
	}
	return at
}

func (p *process) answers(who string, id approvals.ID, own bool) string {
	_, err := p.Answer(bg, id, approvals.Actor{ID: who}, own)
	return codeOf(err)
}

// The requester is asked once, four hours later, and a yes ends it. While
// nobody answers, the request needs the clock no more.
func TestHandover_yes(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.asksFor(t)
		id := p.approved(t, byID(pixel)...)
		w.fleet.report(pixel, approvals.ActionDone, 0)
		pass(3 * time.Hour)
		r := w.request(id)
		if due := r.EndedAt.Add(4 * time.Hour); !r.Handover.Due || !r.WakeAt.Equal(due) {
			t.Errorf("wakes at %v for %+v; want %v", r.WakeAt, r.Handover, due)
		}
		pass(72 * time.Hour)
		r = w.request(id)
		if diff := cmp.Diff([]time.Duration{4 * time.Hour}, w.asked(id)); diff != "" || !r.WakeAt.IsZero() || !r.Handover.Due {
			t.Errorf("wakes at %v, %+v; asked (-want +got):\n%s", r.WakeAt, r.Handover, diff)
		}
		if code := p.answers(rita, id, true); code != "" {
			t.Fatal(code)
		}
		r = w.request(id)
		now := approvals.Instant(time.Now())
		want := approvals.Handover{Asked: r.EndedAt.Add(4 * time.Hour), Times: 1, Answered: approvals.Actor{ID: rita}, Own: true, At: now}
		if got := r.Handover; got.Due || !got.Own || got.Times != 1 || got.Answered.ID != rita || !got.At.Equal(now) || got.Asked.Sub(want.Asked) > sweepEvery {
			t.Errorf("it is %+v; want about %+v", got, want)
		}
		story := w.story(id)
		if last := w.store.log()[len(w.store.log())-1]; last.Kind != approvals.HandoverAnswered || last.Data["own"] != "yes" || last.Actor.ID != rita {
			t.Errorf("the last event is %+v of %q", last, story)
		}
		pass(72 * time.Hour)
		if got := w.story(id); len(got) != len(story) || !w.request(id).WakeAt.IsZero() {
			t.Errorf("it went on: %q", got[len(story):])
		}
	})
}

// After a no it is asked again a day later, three times in all.
func TestHandover_no(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.asksFor(t)
		id := p.approved(t, byID(pixel)...)
		for range 3 {
			pass(25 * time.Hour)
			if code := p.answers(rita, id, false); code != "" {
				t.Fatal(code)
			}
		}
		if r := w.request(id); r.Handover.Due || r.Handover.Own || !r.WakeAt.IsZero() {
			t.Errorf("after three: %+v, wakes at %v", r.Handover, r.WakeAt)
		}
		pass(96 * time.Hour)
		if diff := cmp.Diff([]time.Duration{4 * time.Hour, 49 * time.Hour, 74 * time.Hour}, w.asked(id)); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
		// The good news is welcome at any time.
		if code := p.answers(rita, id, true); code != "" || !w.request(id).Handover.Own {
			t.Errorf("%q, %+v", code, w.request(id).Handover)
		}
	})
}

func TestHandover_refused(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.asksFor(t)
		id := p.approved(t, byID(pixel)...)
		codes := []string{p.answers(rita, 77, true), p.answers(rita, id, true)}
		pass(5 * time.Hour)
		codes = append(codes, p.answers(hugo, id, true), p.answers(anna, id, false), p.answers(rita, id, false), p.answers(rita, id, false),
			p.answers(rita, id, true), p.answers(rita, id, true), p.answers(rita, id, false))
		want := []string{"unknown-request", "no-handover", "not-yours-to-answer", "not-yours-to-answer", "", "handover-noted", "", "handover-answered", "handover-answered"}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
		refused := 0
		for _, e := range w.store.log() {
			if e.Kind == approvals.WasRefused && e.Data["act"] == "answer" {
				refused++
			}
		}
		if refused != 7 {
			t.Errorf("%d refusals are in the log; want 7", refused)
		}
	})
}

// Nobody is asked where there is no temporary passcode, or where that is not
// wanted.
func TestHandover_notAsked(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*world){
		"never":        func(w *world) { w.policy.HandoverAfter = -1 },
		"nothing done": func(w *world) { w.fleet.answers[pixel] = answer{err: refusedBy(approvals.Invalid)} },
		"failed on the device": func(w *world) {
			w.fleet.arrives = func(device string) {
				go func() {
					<-time.After(time.Second)
					w.fleet.report(device, approvals.ActionFailed, 0)
				}()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.HandoverAfter = approvals.DefaultHandoverAfter
				prepare(w)
				p := w.start(t)
				id := p.approved(t, byID(pixel)...)
				pass(72 * time.Hour)
				r := w.request(id)
				if got := w.asked(id); got != nil || r.Handover.Due || !r.WakeAt.IsZero() || r.State != approvals.Done {
					t.Errorf("asked %v: %+v, wakes at %v\n%q", got, r.Handover, r.WakeAt, w.story(id))
				}
			})
		})
	}
}

// The follow-up, the review and the question each come in their own time, and
// the end of one ends no other.
func TestHandover_besideOthers(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.glass()
		w.policy.FollowUp = []time.Duration{3 * time.Hour}
		w.policy.FollowUpFor = 10 * time.Hour
		p := w.asksFor(t)
		id := p.breaks(t, rita, incident)
		p.approves(t, id, anna)
		ended := w.request(id).EndedAt
		until := func(d time.Duration) { pass(time.Until(ended.Add(d))) }
		until(5 * time.Hour)
		if code := p.answers(rita, id, false); code != "" {
			t.Fatal(code)
		}
		until(26 * time.Hour) // it has been reminded of its review once
		if r := w.request(id); !r.WakeAt.Equal(r.Handover.At.Add(24 * time.Hour)) {
			t.Errorf("wakes %v after its end; want it for the question", r.WakeAt.Sub(ended))
		}
		until(30 * time.Hour)
		if r := w.request(id); !r.WakeAt.Equal(r.Review.Asked.Add(24 * time.Hour)) {
			t.Errorf("wakes %v after its end; want it for the review", r.WakeAt.Sub(ended))
		}
		if code := p.answers(rita, id, false); code != "" {
			t.Fatal(code)
		}
		if _, err := p.Sign(bg, id, approvals.Actor{ID: carl}, ""); err != nil {
			t.Fatal(err)
		}
		if r := w.request(id); !r.WakeAt.Equal(r.Handover.At.Add(24 * time.Hour)) {
			t.Errorf("signed, it wakes %v after its end; want it for the question", r.WakeAt.Sub(ended))
		}
		until(96 * time.Hour)
		if r := w.request(id); !r.WakeAt.IsZero() {
			t.Errorf("wakes %v after its end", r.WakeAt.Sub(ended))
		}
		var got []string
		for _, e := range w.store.log() {
			switch e.Kind {
			case approvals.HandoverAsked, approvals.ReviewReminded, approvals.Unconfirmed:
				got = append(got, e.At.Sub(ended).Round(time.Hour).String()+" "+string(e.Kind))
			}
		}
		want := []string{"4h0m0s handover.asked", "10h0m0s reset.unconfirmed", "24h0m0s review.reminded", "29h0m0s handover.asked", "54h0m0s handover.asked"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}
