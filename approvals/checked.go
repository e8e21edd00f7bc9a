package approvals

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// finding is what the check of a request's selectors brought.
type finding struct {
	Targets  []Target
	LeftOut  []LeftOut
	Narrowed []Narrowing
	Earlier  []Past
	Unseen   bool // Intune's own record of resets could not be read
	Unusual  []Unusual
	Ruling   Ruling
	Able     []Person // who could approve now, up to a bound
}

// add sorts a device that sel has found into the targets or the devices left
// out, once.
func (f *finding) add(d Device, sel Selector) {
	for i, t := range f.Targets {
		if t.Device.ID == d.ID {
			if !slices.Contains(t.Named, sel.Kind) {
				f.Targets[i].Named = append(t.Named, sel.Kind)
			}
			return
		}
	}
	for _, l := range f.LeftOut {
		if l.Device.ID == d.ID && d.ID != "" {
			return
		}
	}
	e := d.Check()
	if !e.OK() {
		f.LeftOut = append(f.LeftOut, LeftOut{Device: d, Selector: sel, Code: e.Code, Reason: e.Reason})
		return
	}
	f.Targets = append(f.Targets, Target{
		Device: d, Scope: e.Scope, Enrollment: e.Enrollment, Named: []SelectorKind{sel.Kind}, Result: Result{Phase: Waiting},
	})
}

// miss notes that sel named no device.
func (f *finding) miss(sel Selector, why *Error) {
	f.LeftOut = append(f.LeftOut, LeftOut{Selector: sel, Code: why.Code, Reason: why.Text})
}

// verdict returns why a request with these devices can't go on, or nil.
func (f *finding) verdict(allOrNothing bool, limit int) error {
	found := len(f.Targets)
	for _, l := range f.LeftOut {
		if l.Device.ID != "" {
			found++
		}
	}
	switch {
	case found > limit:
		return tooMany(strconv.Itoa(found), limit)
	case found == 0 && len(f.LeftOut) == 1:
		l := f.LeftOut[0]
		return newError(NotFound, l.Code, l.Reason, missHint(l.Code))
	case found == 0 && len(f.LeftOut) > 0:
		return refusal("no-devices", misses(f.LeftOut))
	case len(f.Targets) == 0:
		return refusal("none-eligible", summary(f.LeftOut))
	case allOrNothing && len(f.LeftOut) > 0:
		return refusal("not-all-eligible", summary(f.LeftOut))
	}
	return nil
}

// misses names the selectors that brought nothing, with the reason where it
// is another than that.
func misses(left []LeftOut) string {
	short := slices.Clone(left)
	for i := range short {
		if short[i].Code == "no-device" {
			short[i].Reason = ""
		}
	}
	return summary(short)
}

// missHint says what to do where the only selector named no device.
func missHint(code string) string {
	for _, r := range Refusals() {
		if r.Code == code {
			return r.Hint
		}
	}
	return "Check the spelling in the Intune admin center and ask again."
}

func tooMany(found string, limit int) error {
	return refusal("too-many-devices", found, strconv.Itoa(limit))
}

// ready ends the check: the request has its devices, and waits for decisions
// as the rule says that holds for it.
func (r *Request) ready(f finding, policy string, now time.Time) {
	r.Targets, r.LeftOut, r.Narrowed, r.Earlier = f.Targets, f.LeftOut, f.Narrowed, keep(f.Earlier, f.Targets)
	r.Unread, r.Unusual, r.Delayed = f.Unseen, f.Unusual, false
	t := f.Ruling.Terms
	r.Rule, r.Quorum, r.Groups, r.Approvers, r.Policy = f.Ruling.Rule, t.Quorum, t.Groups, t.Approvers, policy
	r.State, r.ReadyAt, r.ExpiresAt = Pending, now, now.Add(t.TimeToLive)
	r.waitOn(now)
	data := r.demanded()
	for name, value := range map[string]string{
		"devices": strconv.Itoa(len(f.Targets)), "left_out": strconv.Itoa(len(f.LeftOut)), "earlier_resets": strconv.Itoa(len(f.Earlier)),
		"policy": policy, "unusual": strings.Join(words(f.Unusual), " "),
		"ticket": r.Statement.Ticket, "second_reason": r.Statement.SecondReason, "verified": r.Statement.Verified,
	} {
		if value != "" {
			data[name] = value
		}
	}
	f.name(data)
	if f.Unseen {
		data["intune_record"] = "not read"
	}
	r.record(now, BecameReady, Actor{}, Event{Data: data})
	if r.Statement.BreakGlass != "" {
		r.record(now, BrokeGlass, r.Requester, Event{Text: r.Statement.BreakGlass, Data: map[string]string{"quorum": strconv.Itoa(r.Quorum)}})
	}
	r.traced = append(r.traced, Trace{Of: Subject{RequestsBy, r.Requester.ID}, At: now, Request: r.ID})
}

// name writes into an event which devices were found: those of the request are
// in the log also where none is reset.
func (f finding) name(data map[string]string) {
	var found, left []string
	for _, t := range f.Targets {
		found = append(found, t.Device.ID)
	}
	for _, l := range f.LeftOut {
		if l.Device.ID != "" {
			left = append(left, l.Device.ID)
		}
	}
	if len(found) > 0 {
		data["device_ids"] = strings.Join(found, " ")
	}
	if len(left) > 0 {
		data["left_out_ids"] = strings.Join(left, " ")
	}
}

// reject ends the check: the request can't go on.
func (r *Request) reject(f finding, why *Error, now time.Time) {
	r.LeftOut, r.Narrowed = f.LeftOut, f.Narrowed
	r.State, r.EndedAt, r.WakeAt = Rejected, now, time.Time{}
	r.Closing = why.Sentence()
	r.Rule = f.Ruling.Rule
	data := reference(why)
	if r.Rule != "" {
		data["rule"] = r.Rule
	}
	f.name(data)
	r.record(now, WasRejected, Actor{}, Event{Text: why.Sentence(), Data: data})
}

// delay puts the check off, because Intune or Slack did not answer.
func (r *Request) delay(why *Error, until, now time.Time) {
	r.WakeAt = until
	if until.After(r.ExpiresAt) {
		r.WakeAt = r.ExpiresAt
	}
	if r.Delayed {
		return
	}
	r.Delayed = true
	r.record(now, CheckDelayed, Actor{}, Event{Text: why.Text, Data: reference(why)})
}

// reference returns what an event keeps of an error beside its sentence.
func reference(e *Error) map[string]string {
	data := map[string]string{"code": e.Code, "kind": string(e.Kind)}
	if e.Ref != "" {
		data["graph_request_id"] = e.Ref
	}
	if len(e.Channels) > 0 {
		data["channels"] = strings.Join(e.Channels, " ")
	}
	return data
}
