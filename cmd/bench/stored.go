package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/store"
)

const (
	few       = 1000 // stored requests, which many are compared with
	waiting   = 100  // open requests
	lists     = 20   // commands
	lifetime  = 14 * time.Second
	sweepIn   = 22 * time.Second // after the start: all that wait have expired by then
	sweepTime = 3 * time.Second
)

// day is what is measured of a bot with many or few requests stored.
type day struct {
	starts, lists, clicks, sweeps []time.Duration
	memory                        resident // the most of all
}

// stored measures what should not depend on how many requests are stored.
func (b *bench) stored(ctx context.Context) ([]figure, error) {
	o, err := b.original(ctx, 1)
	if err != nil {
		return nil, err
	}
	days := map[int]*day{}
	for _, count := range []int{few, b.scale} {
		if days[count], err = b.day(ctx, o, count); err != nil {
			return nil, err
		}
	}
	small, large := days[few], days[b.scale]
	name := func(what string) string {
		return fmt.Sprintf("%s with %s stored requests, %d of them open", what, thousands(b.scale), waiting)
	}
	line := func(what string, of func(*day) []time.Duration) figure {
		return timesPeer(name(what), milliseconds(median(of(large))), "ms", milliseconds(median(of(small))), 2)
	}
	return []figure{
		line("expiry sweep", func(d *day) []time.Duration { return d.sweeps }),
		line("start-up", func(d *day) []time.Duration { return d.starts }),
		line("list", func(d *day) []time.Duration { return d.lists }),
		line("approve click to acknowledgement", func(d *day) []time.Duration { return d.clicks }),
		atMost("memory with "+thousands(b.scale)+" stored requests, after work, apart from pages of the mapped file", megabytes(large.memory.apart()), "MB", 80),
		told("memory with "+thousands(b.scale)+" stored requests, after work, not backed by any file", megabytes(large.memory.own), "MB"),
	}, nil
}

// day fills a database and measures a bot that works with it.
func (b *bench) day(ctx context.Context, o original, count int) (*day, error) {
	database, err := filepath.Abs(filepath.Join(b.dir, fmt.Sprintf("%d.db", count)))
	if err != nil {
		return nil, err
	}
	began := time.Now()
	db, err := store.Open(ctx, "bolt:"+database)
	if err != nil {
		return nil, err
	}
	last, err := fill(ctx, db, o, count, "copy")
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	b.progress("  %s requests stored in %s", thousands(count), time.Since(began).Round(time.Second))
	s, err := b.open(ctx, scene{devices: waiting, database: database, unlimited: true, restarts: true, config: fmt.Sprintf("time_to_live: %s\n", lifetime)})
	if err != nil {
		return nil, err
	}
	d := &day{}
	err = s.stop()
	for range b.rounds {
		if err == nil {
			if err = s.start(ctx, ""); err == nil {
				d.starts = append(d.starts, s.began)
				err = s.stop()
			}
		}
	}
	for range min(b.rounds, 3) {
		if err == nil {
			last, err = s.work(ctx, d, last)
		}
	}
	b.progress("  with %s: starts %v, lists %v, clicks %v, sweeps %v, %+v", thousands(count), d.starts, d.lists, d.clicks, d.sweeps, d.memory)
	return d, errors.Join(err, s.close())
}

// work starts the bot and asks, lists, approves and lets expire. It returns
// how far the log has come.
func (s *stage) work(ctx context.Context, d *day, last approvals.Seq) (approvals.Seq, error) {
	sweep := time.Now().Add(sweepIn).Truncate(time.Second)
	if err := s.start(ctx, fmt.Sprintf("sweep: %q\n", sweep.Format("5 * * * * *"))); err != nil {
		return last, err
	}
	d.starts = append(d.starts, s.began)
	cards, err := s.requests(ctx, waiting)
	if err != nil {
		return last, err
	}
	for n := range lists {
		began := time.Now()
		seen, err := s.slack.Command(ctx, decider(n), channel(n), "/reset-passcode list")
		if err != nil || seen.Error != "" || !strings.Contains(seen.Text+string(seen.Blocks), "R-") {
			return last, errors.Join(err, fmt.Errorf("list shows %q, %s", seen.Text, seen.Error))
		}
		d.lists = append(d.lists, time.Since(began))
	}
	for n, k := range cards[:atEase] {
		began := time.Now()
		if _, err := s.approve(ctx, decider(n), k); err != nil {
			return last, err
		}
		d.clicks = append(d.clicks, time.Since(began))
	}
	if err := pause(ctx, time.Until(sweep.Add(sweepTime))); err != nil {
		return last, err
	}
	r, err := residentOf(s.bot.PID(), s.database)
	if err != nil {
		return last, err
	}
	if r.apart() > d.memory.apart() {
		d.memory = r
	}
	if err := s.stop(); err != nil {
		return last, err
	}
	h, err := readHistory(ctx, s.database, last)
	if err != nil {
		return last, err
	}
	expired := h.of(0, approvals.HasExpired)
	if len(expired) != waiting-atEase || expired[0].At.Before(sweep) {
		return last, fmt.Errorf("%d of %d requests expired with the sweep at %s", len(expired), waiting-atEase, sweep)
	}
	d.sweeps = append(d.sweeps, expired[len(expired)-1].At.Sub(sweep))
	return h[len(h)-1].Seq, nil
}

// thousands writes 1000000 as 1,000,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
