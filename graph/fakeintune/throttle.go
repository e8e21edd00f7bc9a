package fakeintune

import (
	"math"
	"net/http"
	"time"
)

// usage is which calls came within the window, for each limit.
// Microsoft Learn: Microsoft Graph throttling limits, Intune devices service.
type usage struct {
	window time.Duration
	counts map[string][]time.Time
	others int // writes of the tenant that other applications use up
}

// OthersUse lets other applications of the tenant use up so many of its
// writes in each window, from now on.
func (s *Server) OthersUse(writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.usage.others = writes
}

// full says how long a limit is still used up; zero where it is not.
func (u *usage) full(key string, limit int, now time.Time) time.Duration {
	seen := u.counts[key]
	for len(seen) > 0 && !now.Before(seen[0].Add(u.window)) {
		seen = seen[1:]
	}
	u.counts[key] = seen
	switch {
	case len(seen) < limit:
		return 0
	case limit <= 0:
		return u.window
	}
	return seen[len(seen)-limit].Add(u.window).Sub(now)
}

// throttle counts a call, or refuses it with 429 where a limit is used up.
func (s *Server) throttle(c *call) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	limits := map[string]int{"app " + c.app(): s.config.Requests, "tenant": s.config.TenantRequests}
	if c.method != http.MethodGet {
		limits["app writes "+c.app()], limits["tenant writes"] = s.config.Writes, s.config.TenantWrites-s.usage.others
	}
	var wait time.Duration
	for key, limit := range limits {
		wait = max(wait, s.usage.full(key, limit, now))
	}
	if wait > 0 {
		r := &refusal{status: http.StatusTooManyRequests, code: "TooManyRequests", message: "Too many requests."}
		if !s.config.OmitRetryAfter {
			r.retryAfter = max(1, int(math.Ceil(wait.Seconds())))
		}
		return r
	}
	for key := range limits {
		s.usage.counts[key] = append(s.usage.counts[key], now)
	}
	return nil
}
