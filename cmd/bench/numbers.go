package main

import (
	"math"
	"slices"
	"time"
)

// quantile returns the smallest value that so large a share of them is not
// above; zero for none.
func quantile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(share*float64(len(sorted))))-1)]
}

func median(values []time.Duration) time.Duration { return quantile(values, 0.5) }

// span is a stretch of time.
type span struct{ from, to time.Time }

// covered returns how much of a stretch is covered by others, which may
// overlap.
func (s span) covered(by []span) time.Duration {
	by = slices.SortedFunc(slices.Values(by), func(a, b span) int { return a.from.Compare(b.from) })
	var sum time.Duration
	at := s.from
	for _, b := range by {
		from, to := later(at, b.from), sooner(s.to, b.to)
		if to.After(from) {
			sum += to.Sub(from)
			at = to
		}
	}
	return sum
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func sooner(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
