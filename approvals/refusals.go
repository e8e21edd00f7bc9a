package approvals

import (
	"fmt"
	"slices"
	"strings"
)

// Refusal is one way in which an act of a person is turned down.
type Refusal struct {
	Code string
	Kind Kind
	Text string // with %s where names and numbers go
	Hint string
}

// Refusals lists each refusal that the rules know, in the order in which the
// documentation shows them.
func Refusals() []Refusal {
	return []Refusal{
		{"not-requester", Forbidden, "You are not in the group of people who may ask for a passcode reset here.", "Ask someone at the help desk to do it, or your admin to add you to the group."},
		{"not-approver", Forbidden, "You are not in the group of people who may decide on %s.", "Ask one of the approvers that the card names."},
		{"not-approver-now", Forbidden, "The rules have changed since %s was asked for, and you are not in the group of people who may decide on it now.", "Somebody has to who may by the rules of then and of now; if nobody may, its requester can cancel it and ask again."},
		{"own-request", Forbidden, "You asked for %s yourself, so you cannot decide on it.", "A second person has to; you can cancel it."},
		{"owner", Forbidden, "You are the user of %s, one of the devices of %s, so you cannot decide on it.", "Somebody else has to."},
		{"decided-by-you", Conflict, "You have already approved %s.", "It needs %s more, from somebody else."},
		{"already-approved", Conflict, "%s was first: %s is already approved and on its way.", "You need do nothing; the results come in its thread."},
		{"already-denied", Conflict, "%s was first: %s is already denied.", "If the reset is still needed, ask again with `/reset-passcode`."},
		{"already-cancelled", Conflict, "%s has already cancelled %s.", "If the reset is still needed, ask again with `/reset-passcode`."},
		{"already-rejected", Conflict, "%s was turned down when its devices were checked.", "Ask again with `/reset-passcode`."},
		{"already-withdrawn", Conflict, "%s was approved, and turned down before its start.", "Its card says why. If the reset is still needed, ask again with `/reset-passcode`."},
		{"already-ended", Conflict, "%s is already finished.", "If the reset is still needed, ask again with `/reset-passcode`."},
		{"expired", TooLate, "%s has expired: nobody decided in time.", "If the reset is still needed, ask again with `/reset-passcode`."},
		{"still-checking", Conflict, "The devices of %s are still being checked.", "Decide when its card is there, in a few seconds."},
		{"not-yours-to-cancel", Forbidden, "Only %s, who asked for it, can cancel %s.", "An approver can deny it instead."},
		{"already-running", Conflict, "%s is approved and running, so it can no longer be cancelled.", "The results come in its thread."},
		{"not-yours-to-see", Forbidden, "%s can be seen by the person who asked for it and by approvers only.", ""},
		{"unknown-request", NotFound, "There is no request %s.", "`/reset-passcode list` shows the open ones."},
		{"wrong-card", Invalid, "This message is not the card of %s.", "Use the buttons on the card itself; `/reset-passcode show %s` tells where things stand."},
		{"card-not-ready", Unavailable, "The card of %s is just being posted, so nothing was changed.", "Click again in a moment."},
		{"deactivated", Forbidden, "%s is deactivated in Slack and can do nothing here.", ""},
		{"bot", Forbidden, "Apps, bots and workflows cannot ask for or decide on passcode resets.", "A person has to."},
		{"other-workspace", Forbidden, "People of another workspace cannot ask for or decide on passcode resets.", "Ask somebody of this workspace."},
		{"other-organisation", Forbidden, "People of another Slack organisation cannot ask for or decide on passcode resets.", "Ask somebody of this organisation."},
		{"stranger", Forbidden, "People from outside, in a shared channel, cannot ask for or decide on passcode resets.", "Ask somebody of this workspace."},
		{"foreign-app", Forbidden, "This did not come from this app, so nothing was changed.", "Use `/reset-passcode` and its cards."},
		{"foreign-team", Forbidden, "This did not come from the workspace that passcodebot serves, so nothing was changed.", "Ask in that workspace."},
		{"guest", Forbidden, "Guests cannot ask for or decide on passcode resets.", "Ask a full member of this workspace."},
		{"wrong-channel", Forbidden, "Passcode resets cannot be asked for in this channel.", "Ask in one of the channels that your admin chose:"},
		{"slack-silent", Unavailable, "Slack did not tell who may do this, so nothing was changed.", "Try again in a moment."},
		{"store-failed", Unavailable, "This could not be written to the database, so nothing was changed.", "Try again in a moment; if it stays, tell the people who run passcodebot."},
		{"too-many-devices", Invalid, "%s devices were found, and a request may have %s at the most.", "Ask for fewer, or in several requests."},
		{"no-device", NotFound, "No device was found for %s.", "Check the spelling in the Intune admin center and ask again."},
		{"no-devices", NotFound, "None of these names a device: %s", "Check the spelling in the Intune admin center and ask again."},
		{"none-eligible", Invalid, "None of the devices can have its passcode reset: %s", "See in the Intune admin center what can be done for them."},
		{"not-all-eligible", Invalid, "Not all of the devices can have their passcode reset, and you asked for all or nothing: %s", "Ask again without those, or without all-or-nothing."},
		{"no-mail", NotFound, "Slack shows no mail address for %s, so their devices cannot be found.", "Name the device instead, for example `serial:R58M12ABCDE`."},
		{"unknown-person", NotFound, "Slack does not know the person %s.", "Mention somebody of this workspace, or use user:name@company.com."},
		{"rule-refused", Forbidden, "%s", "That is what the rule “%s” says; ask the people who run passcodebot if you think that it should not hold here."},
		{"mixed-rules", Forbidden, "These devices fall under different rules (%s), which name different approvers or different tickets.", "Ask for them in separate requests."},
		{"needs-ticket", Invalid, "A ticket number is needed for this, by the rule “%s”.", "Ask again with it, for example `ticket:INC0012345`, before the reason."},
		{"wrong-ticket", Invalid, "%s is not a ticket number as the rule “%s” wants it.", "Ask again with one that matches `%s`."},
		{"needs-second-reason", Invalid, "A second reason is needed for this, by the rule “%s”: why it has to be now, or why so many.", "Ask again with it, for example `second-reason:\"the shift starts at six\"`, before the reason."},
		{"needs-verified", Invalid, "How you verified who the person is must be said for this, by the rule “%s”.", "Ask again with it, for example `verified:\"called back on the number in the directory\"`, before the reason."},
		{"over-limit", Forbidden, "You have reached what one person may ask for in an hour: %s.", "Ask again after %s, or let a colleague ask."},
		{"no-break-glass", Forbidden, "Break glass is not set up here, so nothing was asked for.", "Ask again without `break-glass:`."},
		{"break-glass-channel", Forbidden, "Break glass is for incident channels only, and this is none, so nothing was asked for.", "Ask again without `break-glass:`, or in one of these:"},
		{"break-glass-group", Forbidden, "You are not in the group of people who may break glass, so nothing was asked for.", "Ask again without `break-glass:`, or ask somebody of that group to do it."},
		{"policy-changed", Forbidden, "The rules have changed since %s was asked for, and it cannot go ahead as it is: %s.", "Its requester can cancel it and ask again."},
		{"reset-since", Forbidden, "Since %s was asked for, its devices, their users or its requester had other resets, and it cannot go ahead as it is: %s.", "Its requester can cancel it and ask again."},
		{"requester-gone", Forbidden, "%s, who asked for %s, may no longer ask for resets: %s.", "Somebody who may has to ask again."},
		{"group-unread", Forbidden, "A user group that the rules name cannot be read, so nothing was changed: %s.", "Ask the people who run passcodebot to mend it, in Slack or in the config."},
		{"log-disagrees", Forbidden, "%s is not what the log tells of it, so it goes no further: %s.", "Somebody may have written into the database: run `passcodebot audit verify`."},
		{"no-identity", Forbidden, "Slack does not tell your mail address, so I cannot know that %s, one of the devices of %s, is not yours, and you cannot decide on it.", "Somebody else has to; your admin can see why Slack hides your address."},
		{"not-reviewer", Forbidden, "You are not in the group of people who may sign the review of %s.", "Ask one of them."},
		{"review-own", Forbidden, "You had a part in %s yourself, so you cannot sign its review.", "Somebody who neither asked for it nor decided on it has to."},
		{"review-signed", Conflict, "%s has already signed the review of %s.", "You need do nothing."},
		{"no-review", Conflict, "No review is asked for of %s.", "You need do nothing."},
		{"again-too-early", Conflict, "%s is not finished, so nothing of it can be tried again yet.", "Wait for its results, which come in its thread."},
		{"again-nothing", Conflict, "No device of %s is known to have failed, so there is nothing to try again.", "What can't be known is best looked up in the Intune admin center; then ask with `/reset-passcode`."},
		{"again-open", Conflict, "What failed of %s is already asked for once more: by %s, with %s.", "You need do nothing; the results come in its thread."},
		{"again-over", Conflict, "What failed of %s was tried again with %s, and nothing of that is known to have failed.", "What can't be known is best looked up in the Intune admin center; then ask with `/reset-passcode`."},
		{"not-yours-to-answer", Forbidden, "Only %s, who asked for %s, can say whether the person has set a passcode of their own.", "You need do nothing."},
		{"no-handover", Conflict, "It was not asked yet whether the person of %s has set a passcode of their own.", "You need do nothing."},
		{"handover-answered", Conflict, "You have already said that the person of %s has set a passcode of their own.", "You need do nothing."},
		{"handover-noted", Conflict, "You have already said that the person of %s has no passcode of their own yet.", "Say so with the other button once it is set."},
		{"too-few-groups", Forbidden, "%s needs %s from people of %s, and not enough of the groups have somebody who could approve it now.", "Ask your admin to look at the approvers' groups."},
		{"too-few-approvers", Forbidden, "%s needs %s besides you, and %s could approve it now.", "Ask your admin to look at the approvers' group."},
		{"approvers-unidentified", Forbidden, "%s needs %s besides you, and %s could approve it now, because Slack does not tell whose devices these approvers use: %s.", "Ask your admin to give the app the scope users:read.email."},
		{"approvers-own-devices", Forbidden, "%s needs %s besides you, and %s could approve it now, because approvers use devices of it themselves: %s.", "Ask for the devices of those people in a request of their own."},
	}
}

// UnknownRequest returns the refusal of an act on a request that is not there.
func UnknownRequest(id ID) error { return refusal("unknown-request", id.String()) }

// WrongCard returns the refusal of a click on a message that is not the card
// of the request.
func WrongCard(id ID) error { return refusal("wrong-card", id.String(), id.String()) }

// CardNotReady returns the refusal of a click on a card whose place is not
// yet known.
func CardNotReady(id ID) error { return refusal("card-not-ready", id.String()) }

// ForeignApp returns the refusal of what came for another app.
func ForeignApp() error { return refusal("foreign-app") }

// ForeignTeam returns the refusal of what came from another workspace or
// organisation.
func ForeignTeam() error { return refusal("foreign-team") }

// RefusalFrom returns the Error for a code of a table. The args fill first
// Text's and then Hint's places. It panics where the table has no such code.
func RefusalFrom(table []Refusal, code string, args ...any) *Error {
	i := slices.IndexFunc(table, func(r Refusal) bool { return r.Code == code })
	if i < 0 {
		panic("approvals: no refusal " + code)
	}
	r := table[i]
	n := places(r.Text)
	text, hint := r.Text, r.Hint
	if n > 0 {
		text = fmt.Sprintf(r.Text, args[:n]...)
	}
	if places(r.Hint) > 0 {
		hint = fmt.Sprintf(r.Hint, args[n:]...)
	}
	return newError(r.Kind, code, text, hint)
}

// refusal returns the Error for a code of Refusals.
func refusal(code string, args ...any) *Error { return RefusalFrom(Refusals(), code, args...) }

func places(format string) int { return strings.Count(format, "%s") }
