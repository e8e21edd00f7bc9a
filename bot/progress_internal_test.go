package bot

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newProgress()
		begin := func(want bool) {
			t.Helper()
			if got := p.begin(time.Now()); got != want {
				t.Errorf("stuck is %v, want %v", got, want)
			}
		}
		for range stuckActs {
			begin(false)
		}
		pass(stuckTime)
		begin(false) // not for longer
		pass(time.Millisecond)
		begin(true)
		p.answer() // something goes on
		begin(false)
		for range 3 { // one that hangs for ever, or a few, are no reason
			pass(time.Hour)
			begin(false)
		}

		ended := make(chan error)
		go func() { ended <- p.wait(t.Context()) }()
		synctest.Wait()
		p.answer()
		if err := <-ended; err != nil {
			t.Error(err)
		}

		began := time.Now()
		begin(false)
		if err := p.wait(t.Context()); err != nil || time.Since(began) != stuckPause {
			t.Errorf("waited %v (%v), want %v", time.Since(began), err, stuckPause)
		}
		begin(false)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.wait(ctx); err == nil {
			t.Error("it waited to its end after that of the context")
		}
	})
}
