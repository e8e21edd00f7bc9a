package check

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"passcodebot/bot/fakeslack"
)

// told holds the cards and threads against the audit.
func (c *checker) told() {
	names := map[string]string{}
	for _, d := range c.Devices {
		names[d.ID] = d.DeviceName
	}
	threads := map[string][]fakeslack.Message{} // by channel and root
	var alone []fakeslack.Message               // what single people were told
	for _, m := range c.Messages {
		switch {
		case m.Ephemeral || strings.HasPrefix(m.Channel, "D"):
			alone = append(alone, m)
		case m.ThreadTS != "" && m.ThreadTS != m.TS:
			at := m.Channel + " " + m.ThreadTS
			threads[at] = append(threads[at], m)
		}
	}
	for _, s := range c.stories {
		c.card(s, alone)
		if len(s.cards) == 0 {
			continue
		}
		said := map[string]int{}
		for _, card := range s.cards {
			at := card.Channel + " " + card.TS
			for _, m := range threads[at] {
				count(said, m)
			}
			delete(threads, at)
		}
		personally := c.personal(s, alone, names)
		directly := map[string]int{}
		for _, m := range alone {
			if s.gone > 0 && c.Directs[m.Channel] == s.asked.Actor.ID && markOf(m).kind != personalType && strings.Contains(visible(m), "*"+s.id+"*") {
				count(directly, m)
			}
		}
		c.thread(s, said, directly, personally, names)
	}
	for at, replies := range threads {
		c.must(false, Told, "", "", "the thread %s belongs to no card, and says: %s", at, visible(replies[0]))
	}
}

// card holds that a request has one card, in the right channel, that shows
// its end; one that never had a card must have been told to its requester.
func (c *checker) card(s *story, alone []fakeslack.Message) {
	if len(s.of("request.ready")) == 0 {
		words := map[string]string{"rejected": s.id + " was turned down", "expired": s.id + " expired before"}[s.end()]
		if words != "" {
			heard := false
			for _, m := range alone {
				heard = heard || strings.Contains(visible(m), words)
			}
			c.must(heard, Told, s.id, "", "it ended as %s, and nobody was told", s.end())
		}
		return
	}
	live := len(s.cards) - s.gone
	c.must(live == 1 || live == 0 && s.gone > 0, Card, s.id, "", "it has %d cards, and %d were deleted", live, s.gone)
	for _, m := range s.cards[:live] {
		c.must(s.ask == nil || m.Channel == s.ask.channel, Card, s.id, "", "its card is in %s", m.Channel)
		if s.end() == "" {
			continue
		}
		c.must(!strings.Contains(string(m.Blocks), `"button"`), Card, s.id, "", "it is %s, and its card has buttons", s.end())
		head, _, _ := strings.Cut(m.Text, "\n")
		c.must(shows(head, s), Card, s.id, "", "it is %s, and its card says: %s", s.end(), head)
	}
}

// shows says that the first line of a card tells the end of a request.
func shows(head string, s *story) bool {
	words := []string{s.end()}
	if s.end() == "done" {
		words = []string{"succeeded", "failed"} // partly, or not known to have succeeded
	}
	for _, w := range words {
		if strings.Contains(head, w) {
			return true
		}
	}
	return false
}

// The lines of a thread, by what they tell.
var (
	about   = regexp.MustCompile(`^• \*([^*]+)\*: (.*)$`)  // one device, when it happened
	summary = regexp.MustCompile(`^• <[^|>]*\|([^>]+)>: `) // one device, in the summary
	done    = regexp.MustCompile(`^\*(R-\d+) is done: `)   // the summary's head
	decided = regexp.MustCompile(`^(Approved|Denied|Cancelled) by <@(\w+)>`)
	expired = regexp.MustCompile(`(R-\d+) has expired, because`)
	delayed = regexp.MustCompile(`^(?:Intune does not take the resets of (R-\d+) now|(R-\d+) is approved and does not begin yet): `)
)

// words are how a result begins, by the kind of its event.
var words = []struct{ kind, begin string }{
	{"reset.accepted", "accepted by Intune"},
	{"reset.failed", "failed: "},
	{"reset.skipped", "skipped: "},
	{"reset.unknown", "unknown: "},
	{"reset.confirmed", "confirmed: "},
	{"reset.unconfirmed", "not confirmed"},
	{"reset.failed-on-device", "the device reported "},
	{"reset.failed-on-device", "the reset was cancelled in Intune"},
}

// count adds what a message says.
func count(said map[string]int, m fakeslack.Message) {
	for line := range strings.SplitSeq(visible(m), "\n") {
		if found := about.FindStringSubmatch(line); found != nil {
			for _, w := range words {
				if strings.HasPrefix(found[2], w.begin) {
					said[w.kind+" of "+found[1]]++
					break
				}
			}
		} else if found := summary.FindStringSubmatch(line); found != nil {
			said["summary of "+found[1]]++
		} else if found := done.FindStringSubmatch(line); found != nil {
			said["run.ended of "+found[1]]++
		} else if found := decided.FindStringSubmatch(line); found != nil {
			said[found[1]+" by "+found[2]]++
		} else if found := expired.FindStringSubmatch(line); found != nil {
			said["request.expired of "+found[1]]++
		} else if found := delayed.FindStringSubmatch(line); found != nil {
			said["run.delayed of "+found[1]+found[2]]++
		}
	}
}

// happened counts what the audit says that happened, as count does.
func (s *story) happened(names map[string]string) map[string]int {
	n := map[string]int{}
	devices := map[string]bool{}
	for _, e := range s.events {
		name := names[e.Device]
		if name != "" {
			devices[name] = true
		}
		switch e.Kind {
		case "decision.approved":
			n["Approved by "+e.Actor.ID]++
		case "decision.denied":
			n["Denied by "+e.Actor.ID]++
		case "request.cancelled":
			n["Cancelled by "+e.Actor.ID]++
		case "request.expired", "run.delayed", "run.ended":
			n[e.Kind+" of "+s.id]++
		case "reset.accepted", "reset.failed", "reset.skipped", "reset.unknown", "reset.confirmed", "reset.unconfirmed", "reset.failed-on-device":
			n[e.Kind+" of "+name]++
		}
	}
	if ended := n["run.ended of "+s.id]; ended > 0 {
		for name := range devices {
			n["summary of "+name] = ended
		}
	}
	return n
}

// thread holds that a thread says each thing once that the audit has, and
// nothing else. Where somebody deleted the card, the requester hears the rest
// by direct message, of those that they have as of each change too; what was
// on its way to the thread then may come twice.
func (c *checker) thread(s *story, said, directly, personally map[string]int, names map[string]string) {
	for what, n := range s.happened(names) {
		right := said[what] == n
		if s.gone > 0 {
			right = said[what] <= n && directly[what] <= n && said[what]+directly[what]+personally[what] >= n
		}
		c.must(right, Told, s.id, "", "%s was told %s in its thread, and happened %d times", what, times(said[what]+directly[what]), n)
		delete(said, what)
	}
	for what, n := range said {
		c.must(false, Told, s.id, "", "%s was told %s in its thread, and did not happen", what, times(n))
	}
}

func times(n int) string {
	if n == 0 {
		return "never"
	}
	return fmt.Sprintf("%d times", n)
}

// visible returns what people read of a message: its blocks, or its text
// where it has none.
func visible(m fakeslack.Message) string {
	type text struct {
		Text string `json:"text"`
	}
	var blocks []struct {
		Text text `json:"text"`
	}
	if json.Unmarshal(m.Blocks, &blocks) != nil || len(blocks) == 0 {
		return m.Text
	}
	var lines []string
	for _, b := range blocks {
		if b.Text.Text != "" {
			lines = append(lines, b.Text.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// Awaited counts the devices of which a thread has no last word yet, though
// Intune took their resets. Threads whose card somebody deleted do not count.
func Awaited(l Logs) int {
	gone := map[string]bool{}
	for _, m := range l.Deleted {
		gone[m.Channel+" "+m.TS] = true
	}
	said := map[string]map[string]int{}
	for _, m := range l.Messages {
		at := m.Channel + " " + m.ThreadTS
		if m.ThreadTS == "" || gone[at] {
			continue
		}
		if said[at] == nil {
			said[at] = map[string]int{}
		}
		count(said[at], m)
	}
	n := 0
	for _, thread := range said {
		for what := range thread {
			name, taken := strings.CutPrefix(what, "reset.accepted of ")
			if taken && thread["reset.confirmed of "+name]+thread["reset.unconfirmed of "+name]+thread["reset.failed-on-device of "+name] == 0 {
				n++
			}
		}
	}
	return n
}
