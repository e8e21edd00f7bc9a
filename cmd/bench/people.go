package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"passcodebot/approvals"
)

const (
	// lookEvery is how often somebody looks at a channel.
	lookEvery = 5 * time.Millisecond
	// patience bounds how long somebody waits for what they expect to see.
	patience = 3 * time.Minute
)

// card is a request's message with the buttons.
type card struct {
	id      approvals.ID
	channel string
	ts      string
}

// byID names devices as a person would who pastes their ids.
func byID(from, count int) string {
	var ids []string
	for n := range count {
		ids = append(ids, deviceID(from+n))
	}
	return strings.Join(ids, " ")
}

var storedAs = regexp.MustCompile(`R-(\d+) is stored`)

// ask has somebody ask, and returns the request's number.
func (s *stage) ask(ctx context.Context, who, channel, devices string) (approvals.ID, error) {
	seen, err := s.slack.Command(ctx, who, channel, "/reset-passcode "+devices+" reason: forgot the PIN, INC-4711")
	if err != nil {
		return 0, err
	}
	m := storedAs.FindStringSubmatch(seen.Text)
	if m == nil {
		return 0, fmt.Errorf("asked in %s, and was told %q, %s", channel, seen.Text, seen.Error)
	}
	n, err := strconv.ParseUint(m[1], 10, 64)
	return approvals.ID(n), err
}

// find waits until the card of a request can be seen.
func (s *stage) find(ctx context.Context, channel string, id approvals.ID) (card, error) {
	found := card{id: id, channel: channel}
	err := until(ctx, func() bool {
		for _, k := range s.cards(channel) {
			if k.id == id {
				found = k
			}
		}
		return found.ts != ""
	})
	if err != nil {
		return found, fmt.Errorf("see the card of %s: %w; the channel has %q", id, err, s.texts(channel, ""))
	}
	return found, nil
}

// cards lists the messages of a channel that have an Approve button.
func (s *stage) cards(channel string) []card {
	var found []card
	for _, m := range s.slack.Messages("", channel, "") {
		var blocks []struct {
			Elements []struct {
				ActionID string `json:"action_id"`
				Value    string `json:"value"`
			} `json:"elements"`
		}
		if m.Ephemeral || json.Unmarshal(m.Blocks, &blocks) != nil {
			continue
		}
		for _, b := range blocks {
			for _, e := range b.Elements {
				if n, err := strconv.ParseUint(e.Value, 10, 64); err == nil && e.ActionID == "approve" {
					found = append(found, card{approvals.ID(n), channel, m.TS})
				}
			}
		}
	}
	return found
}

// texts lists what a channel or a thread says.
func (s *stage) texts(channel, thread string) []string {
	var all []string
	for _, m := range s.slack.Messages("", channel, thread) {
		all = append(all, m.Text)
	}
	return all
}

// request asks and waits for the card.
func (s *stage) request(ctx context.Context, n int, devices string) (card, error) {
	id, err := s.ask(ctx, asker(n), channel(n), devices)
	if err != nil {
		return card{}, err
	}
	return s.find(ctx, channel(n), id)
}

// requests asks for one device each, several at a time, and waits for the cards.
func (s *stage) requests(ctx context.Context, count int) ([]card, error) {
	cards, errs := make([]card, count), make([]error, count)
	var asking sync.WaitGroup
	slots := make(chan struct{}, 20)
	for n := range count {
		slots <- struct{}{}
		asking.Go(func() {
			defer func() { <-slots }()
			cards[n].channel = channel(n)
			cards[n].id, errs[n] = s.ask(ctx, asker(n), channel(n), byID(n, 1))
		})
	}
	asking.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for n, k := range cards {
		found, err := s.find(ctx, k.channel, k.id)
		if err != nil {
			return nil, fmt.Errorf("card %d of %d: %w", n+1, count, err)
		}
		cards[n] = found
	}
	return cards, nil
}

// approve has somebody click Approve, and returns when that was.
func (s *stage) approve(ctx context.Context, who string, k card) (time.Time, error) {
	at := time.Now()
	seen, err := s.slack.Click(ctx, who, k.channel, k.ts, "approve")
	if err == nil && seen.Error != "" {
		err = errors.New(seen.Error)
	}
	if err != nil {
		return at, fmt.Errorf("approve %s: %w", k.id, err)
	}
	return at, nil
}

// ended waits until a request's card tells its end.
func (s *stage) ended(ctx context.Context, k card) error {
	return s.says(ctx, k, "", "– succeeded")
}

// told waits until a request's thread tells its end.
func (s *stage) told(ctx context.Context, k card) error {
	return s.says(ctx, k, k.ts, k.id.String()+" is done")
}

// says waits until a channel or a thread says something.
func (s *stage) says(ctx context.Context, k card, thread, words string) error {
	err := until(ctx, func() bool {
		return slices.ContainsFunc(s.texts(k.channel, thread), func(text string) bool { return strings.Contains(text, words) })
	})
	if err != nil {
		return fmt.Errorf("see the end of %s: %w; there stands %q", k.id, err, s.texts(k.channel, thread))
	}
	return nil
}

// quiet waits until nothing more is said in a request's thread for a while.
func (s *stage) quiet(ctx context.Context, k card) error {
	const aWhile = 1500 * time.Millisecond
	said, since := 0, time.Now()
	return until(ctx, func() bool {
		if now := len(s.texts(k.channel, k.ts)); now != said {
			said, since = now, time.Now()
		}
		return time.Since(since) > aWhile
	})
}

// until waits for something to be so.
func until(ctx context.Context, so func() bool) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for look := time.NewTicker(lookEvery); ; {
		if so() {
			look.Stop()
			return nil
		}
		select {
		case <-look.C:
		case <-waiting.Done():
			look.Stop()
			return waiting.Err()
		}
	}
}

// pause waits, or until ctx is done.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
