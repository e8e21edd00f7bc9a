package bolt

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"passcodebot/approvals"
)

// requestFormat is the version of requestRecord. Every change of its fields,
// or of those of a record within it, needs the next number, and the old form
// must stay readable.
//
//	1  had no read_at of a device, and of a result no baseline_at, taken_at,
//	   doubted_at, sends and answered
//	2  had no statement, rule, groups, policy, unread, earlier and review, and of a
//	   decision no groups and void
//	3  had no thread, thread_link, again, reason_by, reason_of, unusual, handover
//	   and reminded
const requestFormat = 4

// requestRecord is the stored form of a request. Its number is its key, and
// how often it was saved stands before it.
type requestRecord struct {
	Format int             `json:"v"`
	State  approvals.State `json:"state"`

	Requester    actorRecord      `json:"requester"`
	Channel      string           `json:"channel,omitempty"`
	CardChannel  string           `json:"card_channel,omitempty"`
	Thread       string           `json:"thread,omitempty"`
	ThreadLink   string           `json:"thread_link,omitempty"`
	Again        approvals.ID     `json:"again,omitempty"`
	Reason       string           `json:"reason,omitempty"`
	ReasonBy     actorRecord      `json:"reason_by,omitzero"`
	ReasonOf     approvals.ID     `json:"reason_of,omitempty"`
	Selectors    []selectorRecord `json:"selectors,omitempty"`
	AllOrNothing bool             `json:"all_or_nothing,omitempty"`
	Statement    statementRecord  `json:"statement,omitzero"`
	Rule         string           `json:"rule,omitempty"`
	Quorum       int              `json:"quorum,omitempty"`
	Groups       int              `json:"groups,omitempty"`
	Approvers    audienceRecord   `json:"approvers"`
	Policy       string           `json:"policy,omitempty"`

	CreatedAt time.Time `json:"created_at,omitzero"`
	ReadyAt   time.Time `json:"ready_at,omitzero"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`

	Targets   []targetRecord      `json:"targets,omitempty"`
	LeftOut   []leftOutRecord     `json:"left_out,omitempty"`
	Narrowed  []narrowingRecord   `json:"narrowed,omitempty"`
	Decisions []decisionRecord    `json:"decisions,omitempty"`
	Unread    bool                `json:"unread,omitempty"`
	Earlier   []pastRecord        `json:"earlier,omitempty"`
	Unusual   []approvals.Unusual `json:"unusual,omitempty"`
	Review    reviewRecord        `json:"review,omitzero"`
	Handover  handoverRecord      `json:"handover,omitzero"`

	Closing  string    `json:"closing,omitempty"`
	Delayed  bool      `json:"delayed,omitempty"`
	Reminded int       `json:"reminded,omitempty"`
	Looks    int       `json:"looks,omitempty"`
	WakeAt   time.Time `json:"wake_at,omitzero"`
}

// headSize is what stands before the JSON of a request: its version and its
// place in the wake index, for a change to look at without reading the rest.
const headSize = 16

// encodeRequest returns the stored form of a request.
func encodeRequest(r approvals.Request) ([]byte, error) {
	body, err := json.Marshal(requestRecord{
		Format: requestFormat, State: r.State,
		Requester: actorRecord(r.Requester), Channel: r.Channel, CardChannel: r.CardChannel,
		Thread: r.Thread, ThreadLink: r.ThreadLink, Again: r.Again,
		Reason: r.Reason, ReasonBy: actorRecord(r.Borrowed.By), ReasonOf: r.Borrowed.Of,
		Selectors: each(r.Selectors, selectorOf), AllOrNothing: r.AllOrNothing,
		Statement: statementRecord(r.Statement), Rule: r.Rule, Policy: r.Policy,
		Quorum: r.Quorum, Groups: r.Groups, Approvers: audienceRecord(r.Approvers),
		CreatedAt: stamp(r.CreatedAt), ReadyAt: stamp(r.ReadyAt), ExpiresAt: stamp(r.ExpiresAt),
		DecidedAt: stamp(r.DecidedAt), StartedAt: stamp(r.StartedAt), EndedAt: stamp(r.EndedAt),
		Targets: each(r.Targets, targetOf), LeftOut: each(r.LeftOut, leftOutOf),
		Narrowed: each(r.Narrowed, narrowingOf), Decisions: each(r.Decisions, decisionOf),
		Unread: r.Unread, Earlier: each(r.Earlier, pastOf), Unusual: r.Unusual, Review: reviewOf(r.Review), Handover: handoverOf(r.Handover),
		Closing: r.Closing, Delayed: r.Delayed, Reminded: r.Reminded, Looks: r.Looks, WakeAt: stamp(r.WakeAt),
	})
	if err != nil {
		return nil, unstorable(fmt.Sprintf("The request %s", r.ID), err)
	}
	return append(head(r.Version, wakeNumber(stamp(r.WakeAt))), body...), nil
}

func head(version, wake uint64) []byte { return pair(version, wake) }

// decodeRequest reads what encodeRequest wrote.
func decodeRequest(id approvals.ID, data []byte) (approvals.Request, error) {
	what := "The request " + id.String()
	if len(data) < headSize {
		return approvals.Request{}, damaged(what+" is cut off in the database.", nil)
	}
	var rec requestRecord
	err := json.Unmarshal(data[headSize:], &rec)
	if err := understood(what, data[headSize:], rec.Format, requestFormat, err); err != nil {
		return approvals.Request{}, err
	}
	if rec.Format == 1 {
		rec.countSends()
	}
	return approvals.Request{
		ID: id, Version: binary.BigEndian.Uint64(data), State: rec.State,
		Requester: approvals.Actor(rec.Requester), Channel: rec.Channel, CardChannel: rec.CardChannel,
		Thread: rec.Thread, ThreadLink: rec.ThreadLink, Again: rec.Again,
		Reason: rec.Reason, Borrowed: approvals.Borrowed{By: approvals.Actor(rec.ReasonBy), Of: rec.ReasonOf},
		Selectors: each(rec.Selectors, selectorRecord.selector), AllOrNothing: rec.AllOrNothing,
		Statement: approvals.Statement(rec.Statement), Rule: rec.Rule, Policy: rec.Policy,
		Quorum: rec.Quorum, Groups: rec.Groups, Approvers: approvals.Audience(rec.Approvers),
		CreatedAt: rec.CreatedAt, ReadyAt: rec.ReadyAt, ExpiresAt: rec.ExpiresAt,
		DecidedAt: rec.DecidedAt, StartedAt: rec.StartedAt, EndedAt: rec.EndedAt,
		Targets: each(rec.Targets, targetRecord.target), LeftOut: each(rec.LeftOut, leftOutRecord.leftOut),
		Narrowed: each(rec.Narrowed, narrowingRecord.narrowing), Decisions: each(rec.Decisions, decisionRecord.decision),
		Unread: rec.Unread, Earlier: each(rec.Earlier, pastRecord.past), Unusual: rec.Unusual, Review: rec.Review.review(), Handover: rec.Handover.handover(),
		Closing: rec.Closing, Delayed: rec.Delayed, Reminded: rec.Reminded, Looks: rec.Looks, WakeAt: rec.WakeAt,
	}, nil
}

// countSends fills in what the first form did not have: it knew one intent for
// each device at the most.
func (rec *requestRecord) countSends() {
	for i := range rec.Targets {
		if r := &rec.Targets[i].Result; !r.IntendedAt.IsZero() {
			r.Sends = 1
		}
	}
}

// understood returns why a record can't be used, or nil. A newer form may
// have other types in its fields, so its version is looked for apart.
func understood(what string, data []byte, format, known int, err error) error {
	if err != nil {
		var only struct {
			Format int `json:"v"`
		}
		if json.Unmarshal(data, &only) == nil {
			format = only.Format
		}
	}
	switch {
	case format > known:
		return newerRecord(what, format)
	case err != nil:
		return damaged(what+" cannot be read from the database.", err)
	case format < 1:
		return damaged(fmt.Sprintf("%s has no known version in the database (%d).", what, format), nil)
	}
	return nil
}

// stamp returns an instant as it is stored.
func stamp(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return approvals.Instant(t)
}

// each returns f of every element. No elements are nil, whether they came as
// nil or not.
func each[A, B any](as []A, f func(A) B) []B {
	var bs []B
	for _, a := range as {
		bs = append(bs, f(a))
	}
	return bs
}
