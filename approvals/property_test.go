package approvals_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passcodebot/approvals"
)

// No sequence of what people, the clock, Intune, Slack, the store and
// crashes do reaches a reset without a quorum of others, or two resets of
// one device in one request; every request ends, every device of one that
// was run has its result, and the events tell the same as the requests.
func TestProperty_anySequence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var failure any
		synctest.Test(t, func(*testing.T) {
			m := &machine{world: newWorld()}
			defer func() {
				failure = recover() // what rapid panics with has to leave the bubble first
				if m.p != nil {
					m.p.stop()
				}
			}()
			m.set(rt)
			rt.Repeat(m.actions())
			m.conclude(rt)
		})
		if fmt.Sprintf("%T", failure) == "rapid.invalidData" {
			panic(failure) // on a line of its own: rapid tells failures apart by where they come from
		}
		if failure != nil {
			panic(failure)
		}
	})
}

// machine plays a world at random.
type machine struct {
	*world
	p *process

	mu     sync.Mutex
	faults []string // of what must never happen, found while it did
}

// set prepares the world and starts the first process.
func (m *machine) set(rt *rapid.T) {
	m.policy.Quorum = rapid.IntRange(1, 2).Draw(rt, "quorum")
	m.policy.TimeToLive = 10 * time.Minute
	m.policy.ExecutionTimeout = 10 * time.Minute
	m.policy.FollowUpFor = time.Hour
	m.policy.HandoverAfter = rapid.SampledFrom([]time.Duration{-1, time.Minute, 2 * time.Hour}).Draw(rt, "asks for the passcode after")
	if rapid.Bool().Draw(rt, "escalates") {
		m.policy.Escalation = leads()
	}
	m.fleet.arrives = m.onReset
	m.p = m.launch()
}

// onReset looks, as a reset arrives at Intune, for the request that may have
// sent it.
func (m *machine) onReset(device string) {
	allowed := false
	for _, r := range m.store.all() {
		t := r.Target(device)
		if t != nil && t.Result.Phase == approvals.Sending && r.State == approvals.Running && m.quorumOfOthers(r) {
			allowed = true
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !allowed {
		m.faults = append(m.faults, "reset without an approved, intended request: "+device)
	}
}

// quorumOfOthers says that enough different people who are neither the
// requester nor the user of a device have approved, and nobody has denied.
func (m *machine) quorumOfOthers(r approvals.Request) bool {
	yes := map[string]bool{}
	for _, d := range r.Decisions {
		if d.Void != "" {
			continue
		}
		if !d.Approved || d.Actor.ID == r.Requester.ID || !slices.Contains([]string{anna, ben, carl, otto, rita}, d.Actor.ID) {
			return false
		}
		if d.Actor.ID == otto && r.Target(ottos) != nil {
			return false
		}
		yes[d.Actor.ID] = true
	}
	return len(yes) >= m.policy.Quorum
}

// What is drawn more often stands more often here: most sequences should
// come as far as a reset.
var (
	requesters = often(rapid.SampledFrom([]string{rita, rita, hugo}), rapid.SampledFrom([]string{anna, nora, gina}))
	deciders   = often(rapid.SampledFrom([]string{anna, ben, carl, otto, rita}), rapid.SampledFrom([]string{hugo, nora, gina, robo, sam, dora}))
	phones     = often(rapid.SampledFrom([]string{pixel, galaxy, ottos, kiosk}), rapid.SampledFrom([]string{iphone, nexus}))
	oneInFour  = rapid.SampledFrom([]bool{false, false, false, true})
)

// often draws from usual, and one time in eight from seldom.
func often[V any](usual, seldom *rapid.Generator[V]) *rapid.Generator[V] {
	return rapid.OneOf(usual, usual, usual, usual, usual, usual, usual, seldom)
}

// actions are what can happen.
func (m *machine) actions() map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){
		"cancel": m.cancel, "clock": m.clock, "device": m.device, "resets meet": m.answer, "": m.check,
		"Intune": m.spoilIntune, "Slack": m.spoilSlack, "store": m.spoilStore, "crash": m.crash, "people": m.leave,
		"passcode": m.passcode, "again": m.again,
		"restart": func(*rapid.T) { m.restart() },
	}
	for i := range 4 {
		again := fmt.Sprint(" ", i)
		actions["ask"+again], actions["decide"+again] = m.ask, m.decide
		actions["run"+again], actions["all is well"+again] = m.run, m.heal
	}
	return actions
}

func (m *machine) ask(rt *rapid.T) {
	sels := byID(rapid.SliceOfN(phones, 1, 4).Draw(rt, "devices")...)
	if oneInFour.Draw(rt, "by person") {
		sels = append(sels, sel(approvals.ByPerson, "UALICE"))
	}
	_, _ = m.p.Ask(bg, approvals.Ask{
		Actor: approvals.Actor{ID: requesters.Draw(rt, "who")}, Channel: channel,
		Selectors: sels, AllOrNothing: oneInFour.Draw(rt, "all or nothing"),
		Key: rapid.SampledFrom([]string{"", "", "", "k1", "k2"}).Draw(rt, "key"),
	})
}

// run has Rita ask for something and two others approve it, whatever is
// broken at the time.
func (m *machine) run(rt *rapid.T) {
	r, err := m.p.Ask(bg, approvals.Ask{
		Actor: approvals.Actor{ID: rita}, Channel: channel,
		Selectors: byID(rapid.SliceOfN(rapid.SampledFrom([]string{pixel, galaxy, ottos, kiosk}), 1, 4).Draw(rt, "devices")...),
	})
	if err != nil {
		return
	}
	pass(time.Second)
	for _, a := range []string{anna, ben} {
		_, _ = m.p.Decide(bg, r.ID, approvals.Actor{ID: a}, true, "")
	}
}

// decide has up to three people click at the same instant.
func (m *machine) decide(rt *rapid.T) {
	who := rapid.SliceOfN(deciders, 1, 3).Draw(rt, "who")
	no := rapid.IntRange(0, 9).Draw(rt, "no at 9") == 9
	id := m.pick(rt)
	var clicks sync.WaitGroup
	for _, a := range who {
		clicks.Go(func() { _, _ = m.p.Decide(bg, id, approvals.Actor{ID: a}, !no, "") })
	}
	clicks.Wait()
}

func (m *machine) cancel(rt *rapid.T) {
	_, _ = m.p.Cancel(bg, m.pick(rt), approvals.Actor{ID: rapid.SampledFrom([]string{rita, hugo, anna}).Draw(rt, "who")})
}

// passcode has somebody say whether the person has a passcode of their own.
func (m *machine) passcode(rt *rapid.T) {
	_, _ = m.p.Answer(bg, m.pick(rt), approvals.Actor{ID: rapid.SampledFrom([]string{rita, rita, hugo}).Draw(rt, "who")}, oneInFour.Draw(rt, "own"))
}

func (m *machine) again(rt *rapid.T) {
	_, _ = m.p.Again(bg, m.pick(rt), approvals.Actor{ID: requesters.Draw(rt, "who")})
}

// pick chooses a request that waits, or any, or one that there is not.
func (m *machine) pick(rt *rapid.T) approvals.ID {
	var waiting []approvals.ID
	every := []approvals.ID{approvals.ID(len(m.store.all()) + 1)}
	for _, r := range m.store.all() {
		every = append(every, r.ID)
		if r.State == approvals.Pending {
			waiting = append(waiting, r.ID)
		}
	}
	if len(waiting) == 0 {
		waiting = every
	}
	return often(rapid.SampledFrom(waiting), rapid.SampledFrom(every)).Draw(rt, "request")
}

func (m *machine) clock(rt *rapid.T) {
	short := rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, 20 * time.Second, time.Minute})
	pass(often(short, rapid.Just(m.policy.TimeToLive)).Draw(rt, "passes"))
}

// answer sets what the next resets of a device meet.
func (m *machine) answer(rt *rapid.T) {
	a := rapid.SampledFrom([]answer{
		{},
		{err: refusedBy(approvals.Invalid)},
		{err: refusedBy(approvals.Forbidden)},
		{err: refusedBy(approvals.NotFound)},
		{err: unavailable("Intune is busy")},
		{err: lost(nil)},
		{err: lost(nil), lands: true},
		{err: lost(nil), late: 90 * time.Second},
		{err: answered(lost(nil))},
		{err: answered(lost(nil)), lands: true},
		{err: errPlain, lands: true},
	}).Draw(rt, "answer")
	device := phones.Draw(rt, "device")
	m.fleet.with(func(f *fleet) { f.answers[device] = a })
}

// device lets something happen to a device.
func (m *machine) device(rt *rapid.T) {
	device := rapid.SampledFrom(append(m.fleet.sent(), kiosk)).Draw(rt, "device")
	switch what := rapid.SampledFrom([]string{"active", "done", "failed", "retired", "kept", "kept"}).Draw(rt, "becomes"); what {
	case "retired":
		m.fleet.edit(device, func(d *approvals.Device) { d.State = "retirePending" })
	case "kept":
		m.fleet.edit(device, func(d *approvals.Device) { d.State = "managed" })
	default:
		m.fleet.report(device, approvals.ActionState(what), 0)
	}
}

func (m *machine) spoilIntune(rt *rapid.T) {
	silent := rapid.SampledFrom([]error{nil, nil, nil, unavailable("Intune is away."), errPlain, refusedBy(approvals.Forbidden)}).Draw(rt, "says")
	takes := rapid.SampledFrom([]time.Duration{0, time.Second, 25 * time.Second, time.Minute}).Draw(rt, "takes")
	panics := rapid.SampledFrom([]string{"", "", "", "find", "read", "reset"}).Draw(rt, "panics in")
	m.fleet.with(func(f *fleet) { f.silent, f.takes, f.panics = silent, takes, panics })
}

func (m *machine) spoilSlack(rt *rapid.T) {
	silent := rapid.SampledFrom([]error{nil, unavailable("Slack is away.")}).Draw(rt, "says")
	takes := rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(rt, "takes")
	m.people.with(func(p *people) { p.silent, p.takes = silent, takes })
}

// leave deactivates an approver, or has one come back.
func (m *machine) leave(rt *rapid.T) {
	who := rapid.SampledFrom([]string{anna, ben, carl}).Draw(rt, "who")
	gone := rapid.Bool().Draw(rt, "gone")
	m.people.edit(who, func(p *approvals.Person) { p.Deactivated = gone })
}

func (m *machine) spoilStore(rt *rapid.T) {
	failing := rapid.SampledFrom([]string{"save", "request", "claim", "renew", "release"}).Draw(rt, "fails to")
	m.store.setFault(func(op string) error {
		if op == failing {
			return errPlain
		}
		return nil
	})
}

func (m *machine) heal(*rapid.T) {
	m.store.setFault(nil)
	m.fleet.with(func(f *fleet) { f.silent, f.takes, f.panics = nil, 0, "" })
	m.people.with(func(p *people) { p.silent, p.takes = nil, 0 })
}

// crash ends the process at one of its next effects, before or after it.
func (m *machine) crash(rt *rapid.T) {
	m.p.crashAfter(rapid.IntRange(1, 8).Draw(rt, "effects"), rapid.Bool().Draw(rt, "the last one happens"))
}

func (m *machine) restart() {
	m.p.stop()
	m.p = m.launch()
	synctest.Wait()
}

// check holds after each action.
func (m *machine) check(rt *rapid.T) {
	synctest.Wait()
	if m.p.ended() {
		m.restart()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, fault := range m.faults {
		rt.Error(fault)
	}
	log := m.store.log()
	m.takenOnce(rt, log)
	m.remindersHold(rt, log)
	told := tell(log)
	for _, r := range m.store.all() {
		if diff := cmp.Diff(told.of(r), retold(r)); diff != "" {
			rt.Fatalf("%v: the events and the request disagree (-events +request):\n%s", r.ID, diff)
		}
	}
	for _, wrong := range told.wrong {
		rt.Error(wrong)
	}
}

// takenOnce makes sure that Intune has taken no more resets of a device than
// there are requests that intended one.
func (m *machine) takenOnce(rt *rapid.T, log []approvals.Event) {
	type intent struct {
		request approvals.ID
		device  string
	}
	intended := map[intent]bool{}
	for _, e := range log {
		if e.Kind == approvals.ResetIntended {
			intended[intent{e.Request, e.Device}] = true
		}
	}
	for _, device := range []string{pixel, galaxy, ottos, kiosk} {
		requests := 0
		for i := range intended {
			if i.device == device {
				requests++
			}
		}
		if n := m.fleet.taken(device); n > requests {
			rt.Errorf("Intune took %d resets of %s for %d requests:\n%s", n, m.nameOf(device), requests, m.chronicle(log, device))
		}
	}
}

// chronicle is what happened to a device, by our log and by Intune's.
func (m *machine) chronicle(log []approvals.Event, device string) string {
	var lines []string
	for _, e := range log {
		if e.Device == device {
			lines = append(lines, fmt.Sprintf("%s %v %s %s", e.At.Format(time.TimeOnly), e.Request, e.Kind, e.Text))
		}
	}
	m.fleet.mu.Lock()
	defer m.fleet.mu.Unlock()
	for _, r := range m.fleet.record {
		if r.Device == device {
			lines = append(lines, fmt.Sprintf("%s taken from %s", r.At.Format(time.TimeOnly), r.By))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// conclude heals everything and lets time pass: nothing stays open.
func (m *machine) conclude(rt *rapid.T) {
	m.heal(rt)
	m.restart()
	pass(3 * time.Hour)
	m.check(rt)
	for _, r := range m.store.all() {
		asksAgain := r.Handover.Due && !r.Handover.At.Before(r.Handover.Asked) // a day later
		if !r.State.Ended() || !r.WakeAt.IsZero() && !asksAgain || r.EndedAt.IsZero() {
			rt.Errorf("%v is %s in the end, wakes at %v", r.ID, r.State, r.WakeAt)
		}
		if held := m.store.held(r.ID); held != "" {
			rt.Errorf("%v is leased to %s in the end", r.ID, held)
		}
		for _, t := range r.Targets {
			if settled := t.Result.Phase.Settled(); settled != (r.State == approvals.Done) {
				rt.Errorf("%v is %s, and %s is %s", r.ID, r.State, t.Device.Name, t.Result.Phase)
			}
			if t.Result.Phase == approvals.Accepted && !t.Result.Unconfirmed {
				rt.Errorf("%v: nobody waits for %s any more, and it is not said", r.ID, t.Device.Name)
			}
		}
	}
}
