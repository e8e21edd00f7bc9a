package graph_test

import (
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

// crowd is how many resets are made at once, and what Intune is like then.
type crowd struct {
	resets         int
	others         int // writes of the tenant that other apps use up in each window
	omitRetryAfter bool
	fault          fakeintune.Fault // zero for none
	window         time.Duration
	latency        time.Duration
}

// reset makes all of the resets for one request, and returns how long they
// took and how many were refused.
func (c crowd) reset(t testing.TB) (took time.Duration, refused int) {
	t.Helper()
	s := graphtest.Start(t, fakeintune.Config{
		Devices: large(c.resets), CheckIn: -1, Latency: c.latency, Window: c.window, OmitRetryAfter: c.omitRetryAfter, Seed: 1,
	})
	s.OthersUse(c.others)
	config := graphtest.Config(t, s)
	config.Limits.Window = c.window
	client, err := graph.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.fault.Status != 0 {
		s.Fail(c.fault)
	}
	ctx, start := approvals.OnBehalf(t.Context(), 1), time.Now()
	var running sync.WaitGroup
	for _, d := range s.Devices() {
		running.Go(func() {
			if _, err := client.Reset(ctx, d.ID); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	took = time.Since(start)
	taken := 0
	for _, post := range s.Posts() {
		if post.Took {
			taken++
		} else {
			refused++
		}
	}
	if taken != c.resets {
		t.Errorf("%d resets were taken; want %d, each once", taken, c.resets)
	}
	return took, refused
}

// With windows of two seconds instead of twenty, at the fake that counts.
func TestReset_moreThanIntuneTakesAtOnce(t *testing.T) {
	t.Parallel()
	const window = 2 * time.Second
	accidents := fakeintune.Fault{Path: "resetPasscode", Status: 429, NoRetryAfter: true, Percent: 5}
	for _, test := range []struct {
		name    string
		crowd   crowd
		windows int // that pass before the last reset
		refused int // at most
	}{
		{"alone", crowd{resets: 400}, 1, 0},
		{"beside others", crowd{resets: 300, others: 300}, 2, 200},
		{"beside others, without Retry-After", crowd{resets: 300, others: 300, omitRetryAfter: true}, 2, 200},
		{"with accidents", crowd{resets: 100, fault: accidents}, 0, 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.crowd.window = window
			took, refused := test.crowd.reset(t)
			if refused > test.refused {
				t.Errorf("%d resets were refused; want %d at most", refused, test.refused)
			}
			if least, most := time.Duration(test.windows)*window, time.Duration(test.windows+1)*window+time.Second; took < least || took > most {
				t.Errorf("it took %v; want %v to %v", took, least, most)
			}
		})
	}
}

// BenchmarkResets is how long resets take under Intune's published limits, at
// 150 ms a call, as a multiple of what the limits allow.
func BenchmarkResets(b *testing.B) {
	const window, latency = 20 * time.Second, 150 * time.Millisecond
	accidents := fakeintune.Fault{Path: "resetPasscode", Status: 429, NoRetryAfter: true, Percent: 5}
	for _, bench := range []struct {
		name  string
		crowd crowd
		best  time.Duration
	}{
		{"100", crowd{resets: 100}, latency},
		{"100 with 5% 429", crowd{resets: 100, fault: accidents}, latency},
		{"400", crowd{resets: 400}, window + 2*latency},
		{"400 beside 300", crowd{resets: 400, others: 300}, 3*window + latency},
		{"400 beside 300 without Retry-After", crowd{resets: 400, others: 300, omitRetryAfter: true}, 3*window + latency},
	} {
		b.Run(bench.name, func(b *testing.B) {
			bench.crowd.window, bench.crowd.latency = window, latency
			for b.Loop() {
				took, refused := bench.crowd.reset(b)
				b.ReportMetric(took.Seconds(), "s")
				b.ReportMetric(took.Seconds()/bench.best.Seconds(), "of-best")
				b.ReportMetric(float64(refused), "refused")
			}
		})
	}
}
