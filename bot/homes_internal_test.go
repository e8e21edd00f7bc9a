package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

// lookers are App Homes over a Slack that is made up, in a bubble's time.
type lookers struct {
	*homes
	began time.Time

	mu     sync.Mutex
	news   map[string]int          // what each person would see
	took   time.Duration           // how long it takes to put that together
	fails  error                   // what putting it together ends with; nil for nothing
	refuse func(hash string) error // what publishing ends with; nil for nothing
	shown  []string                // what was published: when, to whom, what
	draws  int                     // how often a view was put together
	hashes map[string]string       // of the view that each person sees
}

func watch(t *testing.T) *lookers {
	t.Helper()
	l := &lookers{homes: newHomes(slog.New(slog.DiscardHandler)), began: time.Now(), news: map[string]int{}, hashes: map[string]string{}}
	text := func(s string) []slack.Block {
		return []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, s, false, false), nil, nil)}
	}
	l.homes.loading = func(context.Context, string) []slack.Block { return text("loading") }
	l.homes.draw = func(ctx context.Context, who string, as looking) ([]slack.Block, error) {
		l.mu.Lock()
		l.draws++
		s, took, err := fmt.Sprintf("%d%s", l.news[who], as.search), l.took, l.fails
		l.mu.Unlock()
		if sleep(ctx, took) != nil {
			return text("away"), ctx.Err()
		}
		if err != nil {
			return text("problem"), err
		}
		return text(s), nil
	}
	l.homes.show = func(_ context.Context, who string, blocks []slack.Block, hash string) (string, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		said := blocks[0].(*slack.SectionBlock).Text.Text
		at := fmt.Sprintf("%v %s %s", time.Since(l.began), who, said)
		if l.refuse != nil {
			if err := l.refuse(hash); err != nil {
				l.shown = append(l.shown, at+": "+err.Error())
				return "", err
			}
		}
		if hash != "" && hash != l.hashes[who] {
			l.shown = append(l.shown, at+": conflict")
			return "", slack.SlackErrorResponse{Err: "hash_conflict"}
		}
		l.shown = append(l.shown, at)
		l.hashes[who] = fmt.Sprint(len(l.shown))
		return l.hashes[who], nil
	}
	ctx, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { l.run(ctx) })
	t.Cleanup(func() { end(); running.Wait() })
	return l
}

// with changes what the Slack that is made up does.
func (l *lookers) with(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

// changes has somebody see something else from now on.
func (l *lookers) changes(people ...string) {
	l.with(func() {
		for _, who := range people {
			l.news[who]++
		}
	})
	l.changed()
	synctest.Wait()
}

// took returns what was published since it was last asked.
func (l *lookers) published() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.shown
	l.shown = nil
	return out
}

func (l *lookers) check(t *testing.T, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, l.published()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func passing(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// lookersTest runs f in a bubble.
func lookersTest(t *testing.T, f func(*testing.T, *lookers)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { f(t, watch(t)) })
}

func TestHomes_fresh(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.changes("anna", "ben")
		l.check(t, "before anybody looks")
		l.look("anna", nil)
		l.check(t, "Anna opens it", "0s anna 1")
		passing(5 * time.Second)
		l.changes("anna")
		l.check(t, "a change for her", "5s anna 2")
		passing(5 * time.Second)
		l.changes("ben")
		l.changes()
		l.check(t, "changes for others")
		l.look("anna", nil)
		l.check(t, "she opens it again, with nothing new")
	})
}

// A view says of when it is. Where nothing has changed, it is published again
// often enough for that to be true of who looks at it.
func TestHomes_time(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.look("anna", nil)
		l.check(t, "opened", "0s anna 0")
		passing(seenTime - time.Second)
		l.look("anna", nil)
		l.check(t, "refreshed within the minute")
		passing(time.Second)
		l.look("anna", nil)
		l.check(t, "refreshed after it", "1m0s anna 0")
		passing(homeTime + time.Hour)
		l.check(t, "she does no more", "6m0s anna 0", "11m0s anna 0")
	})
}

// Changes that come quickly are one view for a person, 2 seconds after the
// last.
func TestHomes_coalesced(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.look("anna", nil)
		l.check(t, "opened", "0s anna 0")
		for range 30 {
			l.changes("anna")
			passing(100 * time.Millisecond)
		}
		passing(time.Minute)
		l.check(t, "30 changes in 3 seconds", "2s anna 20", "4s anna 30")
	})
}

// There are never more than 60 views in any minute, and all see what is in the
// end. Who does something need not wait for those who do nothing.
func TestHomes_rates(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		var all []string
		for i := range maxLooking - 1 {
			all = append(all, fmt.Sprintf("person-%d", i))
			l.look(all[i], nil)
		}
		for range 100 {
			l.changes(all...)
			passing(3 * time.Second)
		}
		l.look("late", nil)
		synctest.Wait()
		l.with(func() {
			if got := l.shown[len(l.shown)-1]; got != "5m0s late 0" {
				t.Errorf("who opens it meanwhile sees it late: the last view is %q", got)
			}
		})
		passing(2 * time.Minute)
		var times []time.Duration
		last := map[string]string{}
		for _, s := range l.published() {
			var at, who, what string
			if _, err := fmt.Sscan(s, &at, &who, &what); err != nil {
				t.Fatal(err)
			}
			d, err := time.ParseDuration(at)
			if err != nil {
				t.Fatal(err)
			}
			times, last[who] = append(times, d), what
		}
		for i, d := range times {
			if i >= 60 && d-times[i-60] < time.Minute {
				t.Fatalf("views %d to %d are within %v", i-60, i, d-times[i-60])
			}
		}
		if len(times) < 170 {
			t.Errorf("%d views in five minutes; it could be 175", len(times))
		}
		for _, who := range all {
			if last[who] != "100" {
				t.Errorf("%s sees %s in the end; want 100", who, last[who])
			}
		}
	})
}

func TestHomes_lookingEnds(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.look("anna", nil)
		l.check(t, "opened", "0s anna 0")
		passing(homeTime - time.Second)
		l.changes("anna")
		l.check(t, "just within the time", "5m0s anna 0", "10m0s anna 0", "14m59s anna 1")
		passing(2 * time.Second)
		l.changes("anna")
		passing(time.Hour)
		l.check(t, "after the time")
		l.look("anna", func(as *looking) { as.search = " pixel" })
		l.check(t, "she is back", "1h15m1s anna 2 pixel")
	})
}

// Who did something last is kept fresh; who did nothing for the longest time
// is not, where there are too many.
func TestHomes_tooMany(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.look("early", nil)
		l.look("search", nil)
		passing(time.Second)
		for i := range maxLooking - 1 {
			l.look(fmt.Sprint(i), nil)
			passing(2 * time.Second)
			l.look("search", nil)
		}
		passing(time.Minute)
		l.published()
		l.changes("early")
		l.check(t, "who was forgotten")
		l.changes("search")
		passing(10 * time.Second)
		if got := l.published(); len(got) != 1 {
			t.Errorf("who did something lately sees %q", got)
		}
	})
}

// The first view does not wait for what is slow.
func TestHomes_loading(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.with(func() { l.took = 3 * time.Second })
		l.look("anna", nil)
		passing(10 * time.Second)
		l.check(t, "opened", "600ms anna loading", "5.6s anna 0")
		l.look("anna", nil)
		l.changes("anna")
		passing(10 * time.Second)
		l.check(t, "opened again: what she sees stays until there is something new", "13s anna 1")
	})
}

// What is not known is said to who asks, and takes nothing away from who does
// not.
func TestHomes_problem(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.look("anna", nil)
		l.check(t, "opened", "0s anna 0")
		passing(10 * time.Second)
		l.with(func() { l.fails = errors.New("store") })
		l.changes("anna")
		l.check(t, "a change that can't be read")
		l.look("anna", nil)
		l.look("ben", nil)
		synctest.Wait()
		got := l.published()
		if len(got) != 2 {
			t.Errorf("those who ask see %q; want the problem, each", got)
		}
		l.with(func() { l.fails = nil })
		passing(homeTick)
		if got := l.published(); len(got) != 2 {
			t.Errorf("a minute later they see %q; want what there is, each", got)
		}
	})
}

func TestHomes_slackErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want []string // within the next 30 seconds, with Slack well after 5
	}{
		"429":       {&slack.RateLimitedError{RetryAfter: 7 * time.Second}, []string{"10s anna 1: refused", "17s anna 1"}},
		"away":      {slack.StatusCodeError{Code: 503}, []string{"10s anna 1: refused"}},
		"forbidden": {slack.SlackErrorResponse{Err: "missing_scope"}, []string{"10s anna 1: refused"}},
		"off":       {slack.SlackErrorResponse{Err: "not_enabled"}, []string{"10s anna 1: refused"}},
	} {
		t.Run(name, func(t *testing.T) {
			lookersTest(t, func(t *testing.T, l *lookers) {
				l.look("anna", nil)
				l.check(t, "opened", "0s anna 0")
				passing(10 * time.Second)
				l.with(func() { l.refuse = func(string) error { return fmt.Errorf("refused%.0w", tt.err) } })
				l.changes("anna")
				passing(5 * time.Second)
				l.with(func() { l.refuse = nil })
				passing(25 * time.Second)
				l.check(t, "refused once", tt.want...)
				l.look("anna", nil)
				if got := l.published(); name != "429" && len(got) != 1 {
					t.Errorf("opened again, she sees %q", got)
				}
			})
		})
	}
}

// What somebody else has shown since is not taken for what they see.
func TestHomes_hash(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.look("anna", nil)
		l.check(t, "opened", "0s anna 0")
		passing(10 * time.Second)
		l.with(func() { l.hashes["anna"] = "another's" })
		l.changes("anna")
		passing(10 * time.Second)
		l.check(t, "over a view of another process", "10s anna 1: conflict", "12s anna 1")
	})
}

// What was not published here is gone at once, also where nothing has changed,
// and whatever its hash is.
func TestHomes_replaced(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		l.look("anna", nil)
		l.check(t, "opened", "0s anna 0")
		passing(10 * time.Second)
		l.with(func() { l.hashes["anna"] = "another's" })
		l.replace("anna")
		l.check(t, "over another's view", "10s anna 0")
		l.replace("anna")
		passing(10 * time.Second)
		l.check(t, "once more, after the pause", "12s anna 0")
	})
}

// A click counts on one of the last views that were published here, and where
// nothing is known of what the person saw.
func TestHomes_ours(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		check := func(what, who, hash string, want bool, waits time.Duration) {
			t.Helper()
			began := time.Now()
			if got := l.ours.have(t.Context(), who, hash); got != want || time.Since(began) != waits {
				t.Errorf("%s: %v after %v; want %v after %v", what, got, time.Since(began), want, waits)
			}
		}
		check("before any view", "anna", "an older process's", true, 0)
		l.look("anna", nil)
		passing(10 * time.Second)
		first := l.hashes["anna"]
		check("on the first", "anna", first, true, 0)
		check("on another's", "anna", "another's", false, 0)
		check("on one without a hash", "anna", "", false, 0)
		check("of somebody else, who was shown nothing", "ben", first, true, 0)
		for range maxOurs - 1 {
			l.changes("anna")
			passing(10 * time.Second)
		}
		check("on the first of eight", "anna", first, true, 0)
		l.changes("anna")
		passing(10 * time.Second)
		check("on the first of nine", "anna", first, false, 0)
	})
}

// Slack shows a view a moment before it has told its hash, and sometimes never
// tells it.
func TestHomes_untold(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		show, answer := l.show, make(chan error)
		l.homes.show = func(ctx context.Context, who string, blocks []slack.Block, hash string) (string, error) {
			hash, err := show(ctx, who, blocks, hash)
			if told := <-answer; told != nil {
				return "", told
			}
			return hash, err
		}
		clicks := func() (counts chan bool) {
			synctest.Wait()
			hash := l.hashes["anna"]
			counts = make(chan bool, 1)
			go func() { counts <- l.ours.have(t.Context(), "anna", hash) }()
			synctest.Wait()
			return counts
		}
		l.look("anna", nil)
		early := clicks()
		answer <- errors.New("cut")
		if !<-early || !<-clicks() {
			t.Error("a click does not count, though nothing is known of what she saw")
		}
		l.look("anna", nil)
		passing(10 * time.Second)
		early = clicks()
		answer <- nil
		if !<-early {
			t.Error("a click before the hash was told does not count")
		}
		passing(10 * time.Second)
		l.changes("anna")
		early = clicks()
		answer <- errors.New("cut")
		if <-early {
			t.Error("a click counts on a view whose hash was never told")
		}
		passing(10 * time.Second)
		l.replace("anna")
		early = clicks()
		began := time.Now()
		if <-early || time.Since(began) != placeTime {
			t.Errorf("a click on a view whose hash is not told in time was waited for for %v", time.Since(began))
		}
		answer <- nil
		if !<-clicks() {
			t.Error("a click on the view after it does not count")
		}
	})
}

// What breaks for one person breaks for nobody else, and not for ever.
func TestHomes_panic(t *testing.T) {
	lookersTest(t, func(t *testing.T, l *lookers) {
		draw := l.draw
		l.homes.draw = func(ctx context.Context, who string, as looking) ([]slack.Block, error) {
			if who == "anna" {
				panic("anna")
			}
			return draw(ctx, who, as)
		}
		l.look("anna", nil)
		l.look("ben", nil)
		l.check(t, "for Ben", "0s ben 0")
		l.look("anna", nil)
		l.changes("ben")
		passing(2 * time.Second)
		l.check(t, "for Ben again", "2s ben 1")
	})
}
