package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/graph/fakeintune"
	"passcodebot/store"
)

// Whatever happens, no secret is in anything that stays or that people see:
// the log, the events and their exports, the database's bytes, the messages,
// the errors of a start and an end. Slack's trigger_ids are none: they are of
// use for three seconds, to who has the bot token, and the store keeps them to
// know a command again.
func TestSecrets_nowhere(t *testing.T) {
	t.Parallel()
	for name, way := range ways(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlot(t, way)
			p.mainJob()
			p.refusals()
			p.graphFails()
			p.slackFails()
			p.panics()
			p.anchored()
			p.ends()
			p.search()
		})
	}
}

// said is a reason, by which the search shows that it finds what is there.
const said = "the-reason-by-which-7f3a-the-search-9c1e-is-known"

func (p *plot) mainJob() {
	card := p.asks(rita, pixel+` verified:"called back"`)
	p.types(rita, incidents, nokia+" reason: "+said)
	p.eventually("its card is posted", func() bool { return len(p.events(approvals.CardPosted)) == 1 })
	p.approved(anna, card)
	for _, d := range p.world.Intune.Devices() {
		p.world.Intune.CheckIn(d.ID)
	}
	p.eventually("the device has confirmed", func() bool { return len(p.events(approvals.ResetConfirmed)) == 1 })
}

func (p *plot) refusals() {
	for _, text := range []string{pixel, "show R-99", "list", pixel + " reason: <!channel>", "cancel R-1"} {
		p.types(nora, incidents, text)
	}
	p.types(rita, incidents, pixel+" reason: x", at("api_app_id", "A0OTHER"))
	p.clicks(rita, p.card(2), "approve")
	p.clicks(nora, p.card(2), "approve")
	p.clicks(anna, p.card(2), "approve", value("x"))
}

// graphFails has Graph say all that it knows, where it fails.
func (p *plot) graphFails() {
	leak := p.leak("the passcode", "an access token")
	body := func(status int) fakeintune.Fault {
		return fakeintune.Fault{Path: "managedDevices", Status: status, ContentType: "application/json", Body: leak}
	}
	for _, f := range []fakeintune.Fault{body(400), body(403), body(404), body(500), body(200)} {
		remove := p.world.Intune.Fail(f)
		p.types(rita, incidents, "dry-run "+xcover)
		p.eventually("the dry run is answered", func() bool { return p.answers() > 1 })
		remove()
	}
	remove := p.world.Intune.Fail(body(400))
	p.types(rita, incidents, xcover+" reason: it fails")
	p.eventually("it is turned down", func() bool { return len(p.events(approvals.WasRejected)) > 0 })
	remove()
	remove = p.world.Intune.Fail(body(404))
	p.types(rita, incidents, xcover+" reason: it waits")
	p.eventually("it waits", func() bool { return len(p.events(approvals.CheckDelayed)) > 0 })
	remove()
	for _, f := range []fakeintune.Fault{body(400), body(403), body(500), {LoseAnswer: true}, {Cut: true}} {
		card := p.asks(rita, xcover)
		f.Path, f.Method = "resetPasscode", "POST"
		remove := p.world.Intune.Fail(f)
		p.clicks(anna, card, "approve")
		p.eventually("the reset fails or is in doubt", func() bool {
			return len(p.events(approvals.ResetFailed, approvals.ResetDoubted, approvals.ResetUnsent, approvals.RunDelayed, approvals.RunEnded)) > 0
		})
		remove()
	}
}

func (p *plot) slackFails() {
	for _, f := range []fakeslack.Fault{
		{Method: "response_url", Cut: true},
		{Method: "response_url", Status: 404},
		{Method: "response_url", LoseAnswer: true},
		{Method: "users.info", Cut: true},
		{Method: "users.info", Error: "internal_error"},
		{Method: "usergroups.users.list", Status: 500},
	} {
		remove := p.world.Slack.Fail(f)
		p.clicks(nora, p.card(2), "approve")
		p.eventually("Nora is told", func() bool { return p.answers() > 0 })
		remove()
	}
	defer p.world.Slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Cut: true})()
	defer p.world.Slack.Fail(fakeslack.Fault{Method: "hello", Error: "refresh_requested", Times: 1})()
	p.types(rita, incidents, "serial:ZY22HQ7K9T reason: nobody sees it")
	p.world.Slack.CutSockets()
	p.eventually("another socket is open", func() bool { return p.world.Slack.Sockets() > 0 })
}

// panics has an act and a step of a run break down over what they hold.
func (p *plot) panics() {
	p.store.panics.Store(true)
	if _, err := p.world.Slack.Command(p.t.Context(), nora, incidents, "/reset-passcode show R-1"); err != nil {
		p.t.Fatal(err)
	}
	p.store.panics.Store(false)
	card := p.asks(rita, "serial:RZCW50GRACE")
	p.tap.panics.Store(true)
	p.clicks(anna, card, "approve")
	p.eventually("the transport has panicked", func() bool { return !p.tap.panics.Load() })
	if got := p.logs.String(); !strings.Contains(got, "act panicked") {
		p.t.Error("no act has panicked")
	}
}

func (p *plot) anchored() {
	p.logged = 0
	p.eventually("the log is anchored", func() bool { return len(p.events(approvals.LogAnchored)) > 0 })
}

// ends stops the product, and starts it where it must not start.
func (p *plot) ends() {
	p.world.App.Stop()
	p.hear(p.world.App.Wait())
	remove := p.world.Intune.Fail(fakeintune.Fault{Path: "token", Status: 401, ContentType: "application/json", Body: p.leak(p.theirs...)})
	err := p.world.Restart(p.t.Context())
	remove()
	if err == nil {
		p.t.Fatal("it starts without a token")
	}
	p.hear(err)
	p.restart(nil)
	p.broken = true
	p.world.Slack.RevokeTokens()
	p.world.Slack.CutSockets()
	err = p.world.App.Wait()
	if err == nil {
		p.t.Error("it goes on without a token")
	}
	p.hear(err)
	if err = p.world.Restart(p.t.Context()); err == nil {
		p.t.Error("it starts without a token")
	}
	p.hear(err)
}

// hear takes an error with its causes, in each form.
func (p *plot) hear(err error) {
	for ; err != nil; err = errors.Unwrap(err) {
		fmt.Fprintf(&p.errors, "%v %+v %#v %T\n", err, err, err, err)
		if e, ok := errors.AsType[*approvals.Error](err); ok {
			fmt.Fprintln(&p.errors, e.Sentence(), e.Code, e.Ref)
		}
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range many.Unwrap() {
				p.hear(e)
			}
		}
	}
}

// search looks for the secrets everywhere.
func (p *plot) search() {
	t := p.t
	for _, e := range p.world.Slack.Envelopes() {
		var payload struct {
			URL string `json:"response_url"`
		}
		if err := json.Unmarshal(e.Payload, &payload); err != nil {
			t.Fatal(err)
		}
		p.hunt.plant("a response_url", payload.URL[strings.LastIndex(payload.URL, "/")+1:])
	}
	control := newHunt()
	control.plant("the reason", said)
	places := p.places()
	for name, text := range places {
		for _, found := range p.hunt.find(text) {
			t.Errorf("%s: %s", name, found)
		}
		if has := len(control.find(text)) > 0; !has && name != "the log" && name != "the errors" && name != "the anchors" {
			t.Errorf("%s: what people typed is not found, so nothing would be", name)
		}
		if len(text) < 200 {
			t.Errorf("%s has nothing but %q", name, text)
		}
	}
	for _, kind := range []string{"the bot token", "the app token", "an access token", "a response_url", "the passcode", "the key of anchors", "a socket's ticket"} {
		n := 0
		for _, name := range p.hunt.secrets {
			if name == kind {
				n++
			}
		}
		if n == 0 {
			t.Errorf("%s is not looked for", kind)
		}
	}
	planted := ""
	for _, d := range p.world.Intune.Devices() {
		for _, a := range d.Actions {
			planted += a.Passcode
		}
	}
	if !strings.Contains(planted, passcode) {
		t.Error("Intune has told no passcode")
	}
}

// places are all that stays and that people see, by their names.
func (p *plot) places() map[string][]byte {
	t := p.t
	out := map[string][]byte{"the log": []byte(p.logs.String()), "the errors": p.errors.Bytes()}
	add := func(name string, b []byte) { out[name] = append(out[name], b...) }

	s, err := store.Open(context.WithoutCancel(t.Context()), p.world.Store())
	if err != nil {
		t.Fatal(err)
	}
	p.store = &reader{Store: s}
	p.logged = 0
	all := p.events()
	add("the events", fmt.Appendf(nil, "%+v", all))
	for _, format := range audit.Formats() {
		var file bytes.Buffer
		export := audit.NewExport(format, &file)
		err := export.Begin()
		for _, e := range all {
			err = errors.Join(err, export.Write(e))
		}
		if err != nil {
			t.Fatal(err)
		}
		add("the export as "+format, file.Bytes())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(p.dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		add(map[bool]string{true: "the anchors", false: "the database"}[f.Name() == "anchors.jsonl"], b)
	}
	for _, c := range p.world.Slack.Calls() {
		add("Slack's calls", fmt.Appendf(nil, "%+v\n", c))
	}
	for _, e := range p.world.Slack.Envelopes() {
		add("Slack's calls", e.AckPayload)
	}
	for _, who := range []string{"", rita, anna, ben, nora} {
		for _, channel := range []string{incidents, security, random, p.world.Slack.DirectChannel(who)} {
			for _, m := range p.world.Slack.Messages(who, channel, "") {
				add("the messages", fmt.Appendf(nil, "%s %s %s\n", m.Text, m.Blocks, m.Metadata))
				for _, reply := range p.world.Slack.Messages(who, channel, m.TS) {
					add("the messages", fmt.Appendf(nil, "%s %s %s\n", reply.Text, reply.Blocks, reply.Metadata))
				}
			}
		}
	}
	return out
}

// answers is how much somebody has read since they last acted.
func (s *stage) answers() int {
	n := -len(s.reads(s.to))
	for _, before := range s.heard {
		n += before
	}
	return -n
}

// soon is for what happens in minutes elsewhere.
func soon(c *config.Config) {
	c.ResendAfter, c.SettleTimeout, c.ExecutionTimeout, c.StopGrace = 300*time.Millisecond, 2*time.Second, 5*time.Second, 4*time.Second
}
