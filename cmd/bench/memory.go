package main

import (
	"context"
	"errors"
	"time"
)

// idleFor is how long a bot has nothing to do before its memory is looked at.
const idleFor = 15 * time.Second

// memory measures what is resident of a bot that has nothing to do.
func (b *bench) memory(ctx context.Context) (_ []figure, err error) {
	s, err := b.open(ctx, scene{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := pause(ctx, idleFor); err != nil {
		return nil, err
	}
	r, err := residentOf(s.bot.PID(), s.database)
	if err != nil {
		return nil, err
	}
	return []figure{
		atMost("memory, idle, apart from pages of the mapped file", megabytes(r.apart()), "MB", 40),
		told("memory, idle, not backed by any file", megabytes(r.own), "MB"),
	}, nil
}
