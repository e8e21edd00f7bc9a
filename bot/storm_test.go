package bot_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

// A thousand clicks within seconds, by five approvers on 200 requests, and
// Slack's rates are on: each has its effect or is told why not. That they may
// come within one second, are acknowledged in time, and ask Slack no more often
// than it allows, is for cmd/bench to show: the race detector and other tests
// beside this one take most of a machine.
func TestClick_storm(t *testing.T) {
	// It runs alone, since it is about time.
	const requests, window = 200, 4 * time.Second
	approvers := []string{anna, ben, nora, "U0BOB", "U0CARLA"}
	w := newWorld(t, func(c *fakeslack.Config) { c.AckWithin = time.Minute })
	w.slack.EditGroup("S0ONCALL", func(g *fakeslack.Group) { g.Members = approvers })
	ids := w.devices.fill(requests)
	w.start()
	w.connected()
	for _, id := range ids {
		if seen := w.types(rita, id+" reason: forgotten"); seen.Error != "" {
			t.Fatal(seen.Error)
		}
	}
	w.until("the cards are posted", func() bool { return len(w.cards()) == requests })
	cards := w.cards()
	// Who sees a card as it was can click on it: it is not edited meanwhile.
	w.slack.Fail(fakeslack.Fault{Method: "chat.update", RetryAfter: 30})

	var clicking sync.WaitGroup
	var late atomic.Int64
	every := time.NewTicker(window / (requests * time.Duration(len(approvers))))
	defer every.Stop()
	began := time.Now()
	for _, card := range cards {
		for _, who := range approvers {
			<-every.C
			clicking.Go(func() {
				switch seen := w.clicks(who, card, "approve"); seen.Error {
				case "":
				case "operation_timeout": // its time was over before it could be stored
					late.Add(1)
				default:
					t.Errorf("%s clicks: %s", who, seen.Error)
				}
			})
		}
	}
	clicked := time.Since(began)
	clicking.Wait()
	t.Logf("%d clicks within %v", requests*len(approvers), clicked)

	var slowest time.Duration
	for _, e := range w.slack.Envelopes() {
		if e.Type == "interactive" {
			slowest = max(slowest, e.AckAfter)
		}
	}
	t.Logf("the slowest acknowledgement after %v", slowest)
	approved := 0
	for id := range approvals.ID(requests) {
		r, err := w.store.Request(t.Context(), id+1)
		if err != nil || len(r.Decisions) > 1 {
			t.Errorf("%s has %d decisions (%v), want 1", id+1, len(r.Decisions), err)
		}
		approved += len(r.Decisions)
	}
	refused := requests*len(approvers) - approved
	w.until("each of the others is told", func() bool { return w.calls("response_url") == refused })
	told, unasked, unstored := 0, 0, 0
	for _, who := range approvers {
		said := w.whispers(who)
		told += count(said, "was first: R-") + count(said, "is already finished")
		unasked += count(said, "Slack did not tell who may do this")
		unstored += count(said, "could not be written to the database") + count(said, "could not be read")
	}
	// On a machine that is busy with something else, a click's time can be
	// over before Slack has answered, or before it is stored.
	t.Logf("%d were approved; %d clicks were told that Slack was not asked in time, and %d that they were not stored", approved, unasked, unstored)
	if told+unasked+unstored != refused || approved == 0 {
		t.Errorf("%d people were told that somebody was first, %d that Slack did not answer, and %d that they were not stored; want %d together", told, unasked, unstored, refused)
	}
	if int64(unstored) != late.Load() {
		t.Errorf("%d clicks were not acknowledged, and %d people were told that they were not stored", late.Load(), unstored)
	}
	asked := map[string]int{}
	for _, c := range w.slack.Calls() {
		asked[c.Method]++
		switch {
		case c.Error == "":
		case c.Method == "response_url":
			t.Errorf("%s: %s", c.Method, c.Error)
		case c.Method == "users.info" || c.Method == "usergroups.users.list":
			// A storm that lasts for long on a busy machine uses up what Slack allows.
			t.Logf("%s: %s", c.Method, c.Error)
		}
	}
	if asked["chat.postEphemeral"] > 0 {
		t.Errorf("%d people were told with chat.postEphemeral", asked["chat.postEphemeral"])
	}
	t.Logf("calls: %v", asked)
}
