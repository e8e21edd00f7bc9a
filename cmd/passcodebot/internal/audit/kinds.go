package audit

import (
	"slices"

	"passcodebot/approvals"
)

// Fact is what is known of a kind of event: what it means, which names its
// data can have, and where it belongs in the Elastic Common Schema. Category
// and Type are empty where that has no place for it.
type Fact struct {
	Kind     approvals.EventKind
	Meaning  string
	Data     []string
	Category []string
	Type     []string
	Outcome  string // success, failure or unknown
}

// FactOf returns what is known of a kind; of one that is newer than this
// program, the kind alone.
func FactOf(kind approvals.EventKind) Fact {
	for _, f := range facts {
		if f.Kind == kind {
			return f
		}
	}
	return Fact{Kind: kind}
}

// Facts returns what is known of every kind, in the order of a request's life.
func Facts() []Fact { return slices.Clone(facts) }

const (
	success = "success"
	failure = "failure"
	unknown = "unknown"
)

var (
	iam     = []string{"iam"}
	right   = []string{"iam", "api"}
	session = []string{"session"}
	process = []string{"process"}
	record  = []string{"database"}

	info    = []string{"admin", "info"}
	change  = []string{"admin", "change"}
	allowed = []string{"admin", "allowed"}
	denied  = []string{"admin", "denied"}

	// why is what is kept of an error beside its sentence.
	why = []string{"code", "kind", "graph_request_id", "channels"}
	// through is how an act of a person came.
	through = []string{"via", "envelope", "connection"}
	quorum  = []string{"approvals", "quorum"}
)

func with(groups ...[]string) []string { return slices.Concat(groups...) }

var facts = []Fact{
	{approvals.Asked, "somebody asked for resets; the reason is in text", with([]string{"selectors", "channel", "thread", "again", "reason_by", "reason_of"}, through), iam, info, success},
	{approvals.WasTried, "somebody was shown what a request would find, and nothing was changed; in text and code why it would be turned down, if so", with([]string{"selectors", "channel", "thread", "devices", "code"}, through), iam, info, success},
	{approvals.CheckDelayed, "Intune or Slack did not answer the check; it is tried again", why, iam, info, failure},
	{approvals.BecameReady, "its devices were found and checked; it waits for approvals", []string{
		"devices", "left_out", "quorum", "different_groups", "rule", "policy", "earlier_resets", "intune_record", "ticket", "second_reason", "verified",
		"device_ids", "left_out_ids", "unusual",
	}, iam, info, success},
	{approvals.BrokeGlass, "it needs fewer approvals than the rule says; the reason is in text", with([]string{"quorum"}, through), right, allowed, success},
	{approvals.WasRejected, "it could not go on; why is in text", with(why, []string{"rule", "device_ids", "left_out_ids"}), right, denied, failure},
	{approvals.GotApproval, "one approver said yes; the comment is in text", with([]string{"rule", "groups"}, through), right, allowed, success},
	{approvals.GotDenial, "one approver said no; the comment is in text", with([]string{"rule", "groups"}, through), right, denied, success},
	{approvals.ApprovalVoided, "an approval no longer counts; why is in text", []string{"code"}, right, denied, success},
	{approvals.ReachedQuorum, "it has the approvals that it needs", quorum, right, allowed, success},
	{approvals.Reopened, "it was approved, and waits again because some approvals no longer count", quorum, iam, info, success},
	{approvals.Tightened, "it needs more than before, by the rule that holds now", []string{"quorum", "different_groups", "rule"}, iam, info, success},
	{approvals.Reminded, "it waits for decisions still; whom to mention is in data", []string{"step", "groups", "people"}, iam, info, success},
	{approvals.WasCancelled, "its requester took it back", through, iam, info, success},
	{approvals.HasExpired, "its time was over before it was approved", nil, iam, info, failure},
	{approvals.WasRefused, "somebody tried what they may not do; why is in text", with([]string{"act", "request"}, why, through), right, denied, failure},
	{approvals.RunStarted, "its resets begin", []string{"devices"}, iam, change, unknown},
	{approvals.RunDelayed, "Intune does not take the resets, or the approvals could not be counted again; it goes on by itself", with(why, []string{"until"}), iam, info, failure},
	{approvals.ResetIntended, "the reset of a device is about to be sent; data has what Intune said of the device before", []string{
		"last_reset", "last_reset_started", "last_reset_updated", "read_at",
	}, iam, change, unknown},
	{approvals.ResetDoubted, "the reset was sent, and what came of it is not known yet", why, iam, change, unknown},
	{approvals.ResetUnsent, "the reset has provably not been taken, and may be sent again", why, iam, change, failure},
	{approvals.ResetAccepted, "Intune took the reset", []string{"graph_request_id", "found", "by"}, iam, change, success},
	{approvals.ResetFailed, "Intune refused the reset", why, iam, change, failure},
	{approvals.ResetSkipped, "the reset was not sent; why is in text", why, iam, change, failure},
	{approvals.ResetUnknown, "nobody can tell whether the reset happened", why, iam, change, unknown},
	{approvals.RunEnded, "every device has its outcome; text says succeeded, partial or failed", nil, iam, change, unknown},
	{approvals.ResetConfirmed, "the device did the reset", nil, iam, change, success},
	{approvals.DeviceFailed, "the device reported that the reset failed", nil, iam, change, failure},
	{approvals.Unconfirmed, "the follow-up ended without word from the device", []string{"code"}, iam, change, unknown},
	{approvals.ReviewAsked, "somebody else is to look at what break glass did", nil, iam, info, success},
	{approvals.ReviewReminded, "the review is still open", nil, iam, info, success},
	{approvals.ReviewSigned, "somebody who had no part in it has looked at it; the comment is in text", through, right, allowed, success},
	{approvals.HandoverAsked, "its requester is asked whether the person has set a passcode of their own", []string{"times"}, iam, info, success},
	{approvals.HandoverAnswered, "its requester has answered that", with([]string{"own"}, through), iam, info, success},
	{approvals.ResetOutside, "a reset that Intune has recorded and passcodebot did not send", []string{"at", "state", "by", "device_name", "owner"}, iam, change, success},
	{approvals.CardPosted, "the card of a request was posted", []string{"channel", "ts"}, nil, nil, success},
	{approvals.CardLost, "the card or its channel is gone; why is in text", []string{"channel", "ts", "error"}, nil, nil, failure},
	{approvals.MessagePosted, "a message was posted that tells of events up to one", []string{"as", "channel", "ts", "thread_ts", "to", "through"}, nil, nil, success},
	{approvals.MessageLost, "a notice could not be posted and is left out; why is in text", []string{"as", "channel", "error", "through"}, nil, nil, failure},
	{approvals.ProcessStarted, "passcodebot started; config and policy are fingerprints", []string{"version", "config", "policy", "store"}, process, []string{"start"}, success},
	{approvals.ProcessSignedIn, "passcodebot signed in to a service", []string{
		"service", "tenant", "app", "way", "cloud", "team", "workspace", "bot", "enterprise",
	}, []string{"authentication"}, []string{"start"}, success},
	{approvals.SocketConnected, "a socket to Slack is open", []string{"connection", "connections", "app", "host"}, session, []string{"start"}, success},
	{approvals.ProcessStopped, "passcodebot stopped", nil, process, []string{"end"}, success},
	{approvals.LogAnchored, "how long the log was, and the hash of its head; text is the anchor", []string{"through", "hash", "key", "signature"}, record, []string{"info"}, success},
	{approvals.LogVerified, "the chain of the log was calculated anew, up to its end then; what was found is in text", []string{"through", "hash", "problems"}, record, []string{"info"}, success},
	{approvals.PreferencesSet, "somebody said what they want to be told directly", with([]string{"requests", "named"}, through), iam, info, success},
	{approvals.LogCut, "old requests and their events were purged", []string{"through", "hash", "requests", "purged"}, record, []string{"change"}, success},
}
