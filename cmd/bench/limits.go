package main

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// fleet is how many devices a request has that Intune's limits bear on.
const fleet = 400

// allOfThem names the fleet in one selector: a command takes fewer ids.
const allOfThem = `filter:"contains(deviceName,'Phone ')"`

// limits measures 400 devices under Intune's limits: 200 at once, and 200
// when the first window is over.
func (b *bench) limits(ctx context.Context) ([]figure, error) {
	took, refused, err := b.march(ctx, 0)
	if err != nil {
		return nil, err
	}
	limit := windowLength*(fleet/windowWrites-1) + twoTrips
	return []figure{
		timesLimit("400 devices under Intune's limits, alone", seconds(took), "s", seconds(limit), 1.1),
		atMost("400 devices under Intune's limits, alone: answers 429", float64(refused), "calls", 0),
	}, nil
}

// others measures the same while other applications use three quarters of
// what the tenant may write.
func (b *bench) others(ctx context.Context) ([]figure, error) {
	const used = tenantWrites * 3 / 4
	took, refused, err := b.march(ctx, used)
	if err != nil {
		return nil, err
	}
	limit := windowLength*(fleet/(tenantWrites-used)-1) + twoTrips
	return []figure{
		timesLimit("400 devices while others use 3/4 of the tenant's writes", seconds(took), "s", seconds(limit), 1.3),
		told("400 devices while others use 3/4 of the tenant's writes: answers 429", float64(refused), "calls"),
	}, nil
}

// march resets the fleet while others use so many writes of each window.
func (b *bench) march(ctx context.Context, others int) (took time.Duration, refused int, err error) {
	s, err := b.open(ctx, scene{devices: fleet})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	s.intune.OthersUse(others)
	k, err := s.request(ctx, 0, allOfThem)
	if err != nil {
		return 0, 0, err
	}
	clicked, err := s.approve(ctx, decider(0), k)
	if err != nil {
		return 0, 0, err
	}
	if err := s.ended(ctx, k); err != nil {
		return 0, 0, err
	}
	for _, call := range s.intune.Calls() {
		if call.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	if err := s.kill(); err != nil {
		return 0, 0, err
	}
	h, err := readHistory(ctx, s.database, 0)
	if err != nil {
		return 0, 0, err
	}
	stored, err := h.end(k.id, fleet)
	return stored.Sub(clicked), refused, err
}
