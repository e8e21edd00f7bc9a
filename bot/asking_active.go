package bot

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

const (
	// activeTime is how long it is taken as known that somebody is active.
	activeTime = time.Minute
	// activeWait bounds how long Slack is waited for to tell.
	activeWait = 5 * time.Second
	// freePresences is how many calls a minute are made without being held
	// back. Slack: users.getPresence allows about 50 a minute.
	freePresences = 30
)

// presences know who is active.
type presences struct {
	*memo[bool]
	calls quota
}

func newPresences(c Config) *presences {
	p := &presences{calls: quota{free: freePresences, log: c.Logger}}
	p.memo = newMemo(p.calls.gather, func(ctx context.Context, id string) (bool, error) {
		var told *slack.UserPresence
		err := p.calls.call(ctx, func() (err error) {
			told, err = c.API.GetUserPresenceContext(ctx, id)
			return err
		})
		return err == nil && told != nil && told.Presence == "active", err
	})
	return p
}

// count returns how many of some people are active; false where Slack does
// not tell of each.
func (p *presences) count(ctx context.Context, people []approvals.Person) (int, bool) {
	ctx, cancel := context.WithTimeout(ctx, activeWait)
	defer cancel()
	var asking sync.WaitGroup
	active := make([]bool, len(people))
	errs := make([]error, len(people))
	since := time.Now().Add(-activeTime)
	for i, person := range people {
		asking.Go(func() { active[i], errs[i] = p.get(ctx, person.ID, since) })
	}
	asking.Wait()
	n := 0
	for i := range people {
		if errs[i] != nil {
			return 0, false
		}
		if active[i] {
			n++
		}
	}
	return n, true
}

// lookActive adds to the form how many of who could approve are active.
func (b *Bot) lookActive(ctx context.Context, v view.Renderer, f *form) {
	var able []approvals.Person
	f.change(func() { able = f.looked.Able })
	if len(able) == 0 || len(able) > approvals.MostCandidates {
		return
	}
	n, known := b.presences.count(ctx, able)
	f.change(func() {
		// Others may be meant by now, of whom another look tells.
		if samePeople(f.looked.Able, able) {
			f.active, f.known = n, known
		}
	})
	b.show(ctx, v, f)
}
