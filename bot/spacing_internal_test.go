package bot

import (
	"testing"
	"testing/synctest"
	"time"
)

// However sockets end, two are never asked for within a second; the pauses
// grow to 30 seconds, with jitter, and are forgotten once a socket lived.
func TestSpacing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := spacing{pause: time.Second}
		var asked time.Time
		ask := func(lived, retryAfter time.Duration) time.Duration {
			if now := time.Now(); now.Sub(asked) < time.Second {
				t.Errorf("asked again after %v", now.Sub(asked))
			}
			asked = time.Now()
			pass(lived)
			pause := s.wait(asked, lived, retryAfter)
			pass(pause)
			return pause
		}
		for n := range 20 {
			longest := min(30*time.Second, time.Second<<n)
			if pause := ask(0, 0); pause < longest/2 || pause > longest {
				t.Errorf("pause %d is %v, want %v to %v", n, pause, longest/2, longest)
			}
		}
		if pause := ask(time.Hour, 0); pause != 0 {
			t.Errorf("a pause of %v after a socket that lived for an hour", pause)
		}
		if pause := ask(100*time.Millisecond, 0); pause < 500*time.Millisecond || pause > time.Second {
			t.Errorf("a pause of %v after the first that died young", pause)
		}
		if pause := ask(0, 40*time.Second); pause != 40*time.Second {
			t.Errorf("a pause of %v where Slack asks for 40s", pause)
		}
	})
}

// Two processes that lost Slack at the same time come back at different ones.
func TestSpacing_jitter(t *testing.T) {
	t.Parallel()
	pauses := map[time.Duration]bool{}
	for range 20 {
		s := spacing{pause: time.Second, young: 4}
		pauses[s.wait(time.Now(), 0, 0)] = true
	}
	if len(pauses) < 2 {
		t.Errorf("all pauses are %v", pauses)
	}
}
