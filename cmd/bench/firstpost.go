package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"passcodebot/graph/fakeintune"
)

const (
	// clicks is how many are measured.
	clicks = 100
	// atEase is how many clicks come before the bot holds reads of the
	// approvers back, for others to share them: Slack allows few a minute. So
	// that none of them waits for that, each few get a bot of their own.
	atEase = 7
)

// firstPost measures how long after a click on Approve the reset is on its
// way, beyond the time that the fake takes to answer the read before it.
func (b *bench) firstPost(ctx context.Context) (_ []figure, err error) {
	s, err := b.open(ctx, scene{devices: clicks + 2*atEase, unlimited: true, restarts: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var took, busy []time.Duration
	for n := 0; n < clicks; n += atEase {
		some, err := s.clickToPost(ctx, n, min(atEase, clicks-n))
		if err != nil {
			return nil, err
		}
		took = append(took, some...)
		if err := errors.Join(s.stop(), s.start(ctx, "")); err != nil {
			return nil, err
		}
	}
	for n := range 2 {
		if busy, err = s.clickToPost(ctx, clicks+n*atEase, atEase); err != nil {
			return nil, err
		}
	}
	return []figure{
		atMost("approve click to first POST, beyond the read before it, p99", milliseconds(quantile(took, 0.99)), "ms", 100),
		told("approve click to first POST, beyond the read before it, median", milliseconds(median(took)), "ms"),
		told("approve click to first POST, beyond the read before it, the longest while people click more than ten times a minute", milliseconds(slices.Max(busy)), "ms"),
	}, nil
}

// clickToPost asks for devices one by one and approves one by one.
func (s *stage) clickToPost(ctx context.Context, from, count int) ([]time.Duration, error) {
	var cards []card
	for n := from; n < from+count; n++ {
		k, err := s.request(ctx, n, byID(n, 1))
		if err != nil {
			return nil, err
		}
		cards = append(cards, k)
	}
	var took []time.Duration
	for i, k := range cards {
		clicked, err := s.approve(ctx, decider(i), k)
		if err != nil {
			return nil, err
		}
		var arrived time.Time
		waiting, cancel := context.WithTimeout(ctx, patience)
		err = s.intune.Wait(waiting, func() bool {
			posts := s.intune.Posts()
			at := slices.IndexFunc(posts, func(p fakeintune.Post) bool { return p.Device == deviceID(from+i) })
			if at >= 0 {
				arrived = posts[at].At
			}
			return at >= 0
		})
		cancel()
		if err != nil {
			return nil, fmt.Errorf("see the reset of %s: %w", k.id, err)
		}
		took = append(took, arrived.Sub(clicked)-roundTrip)
	}
	return took, nil
}
