package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Callers that come while one reads share the next read, and none gets an
// answer from before it asked.
func TestMemo_sharesFreshReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		m := newMemo(func(context.Context, string) (time.Time, error) {
			reads++
			began := time.Now()
			time.Sleep(time.Second)
			return began, nil
		})
		var asking sync.WaitGroup
		for range 100 {
			asking.Go(func() {
				asked := time.Now()
				began, err := m.get(t.Context(), "S1", asked)
				if err != nil || began.Before(asked) {
					t.Errorf("asked at %v, read at %v (%v)", asked, began, err)
				}
			})
		}
		asking.Wait()
		if reads > 2 {
			t.Errorf("%d reads for 100 callers at one instant", reads)
		}
	})
}

func TestMemo_keepsForAWhileAndNoErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		broken := true
		m := newMemo(func(context.Context, string) (int, error) {
			reads++
			if broken {
				return 0, errors.New("away")
			}
			return reads, nil
		})
		recent := func() (int, error) { return m.get(t.Context(), "S1", time.Now().Add(-recentTime)) }
		if _, err := recent(); err == nil {
			t.Error("no error")
		}
		broken = false
		first, err := recent()
		if err != nil || first != 2 {
			t.Errorf("%d (%v); want the second read", first, err)
		}
		time.Sleep(recentTime)
		if again, _ := recent(); again != first {
			t.Errorf("read again within %v", recentTime)
		}
		time.Sleep(time.Second)
		if later, _ := recent(); later != 3 {
			t.Errorf("%d; want a third read", later)
		}
	})
}
