package check

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"passcodebot/graph/fakeintune"
)

// intent is the time in which the audit says that a reset of a device may
// have been sent for a request.
type intent struct {
	story    *story
	from, to time.Time
	// ref is Graph's request-id of the accepted reset; empty where the answer
	// did not arrive.
	ref string
	// claim is what the audit says came of it.
	claim string
}

// after are the events that end an intent.
var after = []string{"reset.accepted", "reset.failed", "reset.skipped", "reset.unknown", "reset.unsent", "reset.doubted"}

// intents returns the intents of a device, by its id in lower case.
func (c *checker) intents() map[string][]intent {
	out := map[string][]intent{}
	for _, s := range c.stories {
		for i, e := range s.events {
			if e.Kind != "reset.intended" {
				continue
			}
			n := intent{story: s, from: e.At.Add(-blur), to: e.At.Add(24 * time.Hour)}
			ended := false
			for _, later := range s.events[i+1:] {
				if later.Device != e.Device || !slices.Contains(after, later.Kind) {
					continue
				}
				if !ended {
					n.to, ended = later.At.Add(blur), true
				}
				if later.Kind != "reset.doubted" {
					n.claim, n.ref = later.Kind, later.Data["graph_request_id"]
					break
				}
			}
			id := strings.ToLower(e.Device)
			out[id] = append(out[id], n)
		}
	}
	return out
}

// fits says that a post may have been sent by an intent. An answer that
// arrived names its post.
func (n intent) fits(p fakeintune.Post, named map[string]bool) bool {
	if p.At.Before(n.from) || p.At.After(n.to) {
		return false
	}
	if named[p.RequestID] {
		return n.ref == p.RequestID
	}
	return n.claim != "reset.accepted" || n.ref == ""
}

// unlikely is smaller for intents that likelier led to a reset, by what the
// audit says came of them.
func (n intent) unlikely() int {
	switch n.claim {
	case "reset.accepted":
		return 0
	case "", "reset.unknown":
		return 1
	}
	return 2
}

// resets holds the posts that Intune saw against the audit.
func (c *checker) resets() {
	intents := c.intents()
	took := map[string]bool{} // request-ids
	for _, p := range c.Posts {
		took[p.RequestID] = p.Took
	}
	named := map[string]bool{} // those of them that the audit knows
	for _, all := range intents {
		for i := range all {
			if n := &all[i]; took[n.ref] {
				named[n.ref] = true
			} else {
				n.ref = "" // that of an answer that told nothing
			}
		}
	}
	posts := map[string][]fakeintune.Post{}
	for _, p := range c.Posts {
		if p.Took {
			posts[p.Device] = append(posts[p.Device], p)
			c.report.Resets++
			continue
		}
		c.explain(p, intents[p.Device], named)
	}
	served := map[*story]map[string]bool{}
	for device, all := range posts {
		slices.SortFunc(all, func(a, b fakeintune.Post) int { return cmp.Compare(a.Seq, b.Seq) })
		for i, s := range c.assign(device, all, intents[device], named) {
			if s == nil {
				continue
			}
			if served[s] == nil {
				served[s] = map[string]bool{}
			}
			served[s][device] = true
			c.approved(s, all[i])
			c.named(s, all[i])
		}
	}
	for _, s := range c.stories {
		c.outcomes(s, served[s])
	}
}

// explain holds a post that Intune did not take against the audit: it must
// not have been sent either where nobody had approved.
func (c *checker) explain(p fakeintune.Post, intents []intent, named map[string]bool) {
	i := slices.IndexFunc(intents, func(n intent) bool { return n.fits(p, named) })
	if i < 0 {
		// Its window may have been ended by the answer to another request's.
		i = slices.IndexFunc(intents, func(n intent) bool { return !p.At.Before(n.from) && !p.At.After(n.to) })
	}
	c.must(i >= 0, Unasked, "", p.Device, "a reset was sent at %s that no request intended", p.At.Format(clock))
	if i >= 0 {
		c.approved(intents[i].story, p)
	}
}

// assign finds for each reset that Intune took the request that it was sent
// for, each request at most once.
func (c *checker) assign(device string, posts []fakeintune.Post, intents []intent, named map[string]bool) []*story {
	slices.SortStableFunc(intents, func(a, b intent) int { return a.unlikely() - b.unlikely() })
	candidates := make([][]*story, len(posts))
	for i, p := range posts {
		for _, n := range intents {
			if n.fits(p, named) && !slices.Contains(candidates[i], n.story) {
				candidates[i] = append(candidates[i], n.story)
			}
		}
	}
	owner := map[*story]int{}
	var seat func(i int, tried map[*story]bool) bool
	seat = func(i int, tried map[*story]bool) bool {
		for _, s := range candidates[i] {
			if tried[s] {
				continue
			}
			tried[s] = true
			if other, taken := owner[s]; !taken || seat(other, tried) {
				owner[s] = i
				return true
			}
		}
		return false
	}
	for i, p := range posts {
		seated := seat(i, map[*story]bool{})
		before := slices.IndexFunc(intents, func(n intent) bool { return !p.At.Before(n.from) })
		c.must(before >= 0, Unasked, "", device, "Intune took a reset at %s that no request intended", p.At.Format(clock))
		if before >= 0 {
			c.must(seated, Twice, intents[before].story.id, device, "Intune took one reset more than there were requests for it; one of them at %s", p.At.Format(clock))
		}
	}
	out := make([]*story, len(posts))
	for s, i := range owner {
		out[i] = s
	}
	return out
}

// approved holds that enough other people had approved before a post, and
// that nobody had ended the request.
func (c *checker) approved(s *story, p fakeintune.Post) {
	requester := s.asked.Actor.ID
	if s.ask != nil {
		requester = s.ask.user
	}
	yes := map[string]bool{}
	ended := false
	for _, e := range s.events {
		if e.At.After(p.At.Add(blur)) {
			continue
		}
		if e.Kind == "decision.approved" && e.Actor.ID != requester && c.clicked(e, s.id) {
			yes[e.Actor.ID] = true
		}
		ended = ended || endings[e.Kind] != "" && e.Kind != "run.ended"
	}
	c.must(len(yes) >= c.Quorum && !ended, NoQuorum, s.id, p.Device,
		"a reset was sent at %s with %d of %d approvals by others than %s (ended: %v)", p.At.Format(clock), len(yes), c.Quorum, requester, ended)
}

// named holds that the command named the device.
func (c *checker) named(s *story, p fakeintune.Post) {
	i := slices.IndexFunc(c.Devices, func(d fakeintune.Device) bool { return strings.EqualFold(d.ID, p.Device) })
	if s.ask == nil || i < 0 {
		return
	}
	d := c.Devices[i]
	c.must(strings.Contains(s.ask.text, d.ID) || strings.Contains(s.ask.text, d.SerialNumber), LeftAlone, s.id, p.Device,
		"it was reset, and the command does not name it: %s", s.ask.text)
}

// outcomes holds the results of a request against what Intune took.
func (c *checker) outcomes(s *story, took map[string]bool) {
	started := s.of("run.started")
	if len(started) == 0 {
		return
	}
	devices := map[string][]Event{}
	for _, e := range s.events {
		if e.Device != "" {
			devices[e.Device] = append(devices[e.Device], e)
		}
	}
	if s.end() == "done" {
		c.must(strconv.Itoa(len(devices)) == started[0].Data["devices"], Results, s.id, "",
			"%d devices have a result, of %s", len(devices), started[0].Data["devices"])
	}
	for device, events := range devices {
		var first, last []string
		for _, e := range events {
			switch e.Kind {
			case "reset.accepted":
				if !slices.Contains(first, "unknown") { // else it turned out afterwards
					first = append(first, "accepted")
				}
			case "reset.failed", "reset.skipped", "reset.unknown":
				first = append(first, strings.TrimPrefix(e.Kind, "reset."))
			case "reset.confirmed", "reset.failed-on-device", "reset.unconfirmed":
				last = append(last, strings.TrimPrefix(e.Kind, "reset."))
			}
		}
		if s.end() == "done" {
			c.must(len(first) == 1, Results, s.id, device, "its results are %v", first)
		}
		for _, word := range slices.Concat(first, last) {
			c.report.Results[word]++
		}
		c.outcome(s, device, events, took[strings.ToLower(device)])
		awaited := slices.Contains(first, "accepted") || slices.Contains(first, "unknown")
		if c.Awaited && awaited {
			c.must(len(last) == 1, Results, s.id, device, "its last words are %v", last)
		}
	}
}

// outcome holds what is said of a device against whether Intune took the
// reset.
func (c *checker) outcome(s *story, device string, events []Event, took bool) {
	for _, e := range events {
		switch e.Kind {
		case "reset.accepted", "reset.confirmed":
			c.must(took, Outcome, s.id, device, "event %d says %s, and Intune took no reset for it", e.Seq, e.Kind)
		case "reset.failed", "reset.skipped":
			c.must(!took, Outcome, s.id, device, "event %d says %s, and Intune took the reset: %s", e.Seq, e.Kind, e.Text)
		}
	}
}
