package sandbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
	"passcodebot/store"
)

// The main job is run again and again, each time with a crash at another
// boundary: before or after each commit, each call of Graph and each call of
// Slack. The boundaries are those that a run passes, so that code that gets a
// new effect gets its cases by itself; the runs go on until one ends before
// its boundary comes. However it is interrupted, the job ends as it should.
func TestEveryBoundary(t *testing.T) {
	t.Parallel()
	const atOnce = 24
	var mu sync.Mutex
	next, passed := 1, map[string]bool{}
	var runs sync.WaitGroup
	for range atOnce {
		runs.Go(func() {
			for !t.Failed() {
				mu.Lock()
				k := next
				next++
				mu.Unlock()
				reached := false
				t.Run(fmt.Sprintf("boundary %d", k), func(t *testing.T) {
					var trail []string
					trail, reached = interrupted(t, k)
					mu.Lock()
					defer mu.Unlock()
					for _, b := range trail {
						passed[b] = true
					}
				})
				if !reached {
					return
				}
			}
		})
	}
	runs.Wait()
	for _, effect := range []string{
		"POST chat.postMessage", "POST chat.update", "POST resetPasscode", "POST $batch", "POST usergroups.users.list",
		"commit of request.asked", "commit of request.ready", "commit of decision.approved request.approved", "commit of run.started",
		"commit of run.ended", "commit of the cursor of cards", "commit of the cursor of threads", "commit of the cursor of direct", "commit of the cursor of personal",
	} {
		for _, when := range []string{"before ", "after "} {
			if !passed[when+effect] && !t.Failed() {
				t.Errorf("no run has passed the boundary %q", when+effect)
			}
		}
	}
	t.Logf("%d boundaries", next-1-atOnce)
}

// The devices of the job, by name, and how they are asked for.
var phones = []string{"Alice's Pixel 8", "Bob's Galaxy XCover", "Carla's Pixel 7a"}

const ask = "/reset-passcode serial:3A161FDJH004XK serial:R5CT90WAREH serial:31091JEHN01234 reason: they forgot"

// job is a world with people who want three devices reset.
type job struct {
	t     *testing.T
	world *sandbox.World
	life  *life
	logs  *buffer
	space fakeslack.Config
	acked bool // Rita was told that her request is stored
}

// interrupted runs the job with a crash at a boundary, and checks what came
// of it. It reports whether the boundary came, and returns those passed.
func interrupted(t *testing.T, k int) (trail []string, reached bool) {
	j := &job{t: t, logs: &buffer{}, life: newLife(t, 0), space: fakeslack.SampleWorkspace()}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log:\n%s", j.logs)
		}
	})
	var err error
	j.world, err = sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{
		Dir: t.TempDir(), Log: slog.New(slog.NewTextHandler(j.logs, nil)),
		EditSlack:  func(c *fakeslack.Config) { c.PostEvery = 10 * time.Millisecond },
		EditIntune: func(c *fakeintune.Config) { c.Latency, c.CheckIn = 0, 50*time.Millisecond },
		EditConfig: func(c *config.Config) {
			c.ResendAfter, c.SettleTimeout, c.StopGrace = 300*time.Millisecond, 10*time.Second, 15*time.Second
			c.Sweep = "@every 1s"
		},
		EditParts: j.parts,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.world.Close() }() // a life that was interrupted ends with an error
	// The start belongs to the run that is interrupted.
	j.stop()
	first := newLife(t, k)
	j.life = first
	err = j.start()
	if err == nil {
		err = j.run()
	}
	if err == nil {
		j.stop() // which has boundaries too
	}
	if reached = first.ended(); reached {
		j.crash()
		if err = j.start(); err == nil {
			err = j.run()
		}
		j.stop()
	}
	if err != nil {
		t.Fatal(err)
	}
	j.check()
	return first.boundaries(), reached
}

// parts puts the product into the life that begins.
func (j *job) parts(p *app.Parts) {
	l := j.life
	p.PostPause = 10 * time.Millisecond
	p.FollowUp = []time.Duration{100 * time.Millisecond}
	p.GraphTransport = wire{l, p.GraphTransport}
	p.SlackTransport = wire{l, http.DefaultTransport}
	p.Wrap = func(s store.Store) store.Store {
		l.store = s
		return durable{s, l}
	}
}

// start starts the product, unless it dies over it.
func (j *job) start() error {
	if err := j.world.Restart(j.life); err != nil {
		return err
	}
	return j.until("the socket is open", func() bool { return j.world.Slack.Sockets() > 0 })
}

func (j *job) stop() {
	j.t.Helper()
	j.world.App.Stop()
	if err := j.world.App.Wait(); err != nil && !j.life.ended() {
		j.t.Fatal(err)
	}
}

// crash ends what is left of a life that is over: its file is let go, and its
// connections are cut.
func (j *job) crash() {
	old := j.world.App
	old.Stop()
	j.world.Slack.CutSockets()
	if j.life.store != nil {
		if err := j.life.store.Close(); err != nil {
			j.t.Fatal(err)
		}
	}
	j.t.Cleanup(func() { _ = old.Wait() }) // that it failed is the point
	j.life = newLife(j.t, 0)
}

// until waits for something to be so in Slack, or for the end of the life.
func (j *job) until(what string, cond func() bool) error {
	ctx, cancel := context.WithTimeout(j.life, 30*time.Second)
	defer cancel()
	err := j.world.Slack.Wait(ctx, cond)
	if err != nil && !j.life.ended() {
		for _, c := range j.cards() {
			j.t.Logf("card: %s\nthread: %s", sandbox.Read(j.world.Slack, j.space, c), j.thread(c))
		}
		j.t.Fatalf("never: %s", what)
	}
	if err != nil {
		return errDead
	}
	return nil
}

// run has people do what is left to do of the job: what Slack told them has
// failed they do again.
func (j *job) run() error {
	for !j.acked {
		seen, err := j.world.Slack.Command(j.t.Context(), "U0RITA", "C0INCIDENTS", ask)
		j.acked = err == nil && seen.Error == ""
		if j.life.ended() {
			return errDead
		}
	}
	for {
		err := j.until("a card to approve, or the end", func() bool {
			return j.waiting() != nil || j.ended()
		})
		if err != nil {
			return err
		}
		card := j.waiting()
		if card == nil {
			return nil
		}
		heard := len(j.alone(anna))
		seen, err := j.world.Slack.Click(j.t.Context(), "U0ANNA", card.Channel, card.TS, "approve")
		if err == nil && seen.Error == "" {
			err = j.until("the approved card changes, or Anna reads why not", func() bool {
				return !slices.ContainsFunc(j.cards(), same(*card)) || len(j.alone(anna)) > heard
			})
		}
		if j.life.ended() {
			return errDead
		}
		if err != nil {
			return err
		}
	}
}

func same(card fakeslack.Message) func(fakeslack.Message) bool {
	return func(m fakeslack.Message) bool { return m.TS == card.TS && string(m.Blocks) == string(card.Blocks) }
}

func (j *job) cards() []fakeslack.Message {
	var cards []fakeslack.Message
	for _, m := range j.world.Slack.Messages("", "C0INCIDENTS", "") {
		if m.User == j.space.App.BotUser && !m.Ephemeral {
			cards = append(cards, m)
		}
	}
	return cards
}

// waiting returns a card that can be approved.
func (j *job) waiting() *fakeslack.Message {
	for _, c := range j.cards() {
		if strings.Contains(string(c.Blocks), `"action_id":"approve"`) {
			return &c
		}
	}
	return nil
}

// ended says that every card tells of the end, and every thread and whoever
// asked of each device.
func (j *job) ended() bool {
	cards := j.cards()
	for _, c := range cards {
		if !strings.Contains(sandbox.Read(j.world.Slack, j.space, c), "3 confirmed") || strings.Count(j.thread(c), ": confirmed") < len(phones) {
			return false
		}
	}
	return len(cards) > 0 && strings.Count(strings.Join(j.alone(rita), "\n"), ": confirmed") >= len(cards)*len(phones)
}

// alone is what one person alone has been told.
func (j *job) alone(who string) (all []string) {
	direct := j.world.Slack.DirectChannel(who)
	for _, channel := range []string{"C0INCIDENTS", direct} {
		for _, m := range j.world.Slack.Messages(who, channel, "") {
			if m.Ephemeral || channel == direct {
				all = append(all, sandbox.Read(j.world.Slack, j.space, m))
			}
		}
	}
	return all
}

// thread is what stands below a card.
func (j *job) thread(card fakeslack.Message) string {
	var lines []string
	for _, m := range j.world.Slack.Messages("", card.Channel, card.TS) {
		if m.TS != card.TS {
			lines = append(lines, sandbox.Read(j.world.Slack, j.space, m))
		}
	}
	return strings.Join(lines, "\n")
}

// check looks at what is left.
func (j *job) check() {
	t := j.t
	t.Helper()
	s, err := store.Open(t.Context(), j.world.Store())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if open, err := s.Open(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("%d requests are open: %v", len(open), err)
	}
	for _, c := range approvals.Consumers() {
		if behind, err := s.Behind(t.Context(), c); err != nil || len(behind) != 0 {
			t.Errorf("%s has not told of %v: %v", c, behind, err)
		}
	}
	asked := 0
	for events := approvals.Seq(0); ; {
		page, err := s.Events(t.Context(), events, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if e.Kind == approvals.Asked {
				asked++
			}
			events = e.Seq
		}
	}
	if cards := len(j.cards()); asked < 1 || asked > 2 || cards != asked {
		t.Errorf("%d requests and %d cards", asked, cards)
	}
	taken := map[string]int{}
	for _, p := range j.world.Intune.Posts() {
		if p.Took {
			taken[p.Device]++
		}
	}
	for device, n := range taken {
		if n != asked {
			t.Errorf("Intune has taken %d resets of %s for %d requests", n, device, asked)
		}
	}
	if len(taken) != len(phones) {
		t.Errorf("%d devices were reset; want %d", len(taken), len(phones))
	}
	directly := strings.Join(j.alone(rita), "\n")
	for _, line := range []string{"Approved by @anna.", "is done: 3 of 3 devices accepted by Intune", phones[0] + ": confirmed", phones[1] + ": confirmed", phones[2] + ": confirmed"} {
		if n := strings.Count(directly, line); n != asked {
			t.Errorf("Rita was told %q %d times for %d requests:\n%s", line, n, asked, directly)
		}
	}
	for _, c := range j.cards() {
		thread := j.thread(c)
		want := []string{"Approved by @anna."}
		for _, name := range phones {
			want = append(want, "• "+name+": accepted by Intune", "• "+name+": confirmed")
		}
		// The summary names each device once more.
		before, summary, _ := strings.Cut(thread, " is done: 3 of 3 devices accepted by Intune")
		_, after, ended := strings.Cut(summary, "by chat or mail.")
		for _, line := range want {
			if n := strings.Count(before+after, line); n != 1 {
				t.Errorf("%q is told %d times:\n%s", line, n, thread)
			}
		}
		if !ended || strings.Contains(after, " is done: ") {
			t.Errorf("the end is not told once:\n%s", thread)
		}
	}
}
