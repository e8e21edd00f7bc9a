package approvals

import "time"

// SubjectKind is what a Trace can be found by.
type SubjectKind string

// The kinds of Subject.
const (
	ResetOf    SubjectKind = "reset-of"    // a device, by its managed device id
	ResetFor   SubjectKind = "reset-for"   // the owner of a device, by Owner.Key
	ResetBy    SubjectKind = "reset-by"    // the requester of a reset, by Slack id
	RequestsBy SubjectKind = "requests-by" // whoever asked, by Slack id
)

// Subject is a device or a person of whom traces are kept.
type Subject struct {
	Kind SubjectKind
	ID   string // at most 256 bytes
}

// Trace says that something happened with a Subject: a reset that Intune has
// taken or may have taken, or a request.
type Trace struct {
	Of      Subject
	At      time.Time
	Request ID
	Device  string // the managed device id; empty for a request
}

// Past is an earlier reset, as the card and the rules look at it.
type Past struct {
	Device  string // the managed device id
	Owner   string // Owner.Key; empty where the device has none
	At      time.Time
	Request ID     // zero for a reset outside of passcodebot
	By      Actor  // its requester; for a reset outside, the name that Intune's record has
	Reason  string // empty for a reset outside
}

// Outside says that the reset was not asked for here.
func (p Past) Outside() bool { return p.Request == 0 }

// Head is the end of the log: its last event and the hash of the chain up to
// it. The zero Head is an empty log.
type Head struct {
	Seq  Seq
	Hash string // in lower-case hexadecimal
}
