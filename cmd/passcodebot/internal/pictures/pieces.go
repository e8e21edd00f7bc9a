package pictures

// Subject is a part of the page.
type Subject struct {
	Title  string
	Says   string
	Pieces []Piece
}

// Piece is one golden and how the page speaks of it.
type Piece struct {
	Name    string // of the golden, without its language
	Heading string
	When    string // it is shown
	Also    []Look // the other pictures of it, beside English in light
}

// Look is how a picture of a golden is taken.
type Look struct {
	Language string
	Dark     bool
}

// File is the name of a picture.
func (l Look) File(name string) string {
	if l.Dark {
		return name + "." + l.Language + ".dark.png"
	}
	return name + "." + l.Language + ".png"
}

// Looks are all pictures of a piece, the one in English and light first.
func (p Piece) Looks() []Look { return append([]Look{{Language: "en"}}, p.Also...) }

// languages are those that a few pieces are shown in too.
var languages = []Look{{Language: "de"}, {Language: "ja"}}

// Subjects is the page in its order. What the goldens hold that is not here,
// the test finds.
func Subjects() []Subject {
	return []Subject{asking, card, thread, single, home, glass, notices, refusals}
}

var asking = Subject{"Asking", "The form opens by a bare `/reset-passcode`, by the shortcut, from the menu of a message, by a mention and from App Home. What it shows only the person who opened it sees.", []Piece{
	{Name: "form-loading", Heading: "The form, while it opens", When: "At once, before the rules and Slack have been asked who may ask here."},
	{Name: "form-open", Heading: "The form, empty", When: "When it has opened and nobody is chosen yet."},
	{Name: "form-looking", Heading: "The form, looking for devices", When: "When a person is chosen and Intune has not answered yet."},
	{Name: "form-listed", Heading: "The form with the devices of a person", When: "When Intune has answered; what cannot be reset is listed with why.", Also: languages},
	{Name: "form-none", Heading: "The form for a person without devices", When: "When Intune knows no device of the person who was chosen."},
	{Name: "form-trouble", Heading: "The form when Intune does not answer", When: "When the devices of the person could not be looked up; what was typed stays."},
	{Name: "form-suggestions", Heading: "What the search offers", When: "While somebody types into the search, from the third letter on."},
	{Name: "form-asked", Heading: "The form with all that a rule can ask for", When: "When the rule that holds for the chosen devices asks for a ticket, a second reason and how the person was verified, and break glass is allowed."},
	{Name: "form-picking", Heading: "The form where it has to be said where to ask", When: "When it was opened by the global shortcut or from App Home, where no channel is given."},
	{Name: "form-app", Heading: "The form on a message of an app", When: "When the menu of a message was used whose author is an app, in a thread."},
	{Name: "form-wrong", Heading: "The form with errors at its fields", When: "When it was submitted and something is missing or does not fit."},
	{Name: "form-errors", Heading: "All errors that stand at a field, and the reason as it is stored", When: "At the field that is to be changed, after the form was submitted."},
	{Name: "form-refused", Heading: "The form when a rule is against it", When: "When a rule turns down what is chosen, before it is submitted."},
	{Name: "form-unknown", Heading: "The form where nothing could be looked up", When: "When Slack did not tell who may ask; the button looks again."},
	{Name: "form-turned-down", Heading: "The form where nobody may ask", When: "When it was opened in a channel where, or by a person by whom, no reset may be asked for."},
	{Name: "form-mentions", Heading: "Answers to a mention and to a direct message", When: "When somebody mentions passcodebot or writes to it; the buttons open the form."},
}}

var card = Subject{"The card through its life", "The card of a request is one message that changes with the request. Everybody in its channel sees it, in the language of its channel.", []Piece{
	{Name: "card-first", Heading: "A new request", When: "When the devices are known and nobody has decided yet.", Also: []Look{{Language: "en", Dark: true}, {Language: "de"}, {Language: "ja"}}},
	{Name: "card-pending", Heading: "One approval of two", When: "When one person has approved and a second has to."},
	{Name: "card-unusual", Heading: "A request that is unusual", When: "When something about it should make an approver stop: many devices, long offline, personal, a new requester, outside of working hours."},
	{Name: "card-borrowed", Heading: "Failed devices that somebody else asks for again", When: "When somebody tries again what failed for another person, whose reason it is; and as /reset-passcode show tells it."},
	{Name: "card-again", Heading: "Devices that were reset before", When: "When one of the devices, or another of the same person, was reset a short time ago."},
	{Name: "card-unread", Heading: "Earlier resets that could not be looked up", When: "When Intune's log of actions could not be read; with resets of our own, without any, and as /reset-passcode show tells it."},
	{Name: "card-elsewhere", Heading: "Asked in another channel", When: "When the rules send the card to a channel of its own."},
	{Name: "card-hundred", Heading: "A hundred devices", When: "When there are more devices than a card has room for; its thread lists all."},
	{Name: "card-worst", Heading: "The longest card there can be", When: "When everything that people and devices give is as long and as hostile as Slack allows; nothing in it may format, mention or link."},
	{Name: "card-voided", Heading: "Approvals that no longer count", When: "When an approver has left the group or Slack since, and when the approvals come from one group and two are needed."},
	{Name: "card-approved", Heading: "Approved", When: "When there are enough approvals and the reset is about to begin."},
	{Name: "card-running", Heading: "Running", When: "While Intune is asked for one device after another."},
	{Name: "card-doubted", Heading: "Running, with a reset in doubt", When: "While it is looked up whether Intune took a reset that it did not answer."},
	{Name: "card-succeeded", Heading: "Succeeded", When: "When Intune has accepted the reset of every device."},
	{Name: "card-partly", Heading: "Partly succeeded", When: "When devices came out differently: each result that there is."},
	{Name: "card-failed", Heading: "Failed", When: "When no device was reset."},
	{Name: "card-unknown", Heading: "Unknown", When: "When it cannot be told whether Intune took the reset; somebody has to look."},
	{Name: "card-unconfirmed", Heading: "Not seen to be done", When: "When a device has not checked in for long after Intune accepted its reset, and when it never has."},
	{Name: "card-remarked", Heading: "Reset in Intune too", When: "When somebody reset the device in the Intune admin center at about the same time."},
	{Name: "card-denied", Heading: "Denied", When: "When an approver has said no."},
	{Name: "card-cancelled", Heading: "Cancelled", When: "When the requester has taken it back."},
	{Name: "card-expired", Heading: "Expired", When: "When it was not approved in time."},
	{Name: "card-withdrawn", Heading: "Turned down after it was approved", When: "When the rules changed before the reset began and no longer allow it."},
	{Name: "modal-details", Heading: "The details of a request that waits", When: "When somebody presses Details on a card or in App Home."},
	{Name: "modal-waiting", Heading: "The details, while it is looked up who could approve", When: "At once after Details was pressed, until Slack has answered."},
	{Name: "modal-done", Heading: "The details of a request that is over", When: "When somebody presses Details on the card of a request that is done."},
	{Name: "modal-deny", Heading: "The form that denies", When: "When an approver presses Deny; the requester sees the reason."},
}}

var thread = Subject{"The thread", "What happens to a request is told in the thread of its card, in the language of its channel.", []Piece{
	{Name: "thread-decisions", Heading: "Decisions", When: "When somebody approves, denies or cancels, and when the time is over; here all of these at once."},
	{Name: "thread-missed", Heading: "Expired without a decision", When: "When nobody decided in time."},
	{Name: "thread-called", Heading: "Reminders", When: "At half of the time and when little of it is left, where nobody has decided."},
	{Name: "thread-rules", Heading: "Approvals and rules that change", When: "When an approval stops counting, when a request waits again, when the rules have become stricter, and when they turn it down."},
	{Name: "thread-results", Heading: "Results of devices", When: "When Intune has answered for a device: accepted, failed, skipped and unknown."},
	{Name: "thread-later", Heading: "A device that failed after the end", When: "When a device reports, hours after the summary, that its reset failed."},
	{Name: "thread-afterwards", Heading: "A result that was found afterwards", When: "When Intune turns out to have taken a reset that it did not answer."},
	{Name: "thread-unknown", Heading: "An unknown result", When: "When it cannot be found out whether Intune took a reset, and at the end of such a request."},
	{Name: "thread-remarks", Heading: "Delayed, and reset in Intune too", When: "When Intune asks to wait, and when somebody reset the same device in the admin center."},
	{Name: "thread-summary", Heading: "The summary", When: "When a request is done."},
	{Name: "thread-file", Heading: "The results as a file", When: "When a request of more than 25 devices is done and the app may upload files."},
	{Name: "thread-follow-up", Heading: "What the devices did", When: "When a device has confirmed its reset, has failed at it, or has not been seen for long."},
	{Name: "thread-never", Heading: "A device that never checked in", When: "When a device whose reset Intune accepted has never been seen."},
	{Name: "thread-hundred", Heading: "All of a hundred devices", When: "When the card has no room for all devices; its thread then has all of them."},
	{Name: "thread-cut", Heading: "What the card has cut", When: "When a text or a name was too long for the card; its thread has all of it."},
}}

var single = Subject{"What single people are told", "What only one person sees is in the language of that person. Whispers stand in the channel and are seen by that person alone; the others are direct messages.", []Piece{
	{Name: "whisper-stored", Heading: "Stored", When: "After the command, while the devices are looked up; with and without a mention that rings for nobody."},
	{Name: "whisper-delayed", Heading: "Stored, and Intune does not answer", When: "When the devices could not be looked up yet."},
	{Name: "whisper-rejected", Heading: "Nothing to ask for", When: "When no device was found or none may be reset."},
	{Name: "whisper-lapsed", Heading: "Expired before its card", When: "When the devices could not be looked up in time."},
	{Name: "whisper-unpostable", Heading: "The card cannot be posted", When: "When Slack refuses the card in its channel, by each reason."},
	{Name: "whisper-trial", Heading: "A dry run", When: "After /reset-passcode with dry-run: what would be asked, and when nobody could approve it."},
	{Name: "whisper-list", Heading: "The list", When: "After /reset-passcode list: with none, and with some."},
	{Name: "whisper-show", Heading: "One request", When: "After /reset-passcode show: done, turned down, denied, and while it is checked."},
	{Name: "whisper-again", Heading: "One request whose devices were reset before", When: "After show and after a dry run, with a rule, and with approvals that no longer count."},
	{Name: "whisper-help", Heading: "The help", When: "After /reset-passcode help, and after what could not be understood."},
	{Name: "direct-requester", Heading: "About one's own request", When: "By direct message at each change of one's request that is not one's own act, unless switched off in App Home."},
	{Name: "direct-named", Heading: "Asked by name", When: "By direct message, when a rule names the person as an approver, and when its time runs out."},
	{Name: "direct-handover", Heading: "Have they set a passcode of their own?", When: "By direct message hours after a reset, and once it was answered."},
	{Name: "direct-cardless", Heading: "Asked by name, and about a passcode, without a card", When: "By direct message, where the card can no longer be reached."},
	{Name: "direct-lost", Heading: "The card is lost", When: "By direct message to the requester, when the card can no longer be reached."},
	{Name: "direct-about", Heading: "What the lost card's thread would say", When: "By direct message, once the card is lost."},
}}

var home = Subject{"App Home", "Everybody has an App Home of their own, in their own language. It stays fresh while they look at it.", []Piece{
	{Name: "home-desk", Heading: "The desk of an approver", When: "When there is something in each part: waiting, asked, running and ended.", Also: languages},
	{Name: "home-idle", Heading: "Nothing to do", When: "When a person may ask and decide and nothing is there, with direct messages switched off."},
	{Name: "home-found", Heading: "A search that found something", When: "When words are typed into the search of the last 30 days."},
	{Name: "home-missed", Heading: "A search that found nothing", When: "When no request of the last 30 days has all of the words."},
	{Name: "home-admin", Heading: "The desk of an admin", When: "When the person is one of the configuration's admins: it ends with how passcodebot is."},
	{Name: "home-unwell", Heading: "An admin sees that something is wrong", When: "When Slack is not connected, messages wait, and the log does not verify."},
	{Name: "home-shared", Heading: "An admin sees two connections", When: "When a second process, or another app, is connected too."},
	{Name: "home-nobody", Heading: "Neither asks nor approves", When: "When a person is in none of the groups."},
	{Name: "home-loading", Heading: "While it is looked up", When: "When it is opened for the first time."},
	{Name: "home-problem", Heading: "It could not be looked up", When: "When Slack or the store did not answer."},
}}

var glass = Subject{"Break glass", "Where the configuration allows it, a request can go ahead with fewer approvals. Somebody who had no part in it reviews it afterwards.", []Piece{
	{Name: "card-breakglass", Heading: "The card", When: "When it waits, when it is done and its review is due, and when it was reviewed."},
	{Name: "thread-breakglass", Heading: "The thread", When: "When the glass is broken, the review asked for and signed."},
	{Name: "notice-breakglass", Heading: "The notice", When: "In the channel for notices, as soon as it is asked for."},
	{Name: "notice-review", Heading: "The review", When: "In the channel for notices: asked for, signed, and reminded of."},
}}

var notices = Subject{"Notices", "What is told to a channel without a request.", []Piece{
	{Name: "notice-outside", Heading: "Resets that bypassed passcodebot", When: "When Intune's log has resets that were not asked for here."},
	{Name: "notice-anchor", Heading: "An anchor of the log", When: "At the times of the configuration, so that the log cannot be rewritten unseen."},
}}

var refusals = Subject{"Refusals", "Only the person who is turned down sees it. The tables have all of these sentences.", []Piece{
	{Name: "whisper-refused", Heading: "A command that is not understood", When: "When what stands behind /reset-passcode is not a form of it."},
	{Name: "whisper-wrongchannel", Heading: "The wrong channel", When: "When the command is used where nobody may ask."},
	{Name: "whisper-internal", Heading: "Something unexpected", When: "When an error happened that has no sentence; its details are in the log only."},
	{Name: "modal-refused", Heading: "Turned down where there is no message", When: "When a button of App Home or a form is turned down."},
}}
