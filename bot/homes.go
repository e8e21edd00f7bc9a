package bot

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"
)

const (
	// homeTime is for how long somebody is taken to look at App Home after
	// they have opened it or done something in it. Slack tells no closing.
	homeTime = 15 * time.Minute
	// maxLooking is how many people's App Homes are kept fresh at a time.
	maxLooking = 50
	// homePause is the pause between two views for one person.
	homePause = 2 * time.Second
	// homesPerMinute and homesAtOnce bound the views for all. Some more are for
	// people who have just done something, so that they need not wait for
	// others: together no more than 60 in any minute.
	// Slack: views.* allow 100 and more a minute.
	homesPerMinute, homesAtOnce = 35, 5
	asksPerMinute, asksAtOnce   = 15, 5
	// drawsPerSecond bounds how often what people see is put together, most of
	// which comes to the same as before.
	drawsPerSecond, drawsAtOnce = 10, 10
	// quickTime is how long the first view waits for what is in it; without it,
	// it says that it is on its way.
	quickTime = 600 * time.Millisecond
	// drawTime bounds how long what is in a view is waited for.
	drawTime = 20 * time.Second
	// homeTick is after how long App Homes are looked at without a change: what
	// Graph is asked, and that time has run out, is no event.
	homeTick = time.Minute
	// seenTime is after how long a view with nothing new in it is published
	// once more for who asks, and freshTime for who does not, so that the time
	// in it, of which it is, is not older than that.
	seenTime, freshTime = time.Minute, 5 * time.Minute
)

// homes keeps the App Homes of the people who look at theirs as things are.
// Who looks is kept in memory alone: after a start it is nobody, until they do
// something. What they see meanwhile says of when it is.
type homes struct {
	// draw puts together what somebody sees. Of an error, the view says so.
	draw func(ctx context.Context, who string, as looking) ([]slack.Block, error)
	// loading is what somebody sees until then.
	loading func(ctx context.Context, who string) []slack.Block
	// show publishes a view over the one with the hash, and returns its hash.
	// An empty hash means whatever there is.
	show func(ctx context.Context, who string, blocks []slack.Block, hash string) (string, error)
	now  func() time.Time // the clock by which views say of when they are
	log  *slog.Logger

	draws *rate.Limiter // of what nobody has asked for
	shows *rate.Limiter
	asks  *rate.Limiter // views of their own for people who have done something
	more  chan struct{}

	ours ours // which views were published here

	mu     sync.Mutex
	people map[string]*looker
	wrong  string // what only a person can mend, by Slack's code; empty for nothing
}

// looking is what somebody has chosen to see. It is kept in memory alone.
type looking struct {
	search string
	fields int // how often what was typed had to go
}

// looker is somebody who looks at App Home, or did.
type looker struct {
	as    looking
	since time.Time // when they last did something
	stale bool      // something may have changed
	asked bool      // they have done something, and not seen what came of it
	anew  bool      // they see what was not published here: any view is better
	busy  bool      // a goroutine is at work for them, which alone uses the rest

	free  time.Time // no view before
	shown []byte    // the view that they see but for its time; nil where that is not known
	at    time.Time // of when it is
	hash  string    // by which Slack tells it from others
}

func newHomes(log *slog.Logger) *homes {
	return &homes{
		log: log, now: time.Now,
		draws: rate.NewLimiter(drawsPerSecond, drawsAtOnce),
		shows: rate.NewLimiter(rate.Every(time.Minute/homesPerMinute), homesAtOnce),
		asks:  rate.NewLimiter(rate.Every(time.Minute/asksPerMinute), asksAtOnce),
		more:  make(chan struct{}, 1), people: map[string]*looker{},
	}
}

// look takes that somebody has opened App Home or done something in it. They
// see what came of it at once.
func (h *homes) look(who string, change func(*looking)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.people[who]
	if l == nil {
		h.makeRoom()
		l = &looker{}
		h.people[who] = l
	}
	if change != nil {
		change(&l.as)
	}
	l.since, l.stale, l.asked = time.Now(), true, true
	h.nudge()
}

// replace has somebody see a view of ours instead of what they do see, whatever
// that is.
func (h *homes) replace(who string) {
	h.look(who, nil)
	h.mu.Lock()
	defer h.mu.Unlock()
	if l := h.people[who]; l != nil {
		l.stale, l.anew = true, true
		h.nudge()
	}
}

// makeRoom forgets who has done nothing for the longest time.
func (h *homes) makeRoom() {
	for len(h.people) >= maxLooking {
		oldest := ""
		for who, l := range h.people {
			if oldest == "" || l.since.Before(h.people[oldest].since) {
				oldest = who
			}
		}
		delete(h.people, oldest)
	}
}

// changed says that what people see may have changed. It never blocks.
func (h *homes) changed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.people {
		if time.Since(l.since) < homeTime {
			l.stale = true
			h.nudge()
		}
	}
}

func (h *homes) nudge() {
	select {
	case h.more <- struct{}{}:
	default:
	}
}

// run keeps App Homes fresh until ctx is done.
func (h *homes) run(ctx context.Context) {
	var working sync.WaitGroup
	defer working.Wait()
	tick := time.NewTicker(homeTick)
	defer tick.Stop()
	for {
		for who, l := range h.due() {
			working.Go(func() { h.refresh(ctx, who, l) })
		}
		select {
		case <-h.more:
		case <-tick.C:
			h.changed()
		case <-ctx.Done():
			return
		}
	}
}

// due returns whose App Home must be looked at and is not yet.
func (h *homes) due() map[string]*looker {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := map[string]*looker{}
	for who, l := range h.people {
		if l.stale && !l.busy {
			l.busy = true
			all[who] = l
		}
	}
	return all
}

// take returns what is to be drawn, and whether the person waits for it. It is
// false where nothing is; end ends the work then.
func (h *homes) take(l *looker, end bool) (as looking, asked, any bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	any = l.stale
	l.stale = false
	if l.anew {
		l.anew, l.shown, l.hash = false, nil, ""
	}
	l.busy = any || !end
	return l.as, l.asked, any
}

// again has a view drawn once more; asked says that its person waits for it.
func (h *homes) again(l *looker, asked bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.stale, l.asked = true, l.asked || asked
}

// answered takes that the person has seen what came of what they did, unless
// they have done something else meanwhile.
func (h *homes) answered(l *looker, as looking) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.asked = l.asked && l.as != as
}
