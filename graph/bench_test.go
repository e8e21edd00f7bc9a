package graph_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
	"passcodebot/graph/graphtest"
)

const unlimited = 1 << 30

// BenchmarkReads reads 100 devices at once, at 150 ms a call, one by one and
// in batches.
func BenchmarkReads(b *testing.B) {
	for _, most := range []int{1, 20} {
		b.Run(fmt.Sprintf("together=%d", most), func(b *testing.B) {
			s := graphtest.Start(b, fakeintune.Config{
				Devices: large(100), CheckIn: -1, Latency: 150 * time.Millisecond,
				Requests: unlimited, TenantRequests: unlimited,
			})
			config := graphtest.Config(b, s)
			config.Limits = graph.Limits{Calls: unlimited, TenantCalls: unlimited}
			count := &counting{RoundTripper: config.Transport}
			config.Transport = count
			c, err := graph.New(config)
			if err != nil {
				b.Fatal(err)
			}
			c.SetBatch(most)
			devices := s.Devices()
			for b.Loop() {
				var running sync.WaitGroup
				for _, d := range devices {
					running.Go(func() {
						if _, err := c.Read(b.Context(), d.ID); err != nil {
							b.Error(err)
						}
					})
				}
				running.Wait()
			}
			b.ReportMetric(float64(count.calls.Load())/float64(b.N), "calls/op")
		})
	}
}

// counting counts the calls over a transport.
type counting struct {
	http.RoundTripper
	calls atomic.Int64
}

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	c.calls.Add(1)
	return c.RoundTripper.RoundTrip(req)
}
