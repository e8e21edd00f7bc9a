package approvals

// State is where a request stands.
type State string

// The states of a request.
//
//	checking ─> pending ─> approved ─> running ─> done
//	    │          ├─> denied
//	    └> rejected├─> cancelled
//	               └─> expired
//
// Checking can also be cancelled and can expire. Approved goes back to
// pending where approvals no longer count before the start, and is rejected
// where the policy no longer allows it.
const (
	Checking  State = "checking"  // its devices are looked up
	Pending   State = "pending"   // it waits for decisions
	Approved  State = "approved"  // it has its quorum
	Running   State = "running"   // resets are being sent
	Done      State = "done"      // every device has a result
	Rejected  State = "rejected"  // its devices did not pass the check
	Denied    State = "denied"    // an approver said no
	Cancelled State = "cancelled" // the requester took it back
	Expired   State = "expired"   // nobody decided in time
)

// Ended says that no reset will be sent in this state any more.
func (s State) Ended() bool {
	switch s {
	case Checking, Pending, Approved, Running:
		return false
	}
	return true
}

// Outcome is what became of a request that is done.
type Outcome string

// The outcomes of a request that is done.
const (
	Succeeded Outcome = "succeeded" // Intune accepted every device
	Partial   Outcome = "partial"   // Intune accepted some
	AllFailed Outcome = "failed"    // Intune accepted none
)
