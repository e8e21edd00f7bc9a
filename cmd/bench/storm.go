package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"passcodebot/approvals"
)

// underStorm is how many requests get the clicks of everybody at once.
const underStorm = 200

// storm measures 1,000 clicks within one second: five approvers on each of
// 200 requests, in any order.
func (b *bench) storm(ctx context.Context) (_ []figure, err error) {
	s, err := b.open(ctx, scene{devices: underStorm, unlimited: true, config: "quorum: 2\n"})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	cards, err := s.requests(ctx, underStorm)
	if err != nil {
		return nil, err
	}
	type press struct {
		who  string
		card card
	}
	var presses []press
	for _, k := range cards {
		for n := range inGroup {
			presses = append(presses, press{decider(n), k})
		}
	}
	dice := rand.New(rand.NewPCG(1, 1))
	dice.Shuffle(len(presses), func(i, j int) { presses[i], presses[j] = presses[j], presses[i] })

	before := len(s.slack.Envelopes())
	var clicking sync.WaitGroup
	began := time.Now()
	for n, p := range presses {
		// A ticker would fall behind for good.
		if err := pause(ctx, time.Until(began.Add(time.Duration(n)*time.Second/time.Duration(len(presses))))); err != nil {
			return nil, err
		}
		clicking.Go(func() {
			// What goes wrong is counted below: it was not acknowledged.
			_, _ = s.slack.Click(ctx, p.who, p.card.channel, p.card.ts, "approve")
		})
	}
	took := time.Since(began)
	clicking.Wait()
	lost := len(presses)
	var acks []time.Duration
	var last time.Time
	for _, e := range s.slack.Envelopes()[before:] {
		if e.Acked {
			lost--
			acks = append(acks, e.AckAfter)
			last = later(last, e.At.Add(e.AckAfter))
		}
	}
	// The refused are told apart from their acknowledgements.
	if err := pause(ctx, 3*time.Second); err != nil {
		return nil, err
	}
	answered := map[string]int{}
	for _, c := range s.slack.Calls() {
		if c.Method == "response_url" || c.Method == "chat.postEphemeral" {
			answered[c.Args["user"]]++
		}
	}
	if err := s.stop(); err != nil {
		return nil, err
	}
	h, err := readHistory(ctx, s.database, 0)
	if err != nil {
		return nil, err
	}
	unstored, silent := h.missing(cards, answered)
	return []figure{
		atMost("1,000 clicks within a second on 200 requests: the last acknowledgement, after the first click", seconds(last.Sub(began)), "s", 3).withLimit(1),
		atMost("1,000 clicks: not acknowledged", float64(lost), "clicks", 0),
		atMost("1,000 clicks: without a trace in the log", float64(unstored), "clicks", 0),
		atMost("1,000 clicks: refused, and not told so", float64(silent), "clicks", 0),
		told("1,000 clicks: the time in which they were made", seconds(took), "s"),
		told("1,000 clicks: acknowledgement, median", milliseconds(median(acks)), "ms"),
	}, nil
}

// missing counts the clicks of which the log says nothing, and those that
// were refused without a word to whoever clicked.
func (h history) missing(cards []card, answered map[string]int) (unstored, silent int) {
	type key struct {
		id  approvals.ID
		who string
	}
	seen := map[key]int{}
	refused := map[string]int{}
	for _, e := range h.of(0, approvals.GotApproval, approvals.WasRefused) {
		seen[key{e.Request, e.Actor.ID}]++
		if e.Kind == approvals.WasRefused {
			refused[e.Actor.ID]++
		}
	}
	for _, k := range cards {
		for n := range inGroup {
			if seen[key{k.id, decider(n)}] != 1 {
				unstored++
			}
		}
	}
	for who, n := range refused {
		silent += max(0, n-answered[who])
	}
	return unstored, silent
}
