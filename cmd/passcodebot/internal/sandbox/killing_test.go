package sandbox_test

import (
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/app"
)

// pause holds up the first call whose name is that: before it is sent, or
// after it was answered, for as long as anybody waits for it.
type pause struct {
	http.RoundTripper
	names  []string
	before bool
	once   *sync.Once
	there  chan struct{} // closed when it has come there
}

// RoundTrip implements http.RoundTripper.
func (p pause) RoundTrip(r *http.Request) (*http.Response, error) {
	held := false
	for _, name := range p.names {
		if name == path.Base(r.URL.Path) {
			p.once.Do(func() { held = true })
		}
	}
	if !held {
		return p.RoundTripper.RoundTrip(r)
	}
	if !p.before {
		resp, err := p.RoundTripper.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
	}
	close(p.there)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// However the bot is killed, it goes on where it was when it is started
// again: nothing is lost, and nothing happens twice. The killed one does
// nothing more, and has no last words.
func TestControl_kill(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		graph  bool
		calls  []string
		before bool
	}{
		"a card that is about to be posted":   {calls: []string{"chat.postMessage"}, before: true},
		"a card that was posted, unanswered":  {calls: []string{"chat.postMessage"}},
		"resets that are about to be sent":    {graph: true, calls: []string{"resetPasscode", "$batch"}, before: true},
		"resets that Intune took, unanswered": {graph: true, calls: []string{"resetPasscode", "$batch"}},
		"a card that was changed, unanswered": {calls: []string{"chat.update"}},
		"a card that is about to be changed":  {calls: []string{"chat.update"}, before: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := pause{names: tc.calls, before: tc.before, once: &sync.Once{}, there: make(chan struct{})}
			d := seated(t, t.TempDir(), func(parts *app.Parts) {
				parts.Config.ResendAfter = time.Second
				p := p
				if tc.graph {
					p.RoundTripper = parts.GraphTransport
					parts.GraphTransport = p
					return
				}
				p.RoundTripper = http.DefaultTransport
				parts.SlackTransport = p
			})
			killed := false
			kill := func() {
				<-p.there
				d.must("kill", `{}`)
				killed = true
				last := d.logs.String()
				if s := d.state(); !s.Killed || s.Running || s.Starts != 1 || s.Error != "" {
					t.Errorf("killed, it is %+v", s)
				}
				if n := d.world.Slack.Sockets(); n != 0 {
					t.Errorf("%d sockets are open", n)
				}
				if e := d.does("kill", `{}`); e != "The bot is not running. Start it again." {
					t.Errorf("the dead one is killed: %q", e)
				}
				if now := d.logs.String(); now != last || strings.Contains(now, "stopp") {
					t.Errorf("it has last words: %s", now)
				}
				d.must("start", `{}`)
				if s := d.state(); s.Killed || !s.Running || s.Starts != 2 {
					t.Errorf("started, it is %+v", s)
				}
				if e := d.does("start", `{}`); e != "The bot is running." {
					t.Errorf("it is started twice: %q", e)
				}
				if err := d.world.Connected(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if seen, err := d.world.Slack.Command(t.Context(), rita, incidents, "/reset-passcode serial:3A161FDJH004XK serial:R5CT90WAREH reason: they forgot"); err != nil || seen.Error != "" {
				t.Fatalf("%+v %v", seen, err)
			}
			if len(tc.calls) == 1 && tc.calls[0] == "chat.postMessage" {
				kill()
			}
			d.eventually("there is a card", d.card("R-1: reset 2 passcodes?"))
			d.clicks(anna, d.waiting(), "approve")
			if !killed {
				kill()
			}
			d.eventually("it is done", d.card("R-1: reset 2 passcodes – succeeded"))
			d.eventually("the devices say so", func() bool { return d.kinds()[string(approvals.ResetConfirmed)] == 2 })

			count := map[string]int{}
			for _, post := range d.world.Intune.Posts() {
				count[post.Device]++
			}
			if len(count) != 2 {
				t.Errorf("Intune got resets of %v, want 2 devices", count)
			}
			for device, n := range count {
				if n != 1 {
					t.Errorf("Intune got %d resets of %s", n, device)
				}
			}
			if cards := d.cards(); len(cards) != 1 {
				t.Errorf("there are %d cards: %q", len(cards), cards)
			}
			if n := d.kinds(); n[string(approvals.ProcessStopped)] != 0 || n[string(approvals.ProcessStarted)] != 2 {
				t.Errorf("the log has %v", n)
			}
		})
	}
}

// A start that can't sign in goes on trying, can be killed, and comes to its
// end once Slack is back.
func TestControl_killWhileStarting(t *testing.T) {
	t.Parallel()
	d := seated(t, t.TempDir(), nil)
	d.must("kill", `{}`)
	d.must("fault", `{"name": "slack-away", "on": true}`)
	begun := make(chan string, 2)
	for range 2 {
		go func() { begun <- d.does("start", `{}`) }()
		d.eventually("it is starting", func() bool { s := d.state(); return s.Starting && !s.Running && !s.Killed })
		if e := d.does("start", `{}`); e != "The bot is running." {
			t.Errorf("it is started twice: %q", e)
		}
		d.must("kill", `{}`)
		if e := <-begun; e != "" {
			t.Errorf("the start that was killed says %q", e)
		}
	}
	if s := d.state(); !s.Killed || s.Failed != "" || s.Starts != 3 {
		t.Errorf("killed, it is %+v", s)
	}
	d.must("fault", `{"name": "slack-away", "on": false}`)
	d.must("start", `{}`)
	if err := d.world.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.asks("user:carla@contoso.com reason: forgot the PIN")
}

// Why a start came to nothing is said, and the bot can be started again.
func TestControl_startFails(t *testing.T) {
	t.Parallel()
	d := seated(t, t.TempDir(), nil)
	d.must("kill", `{}`)
	d.world.Slack.SetScopes("commands")
	if e := d.does("start", `{}`); !strings.Contains(e, "lacks a scope") {
		t.Errorf("it says %q", e)
	}
	if s := d.state(); !s.Killed || !strings.Contains(s.Failed, "lacks a scope") {
		t.Errorf("it is %+v", s)
	}
	d.world.Slack.SetScopes(d.space.App.Scopes...)
	d.must("start", `{}`)
	if s := d.state(); !s.Running || s.Failed != "" || s.Starts != 3 {
		t.Errorf("then it is %+v", s)
	}
}
