package bot

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// So much may be done in any minute, and what never arrived does not count.
func TestAllowance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		a := newAllowance(2)
		failed := errors.New("not dialled")
		for range 10 {
			if err := a.use(t.Context(), func() (bool, error) { return false, failed }); !errors.Is(err, failed) {
				t.Fatal(err)
			}
		}
		for i, want := range []time.Duration{0, 0, time.Minute, time.Minute, 2 * time.Minute} {
			var at time.Duration
			if err := a.use(t.Context(), func() (bool, error) { at = time.Since(began); return true, nil }); err != nil {
				t.Fatal(err)
			}
			if at != want {
				t.Errorf("call %d after %v, want %v", i, at, want)
			}
		}
		synctest.Wait()
		pass(time.Minute) // gives back the last one
	})
}

// Many channels are not remembered for ever, and none is forgotten while its
// pause lasts.
func TestPacing_forgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacing(time.Second)
		for i := range 20 * manyChannels {
			done, err := p.take(t.Context(), fmt.Sprint(i))
			if err != nil {
				t.Fatal(err)
			}
			done(0)
			pass(time.Millisecond)
		}
		if n := len(p.channels); n > 3*manyChannels {
			t.Errorf("%d channels are remembered", n)
		}
		began := time.Now()
		for range 3 {
			done, err := p.take(t.Context(), fmt.Sprint(20*manyChannels-1))
			if err != nil {
				t.Fatal(err)
			}
			done(0)
		}
		if took := time.Since(began); took < 2*time.Second+900*time.Millisecond {
			t.Errorf("three posts within %v", took)
		}
	})
}
