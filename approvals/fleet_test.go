package approvals_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"passcodebot/approvals"
)

// fleet is Intune: it keeps devices and the resets that they were sent.
type fleet struct {
	mu      sync.Mutex
	devices map[string]approvals.Device
	filters map[string]approvals.Found // what each filter brings
	answers map[string]answer          // what the next reset of a device meets
	findErr map[string]error           // by the selector's value
	readErr map[string]error           // by device id
	silent  error                      // what every call but Reset returns while set
	lies    bool                       // a search brings the whole tenant, as Intune's can
	panics  string                     // the call that panics: find, read or reset
	takes   time.Duration              // how long a reset or a read is on the wire
	mute    error                      // what the record of resets returns while set
	record  []approvals.Recorded       // what Intune has recorded, the latest last

	finds      []approvals.Selector
	reads      []string
	posts      []string
	onWire     int
	mostOnWire int
	arrives    func(device string) // called when a reset arrives
}

// answer is what a reset meets.
type answer struct {
	err   error
	lands bool          // the reset happens nevertheless
	late  time.Duration // the reset happens so much later
}

var _ approvals.Devices = (*fleet)(nil)

func newFleet(devices ...approvals.Device) *fleet {
	f := &fleet{
		devices: map[string]approvals.Device{}, filters: map[string]approvals.Found{},
		answers: map[string]answer{}, findErr: map[string]error{}, readErr: map[string]error{},
	}
	for _, d := range devices {
		f.devices[d.ID] = d
	}
	return f
}

// with changes the fleet while nothing else does.
func (f *fleet) with(change func(*fleet)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

// edit changes a device.
func (f *fleet) edit(id string, change func(*approvals.Device)) {
	f.with(func(f *fleet) {
		d := f.devices[id]
		change(&d)
		f.devices[id] = d
	})
}

// report makes a device report its reset.
func (f *fleet) report(id string, state approvals.ActionState, code int) {
	f.edit(id, func(d *approvals.Device) {
		d.LastReset.State, d.LastReset.ErrorCode, d.LastReset.Updated = state, code, approvals.Instant(time.Now())
		d.LastCheckIn = d.LastReset.Updated
	})
}

// sent returns the devices that were sent a reset, in the order of sending.
func (f *fleet) sent() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.posts)
}

func (f *fleet) Find(_ context.Context, sel approvals.Selector, limit int) (approvals.Found, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.finds = append(f.finds, sel)
	if f.panics == "find" {
		panic("find panics")
	}
	if err := cmp.Or(f.findErr[sel.Value], f.silent); err != nil {
		return approvals.Found{}, err
	}
	if sel.Kind == approvals.ByFilter {
		found := f.filters[sel.Value]
		found.More = found.More || len(found.Devices) > limit
		found.Devices = slices.Clone(found.Devices[:min(limit, len(found.Devices))])
		return found, nil
	}
	var found approvals.Found
	for _, d := range f.devices {
		if f.lies || sel.Matches(d) {
			found.Devices = append(found.Devices, d)
		}
	}
	if sel.Kind == approvals.ByID && len(found.Devices) == 0 {
		return found, unknownDevice(sel.Value)
	}
	slices.SortFunc(found.Devices, func(a, b approvals.Device) int { return strings.Compare(a.Name, b.Name) })
	found.More = len(found.Devices) > limit
	found.Devices = found.Devices[:min(limit, len(found.Devices))]
	return found, nil
}

func unknownDevice(id string) error {
	return &approvals.Error{
		Kind: approvals.NotFound, Code: "device-not-found", Ref: "graph-404",
		Text: "Intune knows no device " + id + ".",
	}
}

// wire keeps a call busy for as long as calls take, or until ctx is done.
func (f *fleet) wire(ctx context.Context) error {
	f.mu.Lock()
	takes := f.takes
	f.onWire++
	f.mostOnWire = max(f.mostOnWire, f.onWire)
	f.mu.Unlock()
	defer f.with(func(f *fleet) { f.onWire-- })
	if takes == 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fleet) Read(ctx context.Context, id string) (approvals.Device, error) {
	f.with(func(f *fleet) { f.reads = append(f.reads, id) })
	if err := f.wire(ctx); err != nil {
		return approvals.Device{}, unavailable("Intune did not answer.")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics == "read" {
		panic("read panics")
	}
	if err := cmp.Or(f.readErr[id], f.silent); err != nil {
		return approvals.Device{}, err
	}
	d, ok := f.devices[id]
	if !ok {
		return approvals.Device{}, unknownDevice(id)
	}
	d.ReadAt = answeredAt()
	return d, nil
}

func (f *fleet) Reset(ctx context.Context, id string) (approvals.Receipt, error) {
	if ctx.Err() != nil {
		return approvals.Receipt{}, unavailable("The call was stopped.")
	}
	// What is on the wire is waited for, for as long as a call may take.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	f.mu.Lock()
	f.posts = append(f.posts, id)
	arrives := f.arrives
	f.mu.Unlock()
	if arrives != nil {
		arrives(id)
	}
	if err := f.wire(ctx); err != nil {
		return approvals.Receipt{}, lost(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.panics == "reset" {
		panic("reset panics")
	}
	a := f.answers[id]
	switch {
	case a.late > 0:
		time.AfterFunc(a.late, func() { f.with(func(f *fleet) { f.land(id, passcodebot) }) })
	case a.err == nil || a.lands:
		f.land(id, passcodebot)
	}
	if a.err != nil {
		return approvals.Receipt{}, a.err
	}
	return approvals.Receipt{GraphRequestID: "graph-204", At: answeredAt()}, nil
}

// answeredAt is the time of an answer as HTTP tells it.
func answeredAt() time.Time { return time.Now().UTC().Truncate(time.Second) }

// admin is a reset by somebody in the admin center.
func (f *fleet) admin(id, by string) {
	f.with(func(f *fleet) { f.land(id, by) })
}

// passcodebot is how Intune records its own resets.
const passcodebot = "app passcodebot"

// land is a reset that Intune takes. The lock is held.
func (f *fleet) land(id, by string) {
	d, now := f.devices[id], approvals.Instant(time.Now())
	d.LastReset = approvals.Action{State: approvals.ActionPending, Started: now, Updated: now}
	f.devices[id] = d
	f.record = append(f.record, approvals.Recorded{Device: id, At: now, By: by, State: approvals.ActionPending, Owner: d.Owner.UPN})
}

// taken is how many of its resets of a device Intune has taken.
func (f *fleet) taken(id string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, r := range f.record {
		if r.Device == id && r.By == passcodebot {
			n++
		}
	}
	return n
}

func (f *fleet) Resets(ctx context.Context, since time.Time) ([]approvals.Recorded, error) {
	if err := f.wire(ctx); err != nil {
		return nil, unavailable("Intune did not answer.")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := cmp.Or(f.mute, f.silent); err != nil {
		return nil, err
	}
	var seen []approvals.Recorded
	for _, r := range slices.Backward(f.record) {
		if !r.At.Before(since) {
			seen = append(seen, r)
		}
	}
	return seen, nil
}

// Errors of the ports.

func unavailable(text string) error {
	return &approvals.Error{Kind: approvals.Unavailable, Code: "unavailable", Text: text, Ref: "graph-503"}
}

func lost(cause error) error {
	return &approvals.Error{
		Kind: approvals.UnknownOutcome, Code: "no-answer", Ref: "graph-504",
		Text: "Intune's answer was lost", Err: cause,
	}
}

// answered makes an unknown outcome one that Intune answered itself.
func answered(err error) error {
	e := *approvals.AsError(err)
	e.Answered = true
	return &e
}

func refusedBy(kind approvals.Kind) error {
	return &approvals.Error{Kind: kind, Code: "intune-" + string(kind), Text: "Intune says " + string(kind), Ref: "graph-4xx"}
}

var errPlain = errors.New("not an Error")
