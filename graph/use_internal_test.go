package graph

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{Writes: 20, Calls: 200})
		check := func(when string, want Use) {
			t.Helper()
			want.Window = 20 * time.Second
			if diff := cmp.Diff(want, l.use(time.Now())); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
		}
		check("before any call", Use{MaxCalls: 200, MaxWrites: 20})
		turns := make([]*turn, 0, 3)
		for i := range 3 {
			turn, err := l.take(t.Context(), i == 0)
			if err != nil {
				t.Fatal(err)
			}
			turns = append(turns, turn)
		}
		check("on their way", Use{Calls: 3, MaxCalls: 200, Writes: 1, MaxWrites: 20})
		for _, turn := range turns {
			turn.taken()
		}
		check("answered", Use{Calls: 3, MaxCalls: 200, Writes: 1, MaxWrites: 20})
		<-time.After(20 * time.Second) // of the bubble's time
		check("a window later", Use{MaxCalls: 200, MaxWrites: 20})
	})
}
