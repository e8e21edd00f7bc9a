package fakeintune

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"
)

// A device that is online carries a reset out CheckIn after it was asked for:
// the reset is then active for half of that time, at most two seconds, and
// done or failed afterwards. All of it goes by the tenant's clock. It is
// worked out at each look at the fleet, and a goroutine looks when the next
// step is due, so that whoever waits for a change hears of it.

// stepDue is when the next step of a device's reset is due.
func (s *Server) stepDue(m *managed) (time.Time, bool) {
	a := m.reset()
	if !a.open() || m.Offline || s.away || s.config.CheckIn < 0 {
		return time.Time{}, false
	}
	since, wait := a.Started, s.config.CheckIn
	if a.State == stateActive {
		since, wait = a.Updated, min(s.config.CheckIn/2, 2*time.Second)
	}
	if m.onlineSince.After(since) {
		since = m.onlineSince
	}
	return since.Add(wait), true
}

// advance carries out what is due by now. The lock is held.
func (s *Server) advance() {
	now, moved := s.now(), false
	for m := range s.fleet.queued {
		for due, ok := s.stepDue(m); ok && !due.After(now); due, ok = s.stepDue(m) {
			s.step(m, due)
			moved = true
		}
	}
	if moved {
		s.changed()
	}
}

// step moves a device's reset on by one state. The lock is held.
func (s *Server) step(m *managed, at time.Time) {
	a := m.reset()
	a.Updated = at
	if m.LastSyncDateTime.Before(at) {
		m.LastSyncDateTime = at
	}
	switch {
	case a.State == statePending:
		a.State = stateActive
	case m.FailsWith != 0:
		a.State, a.ErrorCode = stateFailed, m.FailsWith
	default:
		a.State, a.ErrorCode, a.Passcode = stateDone, 0, cmp.Or(m.Passcode, s.config.Passcode, newPasscode())
	}
	s.fleet.look(m)
}

// CheckIn lets a device check in now, offline or not, and carry out what is
// queued for it.
func (s *Server) CheckIn(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.fleet.get(id)
	if m == nil {
		return
	}
	now := s.now()
	m.LastSyncDateTime = now
	for m.reset().open() {
		s.step(m, now)
	}
	s.changed()
}

// SetOffline keeps every device from checking in, whatever each one's own
// Offline says, or lets them check in again, a while later.
func (s *Server) SetOffline(all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	if s.away && !all {
		for _, m := range s.fleet.enrolled {
			m.onlineSince = s.now()
		}
	}
	s.away = all
	s.changed()
}

// checkIns looks at the fleet whenever a step is due. A clock that is not
// time.Now may stand still or jump, so that a step may be due later than the
// wait for it says, and is then waited for again.
func (s *Server) checkIns() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(s.untilNextStep())
		select {
		case <-timer.C:
		case <-s.kick:
		case <-s.closing:
			return
		}
	}
}

func (s *Server) untilNextStep() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	now, wait := s.now(), time.Hour
	for m := range s.fleet.queued {
		if due, ok := s.stepDue(m); ok {
			wait = min(wait, due.Sub(now))
		}
	}
	return max(wait, time.Millisecond)
}

func newPasscode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return fmt.Sprintf("%08d", n)
}
