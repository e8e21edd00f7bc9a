package command

import (
	"strconv"
	"strings"

	"passcodebot/approvals"
)

// Refusals lists each sentence with which Parse turns something down, in the
// order in which the documentation shows them.
func Refusals() []approvals.Refusal {
	r := func(code, text, hint string) approvals.Refusal {
		return approvals.Refusal{Code: code, Kind: approvals.Invalid, Text: text, Hint: hint}
	}
	return []approvals.Refusal{
		r("no-devices", "No device is named; devices stand before the reason.", "Name the devices first: `%s`."),
		r("no-reason", "The reason is missing at the end, behind character %s.", "Say why, for the person who approves: `%s`."),
		r("empty-reason", "There is nothing behind %s at character %s.", "Say why, for the person who approves: `%s`."),
		r("long-reason", "The reason at character %s is %s characters long, and at most %s fit.", "It is %s too long; cut it, or put the details in a ticket and name it: `%s`."),
		r("reason-imitates", "%s in what begins at character %s looks like words of mine, so that an approver could take it for something that has happened.", "Say it in your own words, and leave such words, signs and marks out."),
		r("reason-pings", "%s in what begins at character %s names a whole group of people, and nobody is called here.", "Leave it out; the card tells those who can approve."),
		r("empty-option", "There is nothing behind %s at character %s.", "Leave it out, or type it like this: `%s`."),
		r("long-option", "What stands behind %s at character %s is %s characters long, and at most %s fit.", "Shorten it, as in `%s`."),
		r("said-twice", "%s at character %s stands there for the second time.", "Say it once: `%s`."),
		r("after-reason", "I do not understand %s at character %s: behind the reason only ticket:, second-reason:, verified: and break-glass: may follow.", "If it belongs to the reason, put quotation marks around all of that: `%s`."),
		r("empty-value", "There is nothing behind %s at character %s.", "Type the value right behind the colon: `%s`."),
		r("long-value", "What stands behind %s at character %s is %s characters long, and at most %s can be looked up.", "Shorten it, or name the device in another way: `%s`."),
		r("no-colon", "The colon is missing behind %s at character %s.", "Type it like this: `%s`."),
		r("unknown-key", "I do not know %s at character %s.", "Devices are named by user:, serial:, name:, filter:, a mention or their Intune device id: `%s`."),
		r("reason-key", "I do not know %s at character %s.", "The reason begins with the word reason and a colon: `%s`."),
		r("option-key", "I do not know %s at character %s.", "What is said beside the reason begins with ticket:, second-reason:, verified: or break-glass:, as in `%s`."),
		r("unclosed-quote", "The quotation mark at character %s, in %s, is never closed.", "Close it: `%s`."),
		r("unquoted-value", "%s at character %s stands alone, because the words behind %s have no quotation marks.", "Put them around all of it: `%s`."),
		r("stuck-together", "Between %s and %s at character %s a space is missing.", "Separate devices with a space or a comma: `%s`."),
		r("quote-inside", "%s at character %s has a quotation mark inside, which cannot be looked up.", "Leave it out: `%s`. If it belongs to the name, use the device's serial number or id instead."),
		r("single-quoted-filter", "The filter at character %s stands in single quotation marks, which it needs inside.", "Put double ones around it: `%s`."),
		r("odd-character", "%s at character %s has %s in it, which does not belong there.", "Correct it: `%s`."),
		r("not-an-address", "%s at character %s is not a mail address.", "Type the whole address: `%s`."),
		r("bare-address", "%s at character %s has no key before it.", "For the devices of that person type `%s`."),
		r("bad-device-id", "%s at character %s is not a device id: %s.", "A device id has 32 digits from 0 to 9 and a to f: `%s`."),
		r("named-id", "%s at character %s needs no key, because a device id stands alone.", "Type the id alone: `%s`."),
		r("plain-handle", "%s at character %s is not linked to a person in Slack.", "Choose the name from the list that Slack offers while you type it, or give the mail address: `%s`."),
		r("not-a-person", "%s at character %s is not a person, so it has no devices.", "Mention each person alone, or give mail addresses: `%s`."),
		r("mention-as-value", "%s at character %s is a person, and cannot stand behind %s.", "For the devices of that person type the mention alone: `%s`."),
		r("joining-word", "I do not understand %s at character %s.", "Leave it out; a space or a comma is enough: `%s`."),
		r("near-word", "I do not understand %s at character %s.", "Did you mean `%s`?"),
		r("misplaced-word", "%s at character %s must come first.", "Type it like this: `%s`."),
		r("bare-word", "I do not understand %s at character %s.", "If it is a serial number, type `%s`; if it is the name of a device, `%s`."),
		r("bare-name", "I do not understand %s at character %s.", "If it is the name of a device, type `%s`; `/reset-passcode help` shows what else you can type."),
		r("too-many-selectors", "%s at character %s is too much: one request can name devices in %s ways.", "Ask in several requests, or use a filter: `%s`."),
		r("no-number", "The number of the request is missing behind %s at character %s.", "Type it like this: `%s`; `/reset-passcode list` shows the open ones."),
		r("bad-number", "%s at character %s is not the number of a request.", "Numbers look like R-12: `%s`; `/reset-passcode list` shows the open ones."),
		r("extra-words", "I do not understand %s at character %s: nothing may follow %s.", "Type it like this: `%s`."),
	}
}

// refusal returns the error for a code of Refusals. The args fill first
// Text's and then Hint's places.
func refusal(code string, args ...any) error {
	return approvals.RefusalFrom(Refusals(), code, args...)
}

// quoted shows typed words in a sentence.
func quoted(s string) string { return "“" + brief(s, 60) + "”" }

// brief is s on one line and cut, fit to stand in an example.
func brief(s string, limit int) string {
	s = strings.ReplaceAll(s, "`", "'")
	return approvals.Excerpt(strings.Join(strings.Fields(s), " "), limit)
}

// thousands writes a number as people read it, 3,000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
