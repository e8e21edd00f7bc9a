package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passcodebot/graph/fakeintune"
)

// newcomer measures one device that is approved while 400 are running for
// somebody else, a second after they began.
func (b *bench) newcomer(ctx context.Context) ([]figure, error) {
	free, _, err := b.overtake(ctx, true)
	if err != nil {
		return nil, err
	}
	sent, taken, err := b.overtake(ctx, false)
	if err != nil {
		return nil, err
	}
	return []figure{
		atMost("one device approved while 400 run for somebody else, until its first POST", seconds(free), "s", 1).withLimit(seconds(roundTrip)),
		told("the same with Intune's 200 writes used up by the 400, until its first POST", seconds(sent), "s"),
		told("the same with Intune's 200 writes used up by the 400, until Intune takes it", seconds(taken), "s"),
	}, nil
}

// overtake returns how long after its approval the first POST of the
// newcomer's device arrived, and the one that Intune took.
func (b *bench) overtake(ctx context.Context, unlimited bool) (first, taken time.Duration, err error) {
	s, err := b.open(ctx, scene{devices: fleet + 1, unlimited: unlimited})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	// All but the newcomer's, which is the last.
	s.intune.Edit(deviceID(fleet), func(d *fakeintune.Device) { d.DeviceName = "Newcomer" })
	long, err := s.request(ctx, 0, allOfThem)
	if err != nil {
		return 0, 0, err
	}
	short, err := s.request(ctx, 1, byID(fleet, 1))
	if err != nil {
		return 0, 0, err
	}
	if _, err := s.approve(ctx, decider(0), long); err != nil {
		return 0, 0, err
	}
	if err := pause(ctx, time.Second); err != nil {
		return 0, 0, err
	}
	clicked, err := s.approve(ctx, decider(1), short)
	if err != nil {
		return 0, 0, err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = s.intune.Wait(waiting, func() bool {
		for _, p := range s.intune.Posts() {
			if p.Device != deviceID(fleet) {
				continue
			}
			if first == 0 {
				first = p.At.Sub(clicked)
			}
			if p.Took {
				taken = p.At.Sub(clicked)
			}
		}
		return taken > 0
	})
	if err != nil {
		return 0, 0, fmt.Errorf("see the newcomer's reset: %w", err)
	}
	return first, taken, nil
}
