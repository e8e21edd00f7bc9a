package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// The actions of a card's buttons. Each carries the request's number as its
// value and nothing else.
const (
	ActionApprove = "approve"
	ActionDeny    = "deny"
	ActionCancel  = "cancel"
)

const (
	// cardDevices is how many devices the card shows one by one; the thread
	// has them all.
	cardDevices = 10
	cardLeftOut = 8
	cardReason  = 300
)

// Renderer renders requests. Page gives the address of a device's page in
// the Intune admin center.
type Renderer struct {
	Page func(device string) string
}

// Card renders the one message of a request in its channel, as it stands
// now. It is never over Slack's limits: what it leaves out, it says, and
// Thread tells.
func (v Renderer) Card(r approvals.Request, now time.Time) Message {
	return v.card(r, now, v.shown(r, now))
}

// shown is how many devices the card has room for.
func (v Renderer) shown(r approvals.Request, now time.Time) int {
	n := min(cardDevices, len(r.Targets))
	for n > 0 && v.card(r, now, n).Size() > maxSize {
		n--
	}
	return n
}

// card renders the card with its first devices.
func (v Renderer) card(r approvals.Request, now time.Time, shown int) Message {
	m := Message{Text: v.cardText(r)}
	add := func(b ...slack.Block) { m.Blocks = append(m.Blocks, b...) }

	add(heading(title(r)))
	asked := fmt.Sprintf("*Asked by* %s", person(r.Requester.ID))
	if r.CardChannel != r.Channel {
		asked += " in <#" + r.Channel + ">"
	}
	add(markdown(asked + "\n*Reason* " + Plain(r.Reason, cardReason)))

	for _, t := range r.Targets[:shown] {
		add(markdown(v.target(r, t, now)))
	}
	if rest := len(r.Targets) - shown; rest > 0 {
		add(footnote(fmt.Sprintf("and %d more; the thread lists all %d.", rest, len(r.Targets))))
	}
	if lines := v.leftOut(r, cardLeftOut); len(lines) > 0 {
		add(slack.NewDividerBlock())
		for _, m := range paragraphs(lines) {
			add(m.Blocks...)
		}
	}
	if s := status(r, true); s != "" {
		add(footnote(s))
	}
	if r.State == approvals.Pending {
		add(buttons(r))
	}
	return m
}

// title is the card's heading: what is asked, and once there is an outcome,
// the outcome.
func title(r approvals.Request) string {
	what := r.ID.String() + ": reset " + passcodes(len(r.Targets))
	switch r.State {
	case approvals.Done:
		return what + " – " + outcome(r)
	case approvals.Pending:
		return what + "?"
	case approvals.Approved, approvals.Running:
		return what + " – under way"
	}
	return what + " – " + string(r.State)
}

func outcome(r approvals.Request) string {
	taken := r.Count(approvals.Accepted, approvals.Confirmed, approvals.FailedOnDevice)
	switch r.Outcome() {
	case approvals.Succeeded:
		return "succeeded"
	case approvals.AllFailed:
		if r.Count(approvals.Unknown) > 0 {
			return "not known to have succeeded"
		}
		return "failed"
	}
	return fmt.Sprintf("partly succeeded (%d of %d)", taken, len(r.Targets))
}

// target describes one device and what has come of it.
func (v Renderer) target(r approvals.Request, t approvals.Target, now time.Time) string {
	d := t.Device
	name := "*" + Plain(d.Name, 60) + "*"
	if r.State == approvals.Done && v.Page != nil {
		name = "*" + link(v.Page(d.ID), Plain(d.Name, 60)) + "*"
	}
	lines := []string{
		strings.Join([]string{name, model(d), "serial " + code(d.Serial, 40), owner(d)}, " · "),
		strings.Join([]string{t.Enrollment, "resets " + scope(t.Scope), checkIn(d.LastCheckIn, now)}, " · "),
	}
	if s := phase(t); s != "" && t.Result.Phase != approvals.Waiting {
		lines = append(lines, "→ "+s)
	}
	return strings.Join(lines, "\n")
}

func model(d approvals.Device) string {
	s := strings.TrimSpace(d.Manufacturer + " " + d.Model)
	if strings.HasPrefix(strings.ToLower(d.Model), strings.ToLower(d.Manufacturer)) {
		s = d.Model
	}
	if s == "" {
		s = "unknown model"
	}
	return Plain(s, 60)
}

func owner(d approvals.Device) string {
	if o := d.Owner.String(); o != "" {
		return "owner " + Plain(o, 80)
	}
	return "no owner"
}

func scope(s approvals.Scope) string {
	if s == approvals.WorkProfileScope {
		return "*the work profile's passcode only*"
	}
	return "*the device's passcode*"
}

// phase says what has come of a device, in words.
func phase(t approvals.Target) string {
	res := t.Result
	reason := Plain(res.Reason, 150)
	switch res.Phase {
	case approvals.Waiting:
		return "waiting"
	case approvals.Sending:
		return "being sent to Intune"
	case approvals.Accepted:
		if res.Unconfirmed {
			return "accepted by Intune, but not confirmed by the device, which last checked in " + checkedIn(t.Device.LastCheckIn)
		}
		return "accepted by Intune; the device does it at its next check-in"
	case approvals.Confirmed:
		return "confirmed: the device has reset it"
	case approvals.Failed:
		return "failed: " + reason + requestID(res)
	case approvals.FailedOnDevice:
		return "failed on the device: " + reason + requestID(res)
	case approvals.Skipped:
		return "skipped: " + reason
	case approvals.Unknown:
		return "unknown: " + reason + requestID(res) + "; look at the device in the Intune admin center before anybody asks again"
	}
	return ""
}

func checkedIn(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return when(t)
}

func requestID(r approvals.Result) string {
	if r.GraphRequestID == "" {
		return ""
	}
	return " (request-id " + code(r.GraphRequestID, 60) + ")"
}

// leftOut lists what the request goes on without, and what Intune answered
// too much, up to a number of entries; all of them for zero.
func (v Renderer) leftOut(r approvals.Request, most int) []string {
	var lines []string
	if n := len(r.LeftOut); n > 0 {
		lines = append(lines, "*Left out* "+strconv.Itoa(n))
	}
	for i, l := range r.LeftOut {
		if most > 0 && i == most {
			lines = append(lines, fmt.Sprintf("• and %d more; the thread lists them.", len(r.LeftOut)-i))
			break
		}
		lines = append(lines, "• "+leftOutName(l)+": "+Plain(l.Reason, 200))
	}
	for _, n := range r.Narrowed {
		if most > 0 && len(lines) > most+4 {
			break
		}
		lines = append(lines, fmt.Sprintf("Intune also answered %s with %s that do not match; they were dropped.",
			code(n.Selector.String(), 200), devices(n.Dropped)))
	}
	return lines
}

func leftOutName(l approvals.LeftOut) string {
	if l.Device.ID == "" {
		if l.Selector.Kind == approvals.ByPerson {
			return person(l.Selector.Value)
		}
		return code(l.Selector.String(), 120)
	}
	s := "*" + Plain(l.Device.Name, 60) + "*"
	if o := l.Device.Owner.String(); o != "" {
		s += " of " + Plain(o, 80)
	}
	return s
}

// status says where the request stands and what it waits for. Mentions
// notify only when the card is first posted: Slack: an edit notifies nobody.
func status(r approvals.Request, mention bool) string {
	switch r.State {
	case approvals.Pending:
		s := fmt.Sprintf("%d of %d approvals", r.Approvals(), r.Quorum)
		if by := deciders(r); by != "" {
			s += " (" + by + ")"
		}
		s += " · open until " + when(r.ExpiresAt)
		if mention {
			s += " · for " + audience(r.Approvers)
		}
		return s
	case approvals.Approved:
		return "Approved by " + deciders(r) + " · starting"
	case approvals.Running:
		settled := 0
		for _, t := range r.Targets {
			if t.Result.Phase.Settled() {
				settled++
			}
		}
		return fmt.Sprintf("Approved by %s · %d of %s done", deciders(r), settled, devices(len(r.Targets)))
	case approvals.Done:
		return "Approved by " + deciders(r) + " · " + tally(r) + " · ended " + when(r.EndedAt)
	case approvals.Denied:
		return "Denied by " + deciders(r) + " · " + when(r.EndedAt)
	case approvals.Cancelled:
		return "Cancelled by " + person(r.Requester.ID) + " · " + when(r.EndedAt)
	case approvals.Expired:
		return fmt.Sprintf("Expired with %d of %d approvals · %s", r.Approvals(), r.Quorum, when(r.EndedAt))
	}
	return ""
}

func deciders(r approvals.Request) string {
	var parts []string
	for _, d := range r.Decisions {
		if d.Approved == (r.State != approvals.Denied) {
			parts = append(parts, person(d.Actor.ID))
		}
	}
	return strings.Join(parts, ", ")
}

// tally counts the results in words: 2 accepted, 1 failed.
func tally(r approvals.Request) string {
	var parts []string
	for _, p := range []struct {
		phase approvals.Phase
		word  string
	}{
		{approvals.Confirmed, "confirmed"},
		{approvals.Accepted, "accepted"},
		{approvals.Failed, "failed"},
		{approvals.FailedOnDevice, "failed on the device"},
		{approvals.Skipped, "skipped"},
		{approvals.Unknown, "unknown"},
	} {
		if n := r.Count(p.phase); n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+p.word)
		}
	}
	return strings.Join(parts, ", ")
}

func buttons(r approvals.Request) slack.Block {
	value := strconv.FormatUint(uint64(r.ID), 10)
	button := func(action, label string) *slack.ButtonBlockElement {
		return slack.NewButtonBlockElement(action, value, plainText(label))
	}
	n := passcodes(len(r.Targets))
	approve := button(ActionApprove, "Approve").WithStyle(slack.StylePrimary).WithConfirm(slack.NewConfirmationBlockObject(
		plainText("Reset "+n+"?"),
		plainText(fmt.Sprintf("You approve %s for %s. Once enough people have approved, Intune resets at once, and it cannot be undone.", r.ID, devices(len(r.Targets)))),
		plainText("Approve for "+devices(len(r.Targets))), plainText("Not yet"),
	))
	deny := button(ActionDeny, "Deny").WithStyle(slack.StyleDanger).WithConfirm(slack.NewConfirmationBlockObject(
		plainText("Deny "+r.ID.String()+"?"), plainText("This ends the request for everybody. Nothing is reset."),
		plainText("Deny"), plainText("Not yet"),
	))
	return slack.NewActionBlock("decide", approve, deny, button(ActionCancel, "Cancel"))
}

// cardText is the card for notifications and screen readers.
func (v Renderer) cardText(r approvals.Request) string {
	var names []string
	for i, t := range r.Targets {
		if i == cardDevices {
			names = append(names, fmt.Sprintf("and %d more", len(r.Targets)-i))
			break
		}
		names = append(names, Plain(t.Device.Name, 60))
	}
	s := title(r) + "\nAsked by " + person(r.Requester.ID) + ". Reason: " + Plain(r.Reason, cardReason) +
		"\nDevices: " + strings.Join(names, ", ")
	if n := len(r.LeftOut); n > 0 {
		s += fmt.Sprintf("\nLeft out: %d", n)
	}
	if st := status(r, false); st != "" {
		s += "\n" + st
	}
	return s
}
