package audit

import (
	"sync/atomic"
	"testing"
	"testing/synctest"

	"passcodebot/approvals"
)

// A syslog that hangs holds nothing up, and one that hangs has no second
// anchor waiting.
func TestSyslog_hangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		answer := make(chan error)
		s := &Syslog{send: func(string, string, string) error { sent.Add(1); return <-answer }}
		for range 2 {
			if err := s.Write(Anchor{}); approvals.KindOf(err) != approvals.Unavailable {
				t.Errorf("got %v", err)
			}
		}
		if sent.Load() != 1 {
			t.Errorf("%d on their way, want 1", sent.Load())
		}
		answer <- nil
		synctest.Wait()
		go func() { answer <- nil }()
		if err := s.Write(Anchor{}); err != nil || sent.Load() != 2 {
			t.Errorf("afterwards: %v, sent %d", err, sent.Load())
		}
	})
}
