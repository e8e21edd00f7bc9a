package words

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// place is what goes into a place of a sentence that is stored.
type place byte

// The kinds of places. Names, and whatever else people typed, are verbatim.
const (
	verbatim place = '-'
	phrase   place = 'p' // a sentence of ours; anything else stays as it is
	number   place = 'n' // 12 or 3,000
	request  place = 'r' // R-12, or words for a request
	instant  place = 't' // as the rules write it: clock
	leftOut  place = 'l' // devices with the reason of each: A: because; B: because.
	list     place = 'a' // single words: A and B
	word     place = 'w' // a name of a few words, or an unknown system
)

// instead are the words that can stand in a place for what is expected there.
var instead = map[place][]string{request: {"This request", "requests"}, word: {"an unknown system"}}

// takes says whether a text can stand in a place. The stricter that is, the
// less can the words of people be taken for ours.
func (p place) takes(text string) bool {
	if slices.Contains(instead[p], text) {
		return true
	}
	switch p {
	case number:
		_, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
		return err == nil
	case request:
		digits, ok := strings.CutPrefix(text, "R-")
		_, err := strconv.ParseUint(digits, 10, 64)
		return ok && err == nil
	case instant:
		_, err := time.Parse(clock, text)
		return err == nil
	case word:
		return text != "" && len(strings.Fields(text)) <= 3 && !strings.ContainsAny(text, ".:;,")
	}
	return true
}

// behindRule is what stands behind the sentence of a rule, which is in the
// configuration's language.
const behindRule = "That is what the rule “%s” says; ask the people who run passcodebot if you think that it should not hold here."

// places tells of the sentences with places that are not all verbatim what
// goes into each of them.
var places = map[string]string{
	"You are not in the group of people who may decide on %s.":                                                                              "r",
	"The rules have changed since %s was asked for, and you are not in the group of people who may decide on it now.":                       "r",
	"You asked for %s yourself, so you cannot decide on it.":                                                                                "r",
	"You are the user of %s, one of the devices of %s, so you cannot decide on it.":                                                         "-r",
	"You have already approved %s.":                                                                                                         "r",
	"What failed of %s is already asked for once more: by %s, with %s.":                                                                     "r-r",
	"What failed of %s was tried again with %s, and nothing of that is known to have failed.":                                               "rr",
	"%s was first: %s is already approved and on its way.":                                                                                  "-r",
	"%s was first: %s is already denied.":                                                                                                   "-r",
	"%s has already cancelled %s.":                                                                                                          "-r",
	"%s was turned down when its devices were checked.":                                                                                     "r",
	"%s was approved, and turned down before its start.":                                                                                    "r",
	"%s is already finished.":                                                                                                               "r",
	"%s has expired: nobody decided in time.":                                                                                               "r",
	"The devices of %s are still being checked.":                                                                                            "r",
	"Only %s, who asked for it, can cancel %s.":                                                                                             "-r",
	"%s is approved and running, so it can no longer be cancelled.":                                                                         "r",
	"%s can be seen by the person who asked for it and by approvers only.":                                                                  "r",
	"There is no request %s.":                                                                                                               "r",
	"This message is not the card of %s.":                                                                                                   "r",
	"The card of %s is just being posted, so nothing was changed.":                                                                          "r",
	"%s devices were found, and a request may have %s at the most.":                                                                         "pn",
	"None of these names a device: %s":                                                                                                      "l",
	"None of the devices can have its passcode reset: %s":                                                                                   "l",
	"Not all of the devices can have their passcode reset, and you asked for all or nothing: %s":                                            "l",
	"You have reached what one person may ask for in an hour: %s.":                                                                          "p",
	"The rules have changed since %s was asked for, and it cannot go ahead as it is: %s.":                                                   "rp",
	"Since %s was asked for, its devices, their users or its requester had other resets, and it cannot go ahead as it is: %s.":              "rp",
	"%s, who asked for %s, may no longer ask for resets: %s.":                                                                               "-rp",
	"A user group that the rules name cannot be read, so nothing was changed: %s.":                                                          "p",
	"%s is not what the log tells of it, so it goes no further: %s.":                                                                        "rp",
	"Slack does not tell your mail address, so I cannot know that %s, one of the devices of %s, is not yours, and you cannot decide on it.": "-r",
	"You are not in the group of people who may sign the review of %s.":                                                                     "r",
	"You had a part in %s yourself, so you cannot sign its review.":                                                                         "r",
	"%s has already signed the review of %s.":                                                                                               "-r",
	"No review is asked for of %s.":                                                                                                         "r",
	"%s needs %s from people of %s, and not enough of the groups have somebody who could approve it now.":                                   "rpp",
	"%s needs %s besides you, and %s could approve it now.":                                                                                 "rpp",
	"%s needs %s besides you, and %s could approve it now, because Slack does not tell whose devices these approvers use: %s.":              "rpp-",
	"%s needs %s besides you, and %s could approve it now, because approvers use devices of it themselves: %s.":                             "rpp-",
	"%s is not finished, so nothing of it can be tried again yet.":                                                                          "r",
	"No device of %s is known to have failed, so there is nothing to try again.":                                                            "r",
	"Only %s, who asked for %s, can say whether the person has set a passcode of their own.":                                                "-r",
	"It was not asked yet whether the person of %s has set a passcode of their own.":                                                        "r",
	"You have already said that the person of %s has set a passcode of their own.":                                                          "r",
	"You have already said that the person of %s has no passcode of their own yet.":                                                         "r",
	"This message is not the review of %s.":                                                                                                 "r",
	"The review of %s is just being posted, so nothing was changed.":                                                                        "r",
	"%s is not denied yet: say in a few words why.":                                                                                         "r",
	"The reason is missing at the end, behind character %s.":                                                                                "n",
	"There is nothing behind %s at character %s.":                                                                                           "-n",
	"The reason at character %s is %s characters long, and at most %s fit.":                                                                 "nnn",
	"%s in what begins at character %s looks like words of mine, so that an approver could take it for something that has happened.":        "-n",
	"%s in what begins at character %s names a whole group of people, and nobody is called here.":                                           "-n",
	"What stands behind %s at character %s is %s characters long, and at most %s fit.":                                                      "-nnn",
	"%s at character %s stands there for the second time.":                                                                                  "-n",
	"I do not understand %s at character %s: behind the reason only ticket:, second-reason:, verified: and break-glass: may follow.":        "-n",
	"What stands behind %s at character %s is %s characters long, and at most %s can be looked up.":                                         "-nnn",
	"The colon is missing behind %s at character %s.":                                                                                       "-n",
	"I do not know %s at character %s.":                                                                                                     "-n",
	"The quotation mark at character %s, in %s, is never closed.":                                                                           "n-",
	"%s at character %s stands alone, because the words behind %s have no quotation marks.":                                                 "-n-",
	"Between %s and %s at character %s a space is missing.":                                                                                 "--n",
	"%s at character %s has a quotation mark inside, which cannot be looked up.":                                                            "-n",
	"The filter at character %s stands in single quotation marks, which it needs inside.":                                                   "n",
	"%s at character %s has %s in it, which does not belong there.":                                                                         "-n-",
	"%s at character %s is not a mail address.":                                                                                             "-n",
	"%s at character %s has no key before it.":                                                                                              "-n",
	"%s at character %s is not a device id: %s.":                                                                                            "-np",
	"%s at character %s needs no key, because a device id stands alone.":                                                                    "-n",
	"%s at character %s is not linked to a person in Slack.":                                                                                "-n",
	"%s at character %s is not a person, so it has no devices.":                                                                             "-n",
	"%s at character %s is a person, and cannot stand behind %s.":                                                                           "-n-",
	"I do not understand %s at character %s.":                                                                                               "-n",
	"%s at character %s must come first.":                                                                                                   "-n",
	"%s at character %s is too much: one request can name devices in %s ways.":                                                              "-nn",
	"The number of the request is missing behind %s at character %s.":                                                                       "-n",
	"%s at character %s is not the number of a request.":                                                                                    "-n",
	"I do not understand %s at character %s: nothing may follow %s.":                                                                        "-n-",
	"Intune does not let this app %s, for which it needs the permission %s: %s.":                                                            "p-p",
	"Intune refuses to %s: %s.":                                                                                                             "pp",
	"Intune was not found at its address: %s.":                                                                                              "p",
	"%s, so the reset may or may not happen.":                                                                                               "p",
	"The filter is not understood %s.":                                                                                                      "p",
	"at its end (character %d): %s":                                                                                                         "-p",
	"at “%s” (character %d): %s":                                                                                                            "--p",
	"%s could not sign this app in: it answered with an error of its own (%d).":                                                             "p-",
	"%s refuses to sign this app in":                                                                                                        "p",
	"%s refuses to sign this app in: %s":                                                                                                    "p-",
	"%s did not answer in time.":                                                                                                            "p",
	"%s cannot be reached.":                                                                                                                 "p",
	"This app could not sign in to Entra with %s.":                                                                                          "p",
	"%s lacks the permission %s.":                                                                                                           "p-",
	"%s lacks the permissions %s.":                                                                                                          "pa",
	"It needs %s more, from somebody else.":                                                                                                 "p",
	"Use the buttons on the card itself; `/reset-passcode show %s` tells where things stand.":                                               "r",
	"Ask again after %s, or let a colleague ask.":                                                                                           "t",
	"It is %s too long; cut it, or put the details in a ticket and name it: `%s`.":                                                          "n-",
	"%s device": "w",
	"it runs %s, and this bot resets Android passcodes only":                                                                                      "p",
	"%s is also reset for %s, of which Intune has not told yet what came of it":                                                                   "-r",
	"it has changed since it was checked: %s":                                                                                                     "p",
	"it has been enrolled in another way since it was checked: %s":                                                                                "p",
	"its ownership has changed since it was checked: %s":                                                                                          "p",
	"Intune could not be asked what became of it: %s":                                                                                             "p",
	"%s reset it in Intune too, at %s; the passcode of the later reset is the one that holds":                                                     "at",
	"Intune shows a reset that began at %s, and its record of who asked for it could not be read":                                                 "t",
	"Intune has not taken it, and it was not sent again, because %s reset the device in Intune meanwhile, at %s; ask again if that is not enough": "at",
	"Intune shows a reset by %s at %s, and none by passcodebot":                                                                                   "at",
	"Intune shows a reset that began at %s, and does not say who asked for it":                                                                    "t",
	"Intune recorded a reset of it at %s, and whether that is this one cannot be told":                                                            "t",
	"another reset of it began at %s, so that Intune no longer shows what became of this one":                                                     "t",
	"%s (error %d)": "p-",
	"event %d, which is given as one of its own, is of %s":   "-r",
	"%s are stored, and the log has %d":                      "p-",
	"it is stored as one that needs %s, and the log says %d": "p-",
}

// clock is how the rules write a time in a reason.
const clock = "15:04:05 UTC on 2 Jan 2006"

// clocks are how the languages write it.
var clocks = map[Language]string{German: "15:04:05 UTC am 02.01.2006", Japanese: "2006年1月2日 15:04:05 UTC"}

// clockShapes is what a time looks like that was written so, in any language:
// what the catalogue does not know stays in English.
var clockShapes = regexp.MustCompile(`\b\d\d:\d\d:\d\d UTC (?:on \d{1,2} [A-Z][a-z]{2} \d{4}|am \d\d\.\d\d\.\d{4})\b|\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d:\d\d UTC\b`)

// Times has each time that stands in a text, as Known writes it, shown in
// another way: written is the time as it stands there.
func Times(text string, show func(at time.Time, written string) string) string {
	if !strings.Contains(text, ":") || !strings.Contains(text, " UTC") {
		return text // as most are
	}
	return clockShapes.ReplaceAllStringFunc(text, func(written string) string {
		for _, layout := range []string{clock, clocks[German], clocks[Japanese]} {
			if at, err := time.Parse(layout, written); err == nil {
				return show(at, written)
			}
		}
		return written
	})
}

// argument says what stands in a place.
func (x *index) argument(s Speaker, v verb, kind place, found string) any {
	switch kind {
	case phrase, request, word:
		if said, ok := x.whole(s, found); ok {
			return said
		}
		if n, err := strconv.Atoi(found); err == nil {
			return s.Say("%d", n)
		}
	case number:
		n, _ := strconv.Atoi(strings.ReplaceAll(found, ",", ""))
		if v.letter == "d" {
			return n
		}
		return s.Say("%d", n)
	case instant:
		t, _ := time.Parse(clock, found)
		return t.Format(clocks[s.Language()])
	case leftOut:
		return x.leftOut(s, found)
	case list:
		return s.list(found)
	}
	return found
}

// leftOut says which devices were left out, and why.
func (x *index) leftOut(s Speaker, found string) string {
	found, stopped := strings.CutSuffix(found, ".")
	parts := strings.Split(found, "; ")
	for i, part := range parts {
		if key, said, ok := x.one(s, part, false); ok && key == "and %d more" && i == len(parts)-1 {
			parts[i] = said
			continue
		}
		for at := range len(part) {
			if !strings.HasPrefix(part[at:], ": ") {
				continue
			}
			if said, ok := x.whole(s, part[at+2:]); ok {
				parts[i] = part[:at+2] + said
				break
			}
		}
	}
	said := strings.Join(parts, "; ")
	if stopped {
		said += s.stop()
	}
	return said
}

// list says a list of single words. Names of several could be lists
// themselves.
func (s Speaker) list(found string) string {
	and := map[Language]string{German: " und ", Japanese: " と "}[s.Language()]
	parts := strings.Split(found, " and ")
	for _, part := range parts {
		if strings.ContainsAny(part, " \t\n") {
			return found
		}
	}
	return strings.Join(parts, and)
}
