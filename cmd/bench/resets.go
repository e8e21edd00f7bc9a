package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/bench/internal/today"
	"passcodebot/graph/fakeintune"
)

// many is how many devices one request has here.
const many = 100

// twoTrips is the least that a reset of any number of devices takes: one call
// to read each right before, and one to reset it.
const twoTrips = 2 * roundTrip

// round is one request from the click that approved it to its end.
type round struct {
	card    card
	clicked time.Time
	stored  time.Time // when the last outcome was
	history history
	slack   []fakeslack.Call
	failed  int    // calls that failed at the door
	waits   []span // that Retry-After asked for
	sent    int    // calls to Graph, from the click on
}

func (r round) took() time.Duration { return r.stored.Sub(r.clicked) }

// beyondWaits is what it took apart from the waiting that was asked for.
func (r round) beyondWaits() time.Duration {
	return r.took() - span{r.clicked, r.stored}.covered(r.waits)
}

// play makes one round with a bot of its own, which knows nothing of earlier
// ones and has not used up any limit. With listen, what is said in the
// request's thread is waited for too.
func (b *bench) play(ctx context.Context, sc scene, listen bool) (r round, err error) {
	s, err := b.open(ctx, sc)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if r.card, err = s.request(ctx, 0, byID(0, many)); err != nil {
		return r, err
	}
	if listen {
		// Whoever approves reads first, and meanwhile the thread gets the list
		// of the devices.
		if err := s.quiet(ctx, r.card); err != nil {
			return r, err
		}
	}
	if s.door != nil {
		s.door.shut()
	}
	before := len(s.intune.Calls())
	if r.clicked, err = s.approve(ctx, decider(0), r.card); err != nil {
		return r, err
	}
	if err := s.ended(ctx, r.card); err != nil {
		return r, err
	}
	if listen {
		if err := s.told(ctx, r.card); err != nil {
			return r, err
		}
	}
	r.slack, r.sent = s.slack.Calls(), len(s.intune.Calls())-before
	if s.door != nil {
		r.failed, r.waits = s.door.seen()
	}
	if err := s.kill(); err != nil {
		return r, err
	}
	if r.history, err = readHistory(ctx, s.database, 0); err != nil {
		return r, err
	}
	r.stored, err = r.history.end(r.card.id, many)
	return r, err
}

// resets measures 100 devices from the click to the last outcome stored, and
// what the thread is told of them.
func (b *bench) resets(ctx context.Context) ([]figure, error) {
	var took, late []time.Duration
	refused, posts, allowed := 0, 0, 0 // of the round that comes nearest to what is allowed
	for n := range b.rounds {
		r, err := b.play(ctx, scene{devices: many}, true)
		if err != nil {
			return nil, err
		}
		took = append(took, r.took())
		t := r.thread()
		late, refused = append(late, t.late), refused+t.refused
		if n == 0 || t.posts-t.allowed > posts-allowed {
			posts, allowed = t.posts, t.allowed
		}
		b.progress("  100 devices: %s; %d Graph calls; the thread has %d posts, the first of results %s after it might have come",
			r.took(), r.sent, t.posts, t.late)
	}
	peer, err := b.today(ctx)
	if err != nil {
		return nil, err
	}
	value := seconds(median(took))
	f := faster("100 devices, approve click to the last outcome stored, beside one after the other", value, "s", seconds(peer), 40)
	f.Limit = new(seconds(twoTrips))
	return []figure{
		f,
		timesLimit("100 devices, within two round trips", value, "s", seconds(twoTrips), 2),
		atMost("100 results to the thread: messages", float64(posts), "messages", float64(allowed)),
		atMost("100 results to the thread: the first, after the rate permits it", milliseconds(quantile(late, 1)), "ms", 250),
		atMost("100 results to the thread: refused by Slack", float64(refused), "calls", 0),
	}, nil
}

// today measures the way that people have.
func (b *bench) today(ctx context.Context) (took time.Duration, err error) {
	s, err := fakeintune.Start(tenant(scene{devices: many}))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var ids []string
	for n := range many {
		ids = append(ids, deviceID(n))
	}
	return today.Reset(ctx, today.Tenant{
		URL: s.URL(), Transport: s.Client().Transport, ID: fakeintune.SampleTenant, ClientID: clientID, ClientSecret: clientSecret,
	}, ids)
}

// faults measures the same while one call in twenty fails. Nine rounds in ten
// have to hold: in the tenth, one device may fail several times in a row.
func (b *bench) faults(ctx context.Context) ([]figure, error) {
	var apart, whole []time.Duration
	for n := range 5 * b.rounds {
		r, err := b.play(ctx, scene{devices: many, faults: true, seed: uint64(n + 1)}, false)
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", n+1, err)
		}
		apart, whole = append(apart, r.beyondWaits()), append(whole, r.took())
		b.progress("  100 devices with faults, seed %d: %d calls failed; %s, %s apart from waits", n+1, r.failed, r.took(), r.beyondWaits())
	}
	const name = "100 devices while 5 % of calls answer 429 or 5xx (resets 429 or 503), apart from Retry-After, "
	return []figure{
		timesLimit(name+"9 rounds of 10", seconds(quantile(apart, 0.9)), "s", seconds(twoTrips), 2),
		told(name+"the median round", seconds(median(apart)), "s"),
		told(name+"the worst round", seconds(slices.Max(apart)), "s"),
		told("100 devices while 5 % of calls answer 429 or 5xx, with the waits, the median round", seconds(median(whole)), "s"),
	}, nil
}

// thread is what was told in a thread.
type thread struct {
	posts   int           // messages since the click
	allowed int           // as many as one a second, and one more
	refused int           // calls that Slack refused
	late    time.Duration // the first with results, after the rate permitted it
}

// thread looks at what Slack was told in a round.
func (r round) thread() thread {
	outcome := r.history.of(r.card.id, approvals.ResetAccepted)[0].At
	var t thread
	var lastBefore, last, first time.Time
	for _, call := range r.slack {
		switch {
		case call.Error != "":
			t.refused++
			continue
		case call.Method != "chat.postMessage" || call.Args["channel"] != r.card.channel:
			continue
		case call.At.After(r.clicked):
			t.posts++
			last = call.At
		}
		if !call.At.After(outcome) {
			lastBefore = call.At
		} else if first.IsZero() {
			first = call.At
		}
	}
	t.allowed = int(math.Ceil(last.Sub(r.clicked).Seconds())) + 1
	t.late = first.Sub(later(outcome, lastBefore.Add(time.Second)))
	return t
}
