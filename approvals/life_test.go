package approvals_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"passcodebot/approvals"
)

// life is one run of the process. After its end, what still runs in it has
// no effect on the world any more: that is a crash, as the world sees it.
type life struct {
	mu      sync.Mutex
	over    bool
	effects int  // effects until the end; zero for as many as it likes
	answers bool // the last effect still happens, only its answer is lost
	end     func()
}

var errOver = errors.New("the process has ended")

// crashAfter ends the life at the n-th effect from now, before or after it.
func (l *life) crashAfter(n int, happens bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.effects, l.answers = n, happens
}

func (l *life) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

// effect counts an effect. It says whether the effect happens and whether
// its doer learns of that.
func (l *life) effect() (happens, answered bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false, false
	}
	if l.effects > 0 {
		if l.effects--; l.effects == 0 {
			l.over = true
			l.end()
			return l.answers, false
		}
	}
	return true, true
}

// mortal is the world as one process reaches it.
type mortal struct {
	*life
	*memory
	fleet *fleet
}

func (m mortal) Save(ctx context.Context, c approvals.Change) (saved approvals.Request, err error) {
	happens, answered := m.effect()
	if happens {
		saved, err = m.memory.Save(ctx, c)
	}
	if !answered {
		return approvals.Request{}, errOver
	}
	return saved, err
}

func (m mortal) Request(ctx context.Context, id approvals.ID) (approvals.Request, error) {
	if m.ended() {
		return approvals.Request{}, errOver
	}
	return m.memory.Request(ctx, id)
}

func (m mortal) Claim(ctx context.Context, c approvals.Claim) ([]approvals.Request, error) {
	if m.ended() {
		return nil, errOver
	}
	return m.memory.Claim(ctx, c)
}

func (m mortal) Renew(ctx context.Context, owner string, id approvals.ID, until time.Time) error {
	if m.ended() {
		return errOver
	}
	return m.memory.Renew(ctx, owner, id, until)
}

func (m mortal) Release(ctx context.Context, owner string, id approvals.ID) error {
	if m.ended() {
		return errOver
	}
	return m.memory.Release(ctx, owner, id)
}

// Find, Read, Resets and Reset reach Intune for as long as the process lives.

func (m mortal) Find(ctx context.Context, sel approvals.Selector, limit int) (approvals.Found, error) {
	if m.ended() {
		return approvals.Found{}, errOver
	}
	return m.fleet.Find(ctx, sel, limit)
}

func (m mortal) Read(ctx context.Context, id string) (approvals.Device, error) {
	if m.ended() {
		return approvals.Device{}, errOver
	}
	return m.fleet.Read(ctx, id)
}

func (m mortal) Resets(ctx context.Context, since time.Time) ([]approvals.Recorded, error) {
	if m.ended() {
		return nil, errOver
	}
	return m.fleet.Resets(ctx, since)
}

func (m mortal) Reset(ctx context.Context, id string) (receipt approvals.Receipt, err error) {
	happens, answered := m.effect()
	if happens {
		receipt, err = m.fleet.Reset(context.WithoutCancel(ctx), id)
	}
	if !answered {
		return approvals.Receipt{}, errOver
	}
	return receipt, err
}
