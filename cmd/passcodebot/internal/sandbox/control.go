package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/app"
)

// Control is what a person does to the sandbox itself, and not in it: the
// clock, the faults, the bot's end and its start, and the log. It is served
// as JSON below /sandbox/:
//
//	GET  /sandbox/state   the clock, the bot, the faults, and what comes next
//	GET  /sandbox/changes tells, as server-sent events, to look again
//	POST /sandbox/clock   {"seconds"}: moves the clock on
//	POST /sandbox/fault   {"name", "on"}
//	POST /sandbox/kill    ends the bot as kill -9 does
//	POST /sandbox/start   starts it again
//	GET  /sandbox/audit   ?after=: the events of the log, with their hashes
//	POST /sandbox/tamper  {"seq"}: alters an event in the database
//	POST /sandbox/verify  checks the log
//	POST /sandbox/mend    puts back what was altered
//
// Every answer to a POST has error, in words, empty where it happened.
type Control struct {
	world *World
	clock *Clock
	begin func(*life) (*app.App, error)
	ended chan error

	acts   sync.Mutex // held by one act at a time
	closed bool       // nothing is started any more
	lives  sync.WaitGroup

	mu       sync.Mutex
	phase    phase
	starting chan struct{} // closed once the last start is over
	failed   error         // why it failed
	starts   int
	faults   map[string]func()
	tampered map[approvals.Seq]tampering
}

// phase is how the bot stands.
type phase string

const (
	running  phase = "running"
	starting phase = "starting"
	killed   phase = "killed"
)

// NewControl returns the control of a world whose product has been started,
// and can be killed and started again until ctx is done. The clock is that of
// the world.
func NewControl(ctx context.Context, w *World, clock *Clock) (*Control, error) {
	left, err := readRest(w.Dir)
	if err != nil {
		return nil, err
	}
	c := &Control{
		world: w, clock: clock, ended: make(chan error, 1),
		begin: func(l *life) (*app.App, error) { return w.begin(ctx, l) },
		phase: running, starts: 1, faults: map[string]func(){}, tampered: map[approvals.Seq]tampering{},
	}
	for _, t := range left.Tampered {
		c.tampered[t.Seq] = t
	}
	c.watch(w.App, w.life)
	return c, nil
}

// Ended gets why the product ended, where nobody killed it.
func (c *Control) Ended() <-chan error { return c.ended }

// watch reports the end of an App.
func (c *Control) watch(a *app.App, l *life) {
	c.lives.Go(func() {
		err := a.Wait()
		if l.ended() {
			return
		}
		select {
		case c.ended <- err:
		default: // one end is enough
		}
	})
}

// Close waits for what the control has started, and returns why it ended. The
// product has been told to.
func (c *Control) Close() error {
	c.acts.Lock()
	defer c.acts.Unlock()
	c.closed = true
	c.lives.Wait()
	select {
	case err := <-c.ended:
		return err
	default:
		return nil
	}
}

// Handler serves the control below /sandbox/. Whoever mounts it keeps other
// pages away, as the page of the fake Slack does.
func (c *Control) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sandbox/state", func(w http.ResponseWriter, r *http.Request) { answer(w, c.state(r.Context())) })
	mux.HandleFunc("GET /sandbox/changes", c.changes)
	mux.HandleFunc("GET /sandbox/audit", func(w http.ResponseWriter, r *http.Request) {
		after, _ := strconv.ParseUint(r.URL.Query().Get("after"), 10, 64) // from the beginning where it is none
		shown, err := c.audit(r.Context(), approvals.Seq(after))
		shown.Error = said(err)
		answer(w, shown)
	})
	mux.HandleFunc("POST /sandbox/clock", does(func(_ context.Context, a struct{ Seconds float64 }) any {
		return outcome{said(c.move(a.Seconds))}
	}))
	mux.HandleFunc("POST /sandbox/fault", does(func(_ context.Context, a struct {
		Name string
		On   bool
	},
	) any {
		return outcome{said(c.fault(a.Name, a.On))}
	}))
	mux.HandleFunc("POST /sandbox/kill", does(func(context.Context, struct{}) any { return outcome{said(c.kill())} }))
	mux.HandleFunc("POST /sandbox/start", does(func(ctx context.Context, _ struct{}) any { return outcome{said(c.restart(ctx))} }))
	mux.HandleFunc("POST /sandbox/tamper", does(func(ctx context.Context, a struct{ Seq approvals.Seq }) any {
		return outcome{said(c.tamper(ctx, a.Seq))}
	}))
	mux.HandleFunc("POST /sandbox/verify", does(func(ctx context.Context, _ struct{}) any { return c.verify(ctx) }))
	mux.HandleFunc("POST /sandbox/mend", does(func(context.Context, struct{}) any { return outcome{said(c.mend())} }))
	return mux
}

// outcome is what came of an act.
type outcome struct {
	Error string `json:"error"`
}

// said is an error as a person reads it; empty for none.
func said(err error) string {
	if err == nil {
		return ""
	}
	return approvals.AsError(err).Sentence()
}

// does reads an act, does it and answers what came of it.
func does[T any](do func(context.Context, T) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var act T
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&act); err != nil {
			http.Error(w, "That could not be read.", http.StatusBadRequest)
			return
		}
		answer(w, do(r.Context(), act))
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v) // whoever asked may have gone
}

// farthest is how far the clock moves at once.
const farthest = 366 * 24 * time.Hour

// move moves the clock of everything on, and has everybody look at it.
func (c *Control) move(seconds float64) error {
	if !(seconds > 0) || seconds > farthest.Seconds() {
		return &approvals.Error{
			Kind: approvals.Invalid, Code: "clock-backwards",
			Text: "The clock moves forwards only, by a year at most.", Hint: "Give a number of seconds above zero.",
		}
	}
	c.acts.Lock()
	defer c.acts.Unlock()
	c.clock.Move(time.Duration(seconds * float64(time.Second)))
	c.world.Intune.Devices() // a look carries out what has become due
	if c.at() == running {
		c.world.App.Sweep()
	}
	return c.keep()
}

// changes tells the page that it should look again.
func (c *Control) changes(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	for told := -1; ; {
		rev, later := c.world.news.look()
		says := ": still here\n\n"
		if rev != told {
			told, says = rev, fmt.Sprintf("data: {\"rev\":%d}\n\n", rev)
		}
		if _, err := fmt.Fprint(w, says); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-later:
		case <-alive.C:
		case <-r.Context().Done():
			return
		}
	}
}

// news tells whoever waits that something is new.
type news struct {
	mu    sync.Mutex
	rev   int
	later chan struct{} // closed at the next change
}

func newNews() *news { return &news{later: make(chan struct{})} }

func (n *news) changed() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rev++
	close(n.later)
	n.later = make(chan struct{})
}

func (n *news) look() (int, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.rev, n.later
}
