package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// The pace of the commands.
const (
	aSecond    = 50
	commandFor = 10 * time.Second
)

// commands measures how long Slack waits for the acknowledgement of a command
// while 50 come each second, each of which stores a request.
func (b *bench) commands(ctx context.Context) (_ []figure, err error) {
	disk, err := b.fsync()
	if err != nil {
		return nil, err
	}
	s, err := b.open(ctx, scene{devices: aSecond, unlimited: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var mu sync.Mutex
	var errs []error
	var asking sync.WaitGroup
	tick := time.NewTicker(time.Second / aSecond)
	defer tick.Stop()
	for n := range int(commandFor/time.Second) * aSecond {
		<-tick.C
		asking.Go(func() {
			if _, err := s.ask(ctx, asker(n), channel(n), byID(n%aSecond, 1)); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
		})
	}
	asking.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var acks []time.Duration
	for _, e := range s.slack.Envelopes() {
		acks = append(acks, e.AckAfter)
	}
	one, slow := milliseconds(median(disk)), milliseconds(quantile(disk, 0.99))
	return []figure{
		atMost("command to acknowledgement at 50 commands a second, p99", milliseconds(quantile(acks, 0.99)), "ms", 50+one).withLimit(one),
		told("command to acknowledgement at 50 commands a second, median", milliseconds(median(acks)), "ms"),
		told("one fsync of this disk, after 4 KiB, median", one, "ms"),
		told("one fsync of this disk, after 4 KiB, p99", slow, "ms"),
	}, nil
}
