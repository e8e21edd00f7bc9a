package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
	"passcodebot/store"
)

// The people and places of fakeslack's sample workspace.
const (
	rita, anna, ben, nora, gina = "U0RITA", "U0ANNA", "U0BEN", "U0NORA", "U0GINA"
	incidents, random           = "C0INCIDENTS", "C0RANDOM"
	pixel                       = "00000000-0000-4000-8000-000000000001"
	galaxy                      = "00000000-0000-4000-8000-000000000002"
)

// world is the Slack side with real slack-go over real sockets, the rules
// and a real store; devices alone are made up.
type world struct {
	t       *testing.T
	slack   *fakeslack.Server
	devices *devices
	store   store.Store
	policy  approvals.Policy
	logs    *logs
	edit    func(*bot.Config)       // of the next processes; nil for nothing
	rules   func(*approvals.Config) // the same, of what the rules work with
	network http.RoundTripper       // of the next processes; nil for the real one

	mu  sync.Mutex
	off time.Duration // how far the clock was moved on
}

// life is one process.
type life struct {
	bot      *bot.Bot
	runner   *approvals.Runner
	stop     func()
	received chan error
	told     chan error
}

func newWorld(t *testing.T, edit ...func(*fakeslack.Config)) *world {
	t.Helper()
	w := &world{t: t, devices: newDevices(), logs: &logs{}}
	c := fakeslack.SampleWorkspace()
	c.PostEvery = 20 * time.Millisecond
	c.Now = w.now
	for _, e := range edit {
		e(&c)
	}
	var err error
	if w.slack, err = fakeslack.Start(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.slack.Close(); err != nil {
			t.Error(err)
		}
	})
	if w.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "requests.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	// What Rita is told directly of each change is for the tests of that.
	w.wishes(rita, approvals.Preferences{NoRequests: true})
	w.policy = approvals.Policy{
		Home:       approvals.Home{Team: "T0CONTOSO"},
		Requesters: approvals.Audience{Groups: []string{"S0HELPDESK"}},
		Approvers:  approvals.Audience{Groups: []string{"S0ONCALL"}},
	}
	return w
}

// wishes stores what somebody does not want to be told directly.
func (w *world) wishes(who string, p approvals.Preferences) {
	w.t.Helper()
	if _, err := w.store.Save(w.t.Context(), approvals.Change{Preferences: map[string]approvals.Preferences{who: p}}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.off)
}

// start starts a process, which ends with the test at the latest.
func (w *world) start() *life {
	w.t.Helper()
	api, err := bot.NewAPI("xoxb-sandbox-bot", "xapp-1-A0PASSCODE-sandbox", w.slack.URL(), w.network)
	if err != nil {
		w.t.Fatal(err)
	}
	l := &life{received: make(chan error, 1), told: make(chan error, 1)}
	log := slog.New(slog.NewTextHandler(w.logs, nil))
	people := bot.NewDirectory(api, log)
	rules := approvals.Config{
		Store: w.store, Queue: w.store, Devices: w.devices, Directory: people, Recent: people.Recent(), Shown: people.Shown(),
		Policy: w.policy, Now: w.now, Logger: log,
		Changed: func() { l.runner.Nudge(); l.bot.Nudge() },
	}
	if w.rules != nil {
		w.rules(&rules)
	}
	service, err := approvals.NewService(rules)
	if err != nil {
		w.t.Fatal(err)
	}
	if l.runner, err = approvals.NewRunner(rules, fmt.Sprintf("%p", l)); err != nil {
		w.t.Fatal(err)
	}
	c := bot.Config{
		API: api, Acts: service, Requests: w.store, Outbox: w.store, Directory: people, Now: w.now, Logger: log,
		Self: "U0PASSBOT", Space: "https://contoso.slack.com/", PostPause: 20 * time.Millisecond,
		OpenPause:  20 * time.Millisecond,
		RetryPause: 20 * time.Millisecond,
		DevicePage: func(id string) string { return "https://intune.example/" + id },
	}
	if w.edit != nil {
		w.edit(&c)
	}
	if l.bot, err = bot.New(c); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() { l.received <- l.bot.Receive(ctx) })
	parts.Go(func() { l.told <- l.bot.Publish(ctx, time.Second) })
	parts.Go(func() {
		if err := l.runner.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	l.stop = sync.OnceFunc(func() { cancel(); parts.Wait() })
	w.t.Cleanup(l.stop)
	return l
}

// connected waits for the process's socket.
func (w *world) connected() {
	w.t.Helper()
	w.until("the socket is open", func() bool { return w.slack.Sockets() > 0 })
}

// until waits for something to be so in Slack.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Minute)
	defer cancel()
	if err := w.slack.Wait(ctx, cond); err != nil {
		w.t.Fatalf("never: %s (%v)\nchannel: %q\nlog:\n%s", what, err, w.said(anna, incidents, ""), w.logs)
	}
}

// types has somebody type behind /reset-passcode, and returns what they see
// at once.
func (w *world) types(who, text string) fakeslack.Seen {
	w.t.Helper()
	seen, err := w.slack.Command(w.t.Context(), who, incidents, "/reset-passcode "+text)
	if err != nil {
		w.t.Fatal(err)
	}
	return seen
}

// asks has Rita ask for devices and returns the card.
func (w *world) asks(what string) fakeslack.Message {
	w.t.Helper()
	before := len(w.cards())
	if seen := w.types(rita, what+" reason: forgotten"); seen.Error != "" {
		w.t.Fatalf("command: %s", seen.Error)
	}
	w.until("the card is posted", func() bool { return len(w.cards()) > before })
	cards := w.cards()
	return cards[len(cards)-1]
}

func (w *world) clicks(who string, card fakeslack.Message, action string) fakeslack.Seen {
	w.t.Helper()
	w.placed(card)
	seen, err := w.slack.Click(w.t.Context(), who, card.Channel, card.TS, action)
	if err != nil {
		w.t.Fatal(err)
	}
	return seen
}

// denies clicks Deny on a card and sends the form that opens, and returns what
// the form says.
func (w *world) denies(who string, card fakeslack.Message, why string) fakeslack.Submitted {
	w.t.Helper()
	if seen := w.clicks(who, card, "deny"); seen.Error != "" {
		w.t.Fatalf("Deny shows %q", seen.Error)
	}
	w.until("the form is open", func() bool { return len(w.slack.Views(who)) > 0 })
	open := w.slack.Views(who)
	sent, err := w.slack.Submit(w.t.Context(), who, open[len(open)-1].ID, fakeslack.State{"why": {"why": why}})
	if err != nil {
		w.t.Fatal(err)
	}
	return sent
}

// placed waits until the place of a card is stored, if it is a card that is
// being posted: on a busy machine that can take longer than a click waits.
func (w *world) placed(card fakeslack.Message) {
	w.t.Helper()
	var n uint64
	if _, err := fmt.Sscanf(card.Text, "R-%d:", &n); err != nil {
		return
	}
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for range 6000 {
		cursor, err := w.store.Cursor(w.t.Context(), approvals.Cards, approvals.ID(n))
		if err != nil || strings.Contains(string(cursor.Note), `"ts"`) {
			return // whatever is wrong, the click will find
		}
		<-look.C
	}
	w.t.Fatalf("never: the place of the card of R-%d is stored", n)
}

// cards are the bot's own messages in #incidents.
func (w *world) cards() []fakeslack.Message {
	var all []fakeslack.Message
	for _, m := range w.slack.Messages(anna, incidents, "") {
		if m.User == "U0PASSBOT" && !m.Ephemeral && !m.Deleted {
			all = append(all, m)
		}
	}
	return all
}

// card reads a card as it is now.
func (w *world) card(ts string) string {
	for _, m := range w.cards() {
		if m.TS == ts {
			return m.Text + string(m.Blocks)
		}
	}
	return ""
}

// thread is what the thread of a card says, line by line.
func (w *world) thread(ts string) []string {
	var lines []string
	for i, m := range w.slack.Messages(anna, incidents, ts) {
		if i > 0 {
			lines = append(lines, strings.Split(m.Text, "\n")...)
		}
	}
	return lines
}

// whispers are the ephemeral messages that somebody was shown.
func (w *world) whispers(who string) []string {
	var all []string
	for _, m := range w.slack.Messages(who, incidents, "") {
		if m.Ephemeral {
			all = append(all, m.Text)
		}
	}
	return all
}

func (w *world) said(who, channel, thread string) []string {
	var all []string
	for _, m := range w.slack.Messages(who, channel, thread) {
		all = append(all, m.Text)
	}
	return all
}

// count returns how many lines hold a part.
func count(lines []string, part string) int {
	n := 0
	for _, l := range lines {
		n += strings.Count(l, part)
	}
	return n
}

// calls counts calls of a method that Slack took.
func (w *world) calls(method string) int {
	n := 0
	for _, c := range w.slack.Calls() {
		if c.Method == method && c.Error == "" {
			n++
		}
	}
	return n
}

// forge returns the payload of a click on any message.
func forge(who, channel, ts, action, value string, edit func(map[string]any)) map[string]any {
	p := map[string]any{
		"type": "block_actions", "api_app_id": "A0PASSCODE", "trigger_id": "1.2.forged", "token": "sandbox",
		"team": map[string]any{"id": "T0CONTOSO", "domain": "contoso"}, "user": map[string]any{"id": who, "team_id": "T0CONTOSO", "name": who},
		"channel":   map[string]any{"id": channel, "name": "x"},
		"container": map[string]any{"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": false},
		"message":   map[string]any{"type": "message", "ts": ts},
		"actions":   []any{map[string]any{"type": "button", "action_id": action, "block_id": "decide", "value": value, "action_ts": "1.2"}},
	}
	if edit != nil {
		edit(p)
	}
	return p
}

// logs keeps what was logged, for a test that fails.
type logs struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// devices is a small Intune.
type devices struct {
	mu    sync.Mutex
	all   map[string]approvals.Device
	posts []string
	hold  chan struct{} // resets wait for it; nil for none
	pace  time.Duration // resets are answered so long after one another
	// finding is what a search meets before it is answered; nil for nothing.
	finding func(context.Context, approvals.Selector) error
	refused string // the device whose resets Intune refuses
}

func newDevices() *devices {
	d := &devices{all: map[string]approvals.Device{}}
	for id, name := range map[string]string{pixel: "Alice Pixel", galaxy: "Bob Galaxy"} {
		user := strings.ToLower(strings.Fields(name)[0])
		d.all[id] = approvals.Device{
			ID: id, Name: name, Serial: strings.ToUpper(name[:3]) + "123", Type: "androidEnterprise", OS: "Android", OSVersion: "15",
			Enrollment: "androidEnterpriseFullyManaged", State: "managed",
			Owner: approvals.Owner{ID: "entra-" + user, UPN: user + "@contoso.com"},
		}
	}
	return d
}

func (d *devices) Find(ctx context.Context, sel approvals.Selector, _ int) (approvals.Found, error) {
	d.mu.Lock()
	finding := d.finding
	d.mu.Unlock()
	if finding != nil {
		if err := finding(ctx, sel); err != nil {
			return approvals.Found{}, err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	// Of filters, a part of a name is known here.
	part, named := strings.CutPrefix(sel.Value, "contains(deviceName,'")
	part = strings.ToLower(strings.TrimSuffix(part, "')"))
	var f approvals.Found
	for _, dev := range d.all {
		if sel.Matches(dev) || named && sel.Kind == approvals.ByFilter && strings.Contains(strings.ToLower(dev.Name), part) {
			f.Devices = append(f.Devices, dev)
		}
	}
	return f, nil
}

// refuse has Intune refuse the resets of a device.
func (d *devices) refuse(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused = id
}

// meets sets what searches meet from now on.
func (d *devices) meets(finding func(context.Context, approvals.Selector) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.finding = finding
}

func (d *devices) Read(_ context.Context, id string) (approvals.Device, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all[id], nil
}

// Resets knows of nothing: what is looked up in it is in no doubt here.
func (d *devices) Resets(context.Context, time.Time) ([]approvals.Recorded, error) { return nil, nil }

func (d *devices) Reset(ctx context.Context, id string) (approvals.Receipt, error) {
	d.mu.Lock()
	d.posts = append(d.posts, id)
	if id == d.refused {
		d.mu.Unlock()
		return approvals.Receipt{}, &approvals.Error{Kind: approvals.Invalid, Code: "BadRequest", Text: "Intune refused it: the device is locked", Ref: "graph-400"}
	}
	hold, turn := d.hold, time.After(d.pace*time.Duration(len(d.posts)))
	d.mu.Unlock()
	<-turn
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
		}
	}
	return approvals.Receipt{GraphRequestID: "graph-204"}, nil
}

func (d *devices) sent() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.posts)
}

// fill adds n devices of nobody and returns their ids.
func (d *devices) fill(n int) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var ids []string
	for i := range n {
		id := fmt.Sprintf("00000000-0000-4000-9000-%012d", i)
		d.all[id] = approvals.Device{
			ID: id, Name: fmt.Sprintf("Phone %03d", i), Type: "androidEnterprise", OS: "Android", OSVersion: "15",
			Enrollment: "androidEnterpriseDedicatedDevice", State: "managed",
		}
		ids = append(ids, id)
	}
	return ids
}
