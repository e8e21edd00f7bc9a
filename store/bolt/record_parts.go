package bolt

import (
	"time"

	"passcodebot/approvals"
)

// The records within a requestRecord. Where one has the same fields as the
// type that it stores, Go converts the one to the other, and refuses to
// compile once they differ; the others name every field.
type (
	actorRecord struct {
		ID   string `json:"id,omitempty"`
		Name string `json:"name,omitempty"`
		Team string `json:"team,omitempty"`
	}
	audienceRecord struct {
		Groups []string `json:"groups,omitempty"`
		People []string `json:"people,omitempty"`
	}
	selectorRecord struct {
		Kind  approvals.SelectorKind `json:"kind"`
		Value string                 `json:"value"`
	}
	ownerRecord struct {
		ID    string `json:"id,omitempty"`
		UPN   string `json:"upn,omitempty"`
		Email string `json:"email,omitempty"`
		Name  string `json:"name,omitempty"`
	}
	actionRecord struct {
		State     approvals.ActionState `json:"state,omitempty"`
		Started   time.Time             `json:"started,omitzero"`
		Updated   time.Time             `json:"updated,omitzero"`
		ErrorCode int                   `json:"error_code,omitempty"`
	}
	deviceRecord struct {
		ID           string       `json:"id,omitempty"`
		Name         string       `json:"name,omitempty"`
		Manufacturer string       `json:"manufacturer,omitempty"`
		Model        string       `json:"model,omitempty"`
		Serial       string       `json:"serial,omitempty"`
		OS           string       `json:"os,omitempty"`
		OSVersion    string       `json:"os_version,omitempty"`
		Type         string       `json:"type,omitempty"`
		Enrollment   string       `json:"enrollment,omitempty"`
		Ownership    string       `json:"ownership,omitempty"`
		State        string       `json:"state,omitempty"`
		Agent        string       `json:"agent,omitempty"`
		Owner        ownerRecord  `json:"owner,omitzero"`
		EnrolledAt   time.Time    `json:"enrolled_at,omitzero"`
		LastCheckIn  time.Time    `json:"last_check_in,omitzero"`
		LastReset    actionRecord `json:"last_reset,omitzero"`
		ReadAt       time.Time    `json:"read_at,omitzero"`
	}
	resultRecord struct {
		Phase          approvals.Phase `json:"phase"`
		Reason         string          `json:"reason,omitempty"`
		Code           string          `json:"code,omitempty"`
		GraphRequestID string          `json:"graph_request_id,omitempty"`
		Baseline       actionRecord    `json:"baseline,omitzero"`
		BaselineAt     time.Time       `json:"baseline_at,omitzero"`
		TakenAt        time.Time       `json:"taken_at,omitzero"`
		IntendedAt     time.Time       `json:"intended_at,omitzero"`
		DoubtedAt      time.Time       `json:"doubted_at,omitzero"`
		Sends          int             `json:"sends,omitempty"`
		Answered       bool            `json:"answered,omitempty"`
		ChangedAt      time.Time       `json:"changed_at,omitzero"`
		Unconfirmed    bool            `json:"unconfirmed,omitempty"`
	}
	targetRecord struct {
		Device     deviceRecord             `json:"device"`
		Scope      approvals.Scope          `json:"scope,omitempty"`
		Enrollment string                   `json:"enrollment,omitempty"`
		Named      []approvals.SelectorKind `json:"named,omitempty"`
		Result     resultRecord             `json:"result"`
	}
	leftOutRecord struct {
		Device   deviceRecord   `json:"device,omitzero"`
		Selector selectorRecord `json:"selector"`
		Code     string         `json:"code,omitempty"`
		Reason   string         `json:"reason,omitempty"`
	}
	narrowingRecord struct {
		Selector selectorRecord `json:"selector"`
		Dropped  int            `json:"dropped"`
	}
	decisionRecord struct {
		Actor    actorRecord `json:"actor"`
		Groups   []string    `json:"groups,omitempty"`
		Approved bool        `json:"approved"`
		Comment  string      `json:"comment,omitempty"`
		At       time.Time   `json:"at,omitzero"`
		Void     string      `json:"void,omitempty"`
	}
	statementRecord struct {
		Ticket       string `json:"ticket,omitempty"`
		SecondReason string `json:"second_reason,omitempty"`
		Verified     string `json:"verified,omitempty"`
		BreakGlass   string `json:"break_glass,omitempty"`
	}
	pastRecord struct {
		Device  string       `json:"device,omitempty"`
		Owner   string       `json:"owner,omitempty"`
		At      time.Time    `json:"at,omitzero"`
		Request approvals.ID `json:"request,omitempty"`
		By      actorRecord  `json:"by,omitzero"`
		Reason  string       `json:"reason,omitempty"`
	}
	reviewRecord struct {
		Due    bool        `json:"due,omitempty"`
		Signed actorRecord `json:"signed,omitzero"`
		At     time.Time   `json:"at,omitzero"`
		Asked  time.Time   `json:"asked,omitzero"`
	}
	handoverRecord struct {
		Due      bool        `json:"due,omitempty"`
		Asked    time.Time   `json:"asked,omitzero"`
		Times    int         `json:"times,omitempty"`
		Answered actorRecord `json:"answered,omitzero"`
		Own      bool        `json:"own,omitempty"`
		At       time.Time   `json:"at,omitzero"`
	}
)

func selectorOf(s approvals.Selector) selectorRecord    { return selectorRecord(s) }
func (rec selectorRecord) selector() approvals.Selector { return approvals.Selector(rec) }
func (rec narrowingRecord) narrowing() approvals.Narrowing {
	return approvals.Narrowing{Selector: rec.Selector.selector(), Dropped: rec.Dropped}
}

func narrowingOf(n approvals.Narrowing) narrowingRecord {
	return narrowingRecord{Selector: selectorOf(n.Selector), Dropped: n.Dropped}
}

func decisionOf(d approvals.Decision) decisionRecord {
	return decisionRecord{
		Actor: actorRecord(d.Actor), Groups: d.Groups, Approved: d.Approved, Comment: d.Comment, At: stamp(d.At), Void: d.Void,
	}
}

func (rec decisionRecord) decision() approvals.Decision {
	return approvals.Decision{
		Actor: approvals.Actor(rec.Actor), Groups: rec.Groups, Approved: rec.Approved, Comment: rec.Comment, At: rec.At, Void: rec.Void,
	}
}

func pastOf(p approvals.Past) pastRecord {
	return pastRecord{Device: p.Device, Owner: p.Owner, At: stamp(p.At), Request: p.Request, By: actorRecord(p.By), Reason: p.Reason}
}

func (rec pastRecord) past() approvals.Past {
	return approvals.Past{Device: rec.Device, Owner: rec.Owner, At: rec.At, Request: rec.Request, By: approvals.Actor(rec.By), Reason: rec.Reason}
}

func reviewOf(r approvals.Review) reviewRecord {
	return reviewRecord{Due: r.Due, Signed: actorRecord(r.Signed), At: stamp(r.At), Asked: stamp(r.Asked)}
}

func (rec reviewRecord) review() approvals.Review {
	return approvals.Review{Due: rec.Due, Signed: approvals.Actor(rec.Signed), At: rec.At, Asked: rec.Asked}
}

func handoverOf(h approvals.Handover) handoverRecord {
	return handoverRecord{Due: h.Due, Asked: stamp(h.Asked), Times: h.Times, Answered: actorRecord(h.Answered), Own: h.Own, At: stamp(h.At)}
}

func (rec handoverRecord) handover() approvals.Handover {
	return approvals.Handover{Due: rec.Due, Asked: rec.Asked, Times: rec.Times, Answered: approvals.Actor(rec.Answered), Own: rec.Own, At: rec.At}
}

func leftOutOf(l approvals.LeftOut) leftOutRecord {
	return leftOutRecord{Device: deviceOf(l.Device), Selector: selectorOf(l.Selector), Code: l.Code, Reason: l.Reason}
}

func (rec leftOutRecord) leftOut() approvals.LeftOut {
	return approvals.LeftOut{Device: rec.Device.device(), Selector: rec.Selector.selector(), Code: rec.Code, Reason: rec.Reason}
}

func targetOf(t approvals.Target) targetRecord {
	return targetRecord{Device: deviceOf(t.Device), Scope: t.Scope, Enrollment: t.Enrollment, Named: t.Named, Result: resultOf(t.Result)}
}

func (rec targetRecord) target() approvals.Target {
	return approvals.Target{Device: rec.Device.device(), Scope: rec.Scope, Enrollment: rec.Enrollment, Named: rec.Named, Result: rec.Result.result()}
}

func actionOf(a approvals.Action) actionRecord {
	a.Started, a.Updated = stamp(a.Started), stamp(a.Updated)
	return actionRecord(a)
}

func resultOf(r approvals.Result) resultRecord {
	return resultRecord{
		Phase: r.Phase, Reason: r.Reason, Code: r.Code, GraphRequestID: r.GraphRequestID,
		Baseline: actionOf(r.Baseline), BaselineAt: stamp(r.BaselineAt), TakenAt: stamp(r.TakenAt),
		IntendedAt: stamp(r.IntendedAt), DoubtedAt: stamp(r.DoubtedAt), Sends: r.Sends, Answered: r.Answered, ChangedAt: stamp(r.ChangedAt), Unconfirmed: r.Unconfirmed,
	}
}

func (rec resultRecord) result() approvals.Result {
	return approvals.Result{
		Phase: rec.Phase, Reason: rec.Reason, Code: rec.Code, GraphRequestID: rec.GraphRequestID,
		Baseline: approvals.Action(rec.Baseline), BaselineAt: rec.BaselineAt, TakenAt: rec.TakenAt,
		IntendedAt: rec.IntendedAt, DoubtedAt: rec.DoubtedAt, Sends: rec.Sends, Answered: rec.Answered, ChangedAt: rec.ChangedAt, Unconfirmed: rec.Unconfirmed,
	}
}

func deviceOf(d approvals.Device) deviceRecord {
	return deviceRecord{
		ID: d.ID, Name: d.Name, Manufacturer: d.Manufacturer, Model: d.Model, Serial: d.Serial,
		OS: d.OS, OSVersion: d.OSVersion, Type: d.Type, Enrollment: d.Enrollment,
		Ownership: d.Ownership, State: d.State, Agent: d.Agent, Owner: ownerRecord(d.Owner),
		EnrolledAt: stamp(d.EnrolledAt), LastCheckIn: stamp(d.LastCheckIn), LastReset: actionOf(d.LastReset),
		ReadAt: stamp(d.ReadAt),
	}
}

func (rec deviceRecord) device() approvals.Device {
	return approvals.Device{
		ID: rec.ID, Name: rec.Name, Manufacturer: rec.Manufacturer, Model: rec.Model, Serial: rec.Serial,
		OS: rec.OS, OSVersion: rec.OSVersion, Type: rec.Type, Enrollment: rec.Enrollment,
		Ownership: rec.Ownership, State: rec.State, Agent: rec.Agent, Owner: approvals.Owner(rec.Owner),
		EnrolledAt: rec.EnrolledAt, LastCheckIn: rec.LastCheckIn, LastReset: approvals.Action(rec.LastReset),
		ReadAt: rec.ReadAt,
	}
}
