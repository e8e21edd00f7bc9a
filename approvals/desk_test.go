package approvals_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// laid is a Desk with the ids of its requests.
type laid struct {
	Waiting, Asked, Running, Recent []approvals.ID
	More                            bool

	Admin, MayAsk, MayDecide, MaySee bool
}

func deskOf(t *testing.T, s *approvals.Service, who, search string) laid {
	t.Helper()
	d, err := s.Desk(t.Context(), approvals.Actor{ID: who}, search)
	if err != nil {
		t.Fatalf("desk of %s: %v", who, err)
	}
	ids := func(rs []approvals.Request) (out []approvals.ID) {
		for _, r := range rs {
			out = append(out, r.ID)
		}
		return out
	}
	return laid{
		ids(d.Waiting), ids(d.Asked), ids(d.Running), ids(d.Recent), d.More,
		d.Admin, d.MayAsk, d.MayDecide, d.MaySee,
	}
}

func TestDesk_waiting(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Quorum = 2
		w.policy.TimeToLive = 2 * time.Hour
		w.policy.Rules = []approvals.Rule{{
			Name: "kiosks", When: approvals.Conditions{Selectors: []approvals.SelectorKind{approvals.BySerial}},
			Terms: approvals.Terms{Approvers: approvals.Audience{People: []string{carl, hugo}}, Quorum: 1},
		}}
		p := w.start(t)
		one := p.asks(t, byID(pixel)...) // Anna, Ben, Otto, Carl
		two := p.asks(t, byID(ottos)...) // all but Otto, who uses it
		pass(time.Minute)
		three := p.asks(t, approvals.Selector{Kind: approvals.BySerial, Value: "S-KIO"}) // Carl and Hugo, by a rule
		p.approves(t, one, anna)
		want := map[string][]approvals.ID{
			anna: {two}, // she has decided on one
			ben:  {one, two}, otto: {one},
			carl: {one, two, three}, hugo: {three},
			rita: nil, // on the approvers' list, and all are her own
			nora: nil, gina: nil, robo: nil, sam: nil, dora: nil, "UGONE": nil, "UNOBODY": nil,
		}
		for who, ids := range want {
			if diff := cmp.Diff(ids, deskOf(t, p.Service, who, "").Waiting); diff != "" {
				t.Errorf("waits for %s (-want +got):\n%s", who, diff)
			}
		}
		// Those who may not do it are those of whom the rules take nothing.
		for who, ids := range want {
			for _, id := range []approvals.ID{one, two, three} {
				_, err := p.Decide(t.Context(), id, approvals.Actor{ID: who}, true, "")
				may := false
				for _, waits := range ids {
					may = may || waits == id
				}
				if kind := approvals.KindOf(err); !may && kind != approvals.Forbidden && kind != approvals.Conflict && kind != approvals.NotFound {
					t.Errorf("%s does not see %v waiting, and approves it: %v", who, id, err)
				}
			}
		}
	})
}

func TestDesk_overTime(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		p.stop() // nothing sweeps: it is overdue and not expired yet
		pass(approvals.DefaultTimeToLive)
		if got := deskOf(t, w.service(t), anna, "").Waiting; len(got) > 0 {
			t.Errorf("%v waits, and %v can't be decided on any more", got, id)
		}
	})
}

func TestDesk_whoMaySeeWhat(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Admins = approvals.Audience{People: []string{nora}}
		w.policy.BreakGlass.Reviewers = approvals.Audience{People: []string{"UALICE"}}
		p := w.start(t)
		done := p.approved(t, byID(pixel)...)
		pass(time.Hour)
		denied := p.asks(t, byID(galaxy)...)
		if _, err := p.Decide(t.Context(), denied, approvals.Actor{ID: ben}, false, "no"); err != nil {
			t.Fatal(err)
		}
		open := p.request(t, approvals.Ask{Actor: approvals.Actor{ID: hugo}, Selectors: byID(kiosk)})
		for who, want := range map[string]laid{
			anna:     {Waiting: []approvals.ID{open}, Recent: []approvals.ID{denied, done}, MayDecide: true, MaySee: true},
			rita:     {Waiting: []approvals.ID{open}, Recent: []approvals.ID{denied, done}, MayAsk: true, MayDecide: true, MaySee: true},
			hugo:     {Asked: []approvals.ID{open}, MayAsk: true},
			nora:     {Admin: true},
			"UALICE": {Recent: []approvals.ID{denied, done}, MaySee: true},
			gina:     {}, robo: {}, sam: {}, dora: {}, "UNOBODY": {},
		} {
			if diff := cmp.Diff(want, deskOf(t, p.Service, who, "")); diff != "" {
				t.Errorf("desk of %s (-want +got):\n%s", who, diff)
			}
		}
		pass(approvals.DeskTime + time.Minute)
		if got := deskOf(t, p.Service, anna, "").Recent; len(got) != 1 || got[0] != open {
			t.Errorf("30 days later there are %v; want %v alone, which expired after the others", got, open)
		}
	})
}

func TestDesk_search(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		one := p.approved(t, byID(pixel)...)
		two := p.approved(t, byID(galaxy)...)
		pass(time.Hour)
		for search, want := range map[string][]approvals.ID{
			"": {two, one}, "r-1": {one}, "ALICE": {one}, "s-bob  forgotten": {two}, "forgotten": {two, one},
			"alice bob": nil, "bob@contoso.com": {two}, galaxy[30:]: {two}, "%": nil,
		} {
			if diff := cmp.Diff(want, deskOf(t, p.Service, anna, search).Recent); diff != "" {
				t.Errorf("search %q (-want +got):\n%s", search, diff)
			}
		}
	})
}

func TestDesk_bounded(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		for range approvals.MaxRecent + 1 {
			id := p.asks(t, byID(pixel)...)
			if _, err := p.Cancel(t.Context(), id, approvals.Actor{ID: rita}); err != nil {
				t.Fatal(err)
			}
		}
		got := deskOf(t, p.Service, anna, "")
		if len(got.Recent) != approvals.MaxRecent || !got.More {
			t.Errorf("%d recent ones, more: %v", len(got.Recent), got.More)
		}
		if got := deskOf(t, p.Service, anna, "r-51"); len(got.Recent) != 1 || got.More {
			t.Errorf("search finds %v, more: %v", got.Recent, got.More)
		}
	})
}

// A request may wait for as long as the configuration lets it, and has its 30
// days after that.
func TestDesk_longWait(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.TimeToLive = 30 * 24 * time.Hour
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		pass(w.policy.TimeToLive + time.Minute)
		if r := w.request(id); r.State != approvals.Expired {
			t.Fatalf("%v is %s", id, r.State)
		}
		pass(approvals.DeskTime - time.Hour)
		// Another process has read nothing yet.
		if got := deskOf(t, w.service(t), rita, "").Recent; !cmp.Equal(got, []approvals.ID{id}) {
			t.Errorf("just before 30 days have passed since its end: %v", got)
		}
		pass(2 * time.Hour)
		if got := deskOf(t, w.service(t), rita, "").Recent; len(got) > 0 {
			t.Errorf("after them: %v", got)
		}
	})
}

// What a Desk keeps for the next one makes none other than one that reads all,
// however requests end in between and whatever is heard of them after that.
func TestDesk_kept(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.TimeToLive = 2 * time.Hour
		p := w.start(t)
		check := func(when string) {
			t.Helper()
			for _, who := range []string{rita, anna} {
				for _, search := range []string{"", "galaxy"} {
					kept, err := p.Desk(t.Context(), approvals.Actor{ID: who}, search)
					if err != nil {
						t.Fatal(err)
					}
					read, err := w.service(t).Desk(t.Context(), approvals.Actor{ID: who}, search)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(read, kept, cmp.AllowUnexported(approvals.Request{})); diff != "" {
						t.Errorf("%s, the desk of %s (-read +kept):\n%s", when, who, diff)
					}
				}
			}
		}
		cancels := func(id approvals.ID) {
			t.Helper()
			if _, err := p.Cancel(t.Context(), id, approvals.Actor{ID: rita}); err != nil {
				t.Fatal(err)
			}
		}
		check("with nothing")
		one := p.asks(t, byID(pixel)...)
		check("with one open")
		two := p.asks(t, byID(galaxy)...)
		cancels(two)
		check("with a later one ended first")
		cancels(p.asks(t, byID(galaxy)...))
		p.asks(t, byID(ottos)...)
		p.approves(t, one, anna)
		check("with the first under way or ended")
		pass(time.Minute)
		check("a minute later")
		pass(approvals.DefaultTimeToLive)
		check("with what was heard of it")
		pass(2 * time.Hour)
		check("with the last expired")
		pass(approvals.DeskTime - 2*time.Hour)
		check("30 days later")
		pass(3 * time.Hour)
		check("after them")
	})
}

// between is a Store in which something happens just before the latest requests
// are read.
type between struct {
	approvals.Store
	happens func()
}

func (b *between) Latest(ctx context.Context, before approvals.ID, limit int) ([]approvals.Request, error) {
	b.happens()
	return b.Store.Latest(ctx, before, limit)
}

// What was asked while a Desk was put together is there once it has ended.
func TestDesk_meanwhile(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		var id approvals.ID
		b := &between{w.store, func() {
			if id == 0 {
				id = p.asks(t, byID(pixel)...)
			}
		}}
		s, err := approvals.NewService(w.config(b, w.store, w.fleet, nil))
		if err != nil {
			t.Fatal(err)
		}
		if got := deskOf(t, s, anna, "").Recent; got != nil {
			t.Fatalf("ended: %v", got)
		}
		if _, err := p.Cancel(t.Context(), id, approvals.Actor{ID: rita}); err != nil {
			t.Fatal(err)
		}
		if got := deskOf(t, s, anna, "").Recent; !cmp.Equal(got, []approvals.ID{id}) {
			t.Errorf("ended: %v; want %v", got, id)
		}
	})
}

// A Desk reads what has ended since the last one, and not what has ended in a
// month.
func TestDesk_readsLittle(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		ends := func() {
			t.Helper()
			id := p.asks(t, byID(pixel)...)
			if _, err := p.Cancel(t.Context(), id, approvals.Actor{ID: rita}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 * 100 {
			ends()
		}
		if got := deskOf(t, p.Service, anna, "nothing"); got.Recent != nil {
			t.Fatalf("found: %v", got.Recent)
		}
		ends()
		p.stop() // its sweeps read too
		read := map[string]int{}
		w.store.setFault(func(op string) error { read[op]++; return nil })
		if got := deskOf(t, p.Service, anna, "r-201").Recent; len(got) != 1 {
			t.Errorf("what has ended since is not there: %v", got)
		}
		if got := deskOf(t, p.Service, anna, "nothing").Recent; got != nil {
			t.Errorf("found: %v", got)
		}
		w.store.setFault(nil)
		// The newest twice, those below it once; and the one that is found.
		if diff := cmp.Diff(map[string]int{"open": 2, "latest": 3, "request": 1}, read); diff != "" {
			t.Errorf("reads (-want +got):\n%s", diff)
		}
	})
}

// counting counts the calls of a Directory.
type counting struct {
	approvals.Directory
	calls map[string]int
}

func (c counting) Person(ctx context.Context, id string) (approvals.Person, error) {
	c.calls["person "+id]++
	return c.Directory.Person(ctx, id)
}

func (c counting) Members(ctx context.Context, group string) ([]string, error) {
	c.calls["members "+group]++
	return c.Directory.Members(ctx, group)
}

func TestDesk_cheap(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		for i := range 5 {
			p.asks(t, w.fillWith(i + 1)[i])
		}
		c := counting{w.people, map[string]int{}}
		w.recent = c
		if got := deskOf(t, w.service(t), anna, ""); len(got.Waiting) != 5 {
			t.Errorf("waiting: %v", got.Waiting)
		}
		want := map[string]int{"person " + anna: 1, "members " + approversGroup: 1, "members " + requestersGroup: 1}
		if diff := cmp.Diff(want, c.calls); diff != "" {
			t.Errorf("calls of Recent (-want +got):\n%s", diff)
		}
	})
}

func TestDesk_unavailable(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		s := w.service(t)
		w.people.with(func(p *people) { p.silent = &approvals.Error{Kind: approvals.Unavailable, Text: "Slack is away."} })
		if _, err := s.Desk(t.Context(), approvals.Actor{ID: anna}, ""); approvals.AsError(err).Code != "slack-silent" {
			t.Errorf("with Slack away: %v", err)
		}
		w.people.with(func(p *people) {
			p.silent, p.gone = nil, &approvals.Error{Kind: approvals.Invalid, Code: "unknown-group", Text: "There is no such group."}
		})
		if got, want := deskOf(t, s, carl, ""), (laid{MayDecide: true, MaySee: true}); !cmp.Equal(want, got) {
			t.Errorf("with its groups gone, Carl, who is named himself, has %+v", got)
		}
		w.people.with(func(p *people) { p.gone = nil })
		w.store.setFault(func(string) error { return fmt.Errorf("disk") })
		if _, err := s.Desk(t.Context(), approvals.Actor{ID: anna}, ""); approvals.AsError(err).Code != "store-failed" {
			t.Errorf("with the store away: %v", err)
		}
	})
}
