package approvals_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"passcodebot/approvals"
)

// The people of these tests, by their Slack ids. Rita asks; she is on the
// approvers' list too. Otto is an approver and the user of a device.
const (
	rita, hugo       = "URITA", "UHUGO" // may ask
	anna, ben, carl  = "UANNA", "UBEN", "UCARL"
	otto             = "UOTTO"
	nora             = "UNORA" // may do nothing
	gina, robo, sam  = "UGINA", "UROBO", "USAM"
	dora             = "UDORA" // is deactivated
	channel          = "CHELP"
	approversGroup   = "SONCALL"
	requestersGroup  = "SHELP"
	homeTeam         = "T1"
	sweepEvery       = 15 * time.Second
	longerThanALease = 61 * time.Second
)

// The devices of these tests, by their ids.
const (
	pixel  = "00000000-0000-4000-8000-000000000001" // Alice's, fully managed
	galaxy = "00000000-0000-4000-8000-000000000002" // Bob's, personally-owned work profile
	ottos  = "00000000-0000-4000-8000-000000000003" // Otto's, fully managed
	kiosk  = "00000000-0000-4000-8000-000000000004" // nobody's, dedicated
	iphone = "00000000-0000-4000-8000-000000000005"
	nexus  = "00000000-0000-4000-8000-000000000006" // device administrator on Android 9
)

// world is all that is outside the rules.
type world struct {
	store  *memory
	fleet  *fleet
	people *people
	recent approvals.Directory // nil for people
	policy approvals.Policy
	lives  int
}

// bubble runs f with a world and a clock of its own.
func bubble(t *testing.T, f func(*testing.T, *world)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { f(t, newWorld()) })
}

func newWorld() *world {
	member := func(id, name string) approvals.Person {
		return approvals.Person{ID: id, Name: name, Team: homeTeam, Email: strings.ToLower(name) + "@contoso.com"}
	}
	persons := map[string]approvals.Person{}
	for id, name := range map[string]string{
		rita: "Rita", hugo: "Hugo", anna: "Anna", ben: "Ben", carl: "Carl", otto: "Otto", nora: "Nora",
		gina: "Gina", robo: "Robo", sam: "Sam", dora: "Dora", "UALICE": "Alice",
	} {
		persons[id] = member(id, name)
	}
	p := &people{persons: persons, groups: map[string][]string{
		approversGroup:  {anna, ben, otto, rita, gina, robo, sam, dora, "UGONE"},
		requestersGroup: {rita, hugo, gina, robo, sam, dora},
	}}
	p.edit(gina, func(p *approvals.Person) { p.Guest = true })
	p.edit(robo, func(p *approvals.Person) { p.Bot = true })
	p.edit(sam, func(p *approvals.Person) { p.Stranger, p.Team = true, "T2" })
	p.edit(dora, func(p *approvals.Person) { p.Deactivated = true })
	return &world{
		store: newMemory(), people: p,
		fleet: newFleet(
			managed(pixel, "Alice Pixel", "alice"), workPhone(galaxy, "Bob Galaxy", "bob"),
			managed(ottos, "Otto Pixel", "otto"), managed(kiosk, "Kiosk", ""),
			approvals.Device{ID: iphone, Name: "Ivy iPhone", Type: "iPhone", OS: "iOS", OSVersion: "18.1", State: "managed", Serial: "S-IVY", Owner: ownedBy("ivy")},
			approvals.Device{ID: nexus, Name: "Old Nexus", Type: "android", OS: "Android", OSVersion: "9", State: "managed", Serial: "S-NEXUS", Owner: ownedBy("alice")},
		),
		policy: approvals.Policy{
			Home:       approvals.Home{Team: homeTeam},
			Requesters: approvals.Audience{Groups: []string{requestersGroup}},
			Approvers:  approvals.Audience{Groups: []string{approversGroup}, People: []string{carl}},
			// Most tests are not about what becomes of the passcode afterwards.
			HandoverAfter: -1,
		},
	}
}

func ownedBy(user string) approvals.Owner {
	if user == "" {
		return approvals.Owner{}
	}
	return approvals.Owner{ID: "entra-" + user, UPN: user + "@contoso.com", Email: user + "@contoso.com"}
}

func managed(id, name, user string) approvals.Device {
	d := approvals.Device{
		ID: id, Name: name, Serial: "S-" + strings.ToUpper(name[:3]), Type: "androidEnterprise", OS: "Android",
		OSVersion: "15", Enrollment: "androidEnterpriseFullyManaged", State: "managed", Owner: ownedBy(user),
	}
	if user == "" {
		d.Enrollment = "androidEnterpriseDedicatedDevice"
	}
	return d
}

func workPhone(id, name, user string) approvals.Device {
	d := managed(id, name, user)
	d.Type, d.OS, d.Enrollment = "androidForWork", "AndroidForWork", ""
	return d
}

// fillWith adds n devices to the fleet and returns selectors for them.
func (w *world) fillWith(n int) []approvals.Selector {
	var sels []approvals.Selector
	for i := range n {
		id := fmt.Sprintf("00000000-0000-4000-9000-%012d", i)
		w.fleet.devices[id] = managed(id, fmt.Sprintf("Phone %03d", i), "")
		sels = append(sels, byID(id)...)
	}
	return sels
}

// process is the rules at work, in one life.
type process struct {
	*life
	*approvals.Service
	runner  *approvals.Runner
	stopped chan struct{}
	end     context.CancelFunc
}

// service returns the rules without a Runner: no clock moves anything.
func (w *world) service(t *testing.T) *approvals.Service {
	t.Helper()
	s, err := approvals.NewService(w.config(w.store, w.store, w.fleet, nil))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (w *world) config(s approvals.Store, q approvals.Queue, d approvals.Devices, changed func()) approvals.Config {
	return approvals.Config{
		Store: s, Queue: q, Devices: d, Directory: w.people, Recent: w.recent, Policy: w.policy,
		Logger: slog.New(slog.DiscardHandler), Changed: changed,
	}
}

// start starts a process, with a sweep at intervals. It ends with the test
// at the latest.
func (w *world) start(t *testing.T) *process {
	t.Helper()
	p := w.launch()
	t.Cleanup(p.stop)
	return p
}

func (w *world) launch() *process {
	ctx, end := context.WithCancel(context.Background())
	w.lives++
	p := &process{life: &life{end: end}, stopped: make(chan struct{}), end: end}
	m := mortal{p.life, w.store, w.fleet}
	var err error
	nudge := func() { p.runner.Nudge() }
	if p.runner, err = approvals.NewRunner(w.config(m, m, m, nudge), fmt.Sprintf("life-%d", w.lives)); err != nil {
		panic(err)
	}
	if p.Service, err = approvals.NewService(w.config(m, m, m, nudge)); err != nil {
		panic(err)
	}
	go func() {
		defer close(p.stopped)
		go p.sweep(ctx)
		if err := p.runner.Run(ctx); err != nil {
			panic(err)
		}
	}()
	return p
}

// sweep is the cron job.
func (p *process) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.runner.Nudge()
		}
	}
}

// stop ends the process as a deployment does, and waits for it.
func (p *process) stop() {
	p.end()
	<-p.stopped
}

// pass lets time pass and everything happen that it brings. It is the time of
// the test's bubble, which costs none.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func byID(ids ...string) []approvals.Selector {
	var sels []approvals.Selector
	for _, id := range ids {
		sels = append(sels, approvals.Selector{Kind: approvals.ByID, Value: id})
	}
	return sels
}

// asks stores Rita's request for devices and lets it be checked.
func (p *process) asks(t *testing.T, sels ...approvals.Selector) approvals.ID {
	t.Helper()
	return p.request(t, approvals.Ask{Selectors: sels})
}

func (p *process) request(t *testing.T, ask approvals.Ask) approvals.ID {
	t.Helper()
	if ask.Actor.ID == "" {
		ask.Actor.ID = rita
	}
	ask.Channel, ask.Reason = channel, "forgotten"
	r, err := p.Ask(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return r.ID
}

// approved is asks, and Anna's approval.
func (p *process) approved(t *testing.T, sels ...approvals.Selector) approvals.ID {
	t.Helper()
	id := p.asks(t, sels...)
	p.approves(t, id, anna)
	return id
}

func (p *process) approves(t *testing.T, id approvals.ID, who string) {
	t.Helper()
	if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: who}, true, ""); err != nil {
		t.Fatalf("approve %v: %v", id, err)
	}
	synctest.Wait()
}

// request returns a request as it is stored.
func (w *world) request(id approvals.ID) approvals.Request {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	return decode(w.store.requests[id])
}

// story is what the log says of a request, a line for each event.
func (w *world) story(id approvals.ID) []string {
	var lines []string
	for _, e := range w.store.log() {
		if e.Request != id {
			continue
		}
		line := string(e.Kind)
		if e.Device != "" {
			line += " " + w.nameOf(e.Device)
		}
		if e.Actor.ID != "" {
			line += " by " + e.Actor.String()
		}
		if e.Text != "" {
			line += ": " + e.Text
		}
		lines = append(lines, line)
	}
	return lines
}

func (w *world) nameOf(device string) string {
	w.fleet.mu.Lock()
	defer w.fleet.mu.Unlock()
	if d, ok := w.fleet.devices[device]; ok {
		return d.Name
	}
	return device
}

// results is the phase of each target with its reason, in their order.
func (w *world) results(id approvals.ID) []string {
	var lines []string
	for _, t := range w.request(id).Targets {
		line := t.Device.Name + ": " + string(t.Result.Phase)
		if t.Result.Reason != "" {
			line += ", " + t.Result.Reason
		}
		lines = append(lines, line)
	}
	return lines
}

// count returns how many of the lines begin with prefix.
func count(lines []string, prefix string) int {
	n := 0
	for _, l := range lines {
		if strings.HasPrefix(l, prefix) {
			n++
		}
	}
	return n
}
