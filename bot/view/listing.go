package view

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"passcodebot/approvals"
	"passcodebot/bot/words"
)

// overflow lists what does not fit on the card, as it was when the request
// became ready.
func (v Renderer) overflow(r approvals.Request) []row {
	n := v.roomFor(r)
	var out []row
	out = append(out, rows(v.wholes(r, n.targets))...)
	if n.targets < len(r.Targets) {
		out = append(out, rows([]string{v.Say("*All %d devices of %s*", len(r.Targets), r.ID)})...)
		for i, t := range r.Targets {
			number := strconv.Itoa(i+1) + ". "
			line := number + v.inLine(t, r.Earlier, r.ReadyAt, r.ReadyAt, true)
			t.Device.LastCheckIn = longAgo // the device may check in meanwhile
			out = append(out, row{line, number + v.inLine(t, r.Earlier, r.ReadyAt, someday, true)})
		}
	}
	if n.leftOut < len(r.LeftOut) || n.narrowed < len(r.Narrowed) {
		out = append(out, rows(v.leftOut(r.LeftOut, r.Narrowed, len(r.LeftOut), len(r.Narrowed), nowhere))...)
	}
	return out
}

// whole returns a long text as lines that each fit a section, the first one
// behind a lead. No line begins with what people typed: it could be a
// quotation then.
func whole(lead, s string) []string {
	const most = 500
	lines := []string{lead}
	for i, part := range pieces(s, most) {
		if i == 0 {
			lines[0] += Plain(part, most)
			continue
		}
		lines = append(lines, "… "+Plain(part, most))
	}
	return lines
}

// pieces cuts a text into parts that take up to so many runes when they are
// shown, between words where it can.
func pieces(s string, limit int) []string {
	var out []string
	var part string
	size := 0
	take := func(word string, n int) {
		if part != "" && size+1+n > limit {
			out = append(out, part)
			part, size = "", 0
		}
		if part != "" {
			part += " "
			size++
		}
		part += word
		size += n
	}
	for _, word := range strings.Fields(s) {
		for word != "" {
			n := len([]rune(visible(word, limit)))
			if n <= limit {
				take(word, n)
				break
			}
			// A word that is longer than a line: a hidden character shows
			// as up to 10, and a marked one as 3.
			runes := []rune(word)
			cut := min(len(runes), limit/10)
			take(string(runes[:cut]), len([]rune(visible(string(runes[:cut]), limit))))
			word = string(runes[cut:])
		}
	}
	if part != "" {
		out = append(out, part)
	}
	return out
}

// summary is the end of a request: what came of each device, and where the
// help desk reads the temporary passcode. It calls somebody; nobody where that
// is empty.
func (v Renderer) summary(r approvals.Request, calls string) []row {
	taken := r.Count(approvals.Accepted, approvals.Confirmed, approvals.FailedOnDevice)
	top := strings.TrimSpace(v.Say("*%s is done: %d of %d devices accepted by Intune* (%s). %s", r.ID, taken, len(r.Targets), v.tally(r), calls))
	// The counts go on changing: the room is for the longest.
	out := []row{{top, v.roomy(summaryTop)}}
	for _, t := range r.Targets {
		line := "• " + v.page(t.Device) + ": "
		switch t.Result.Phase {
		case approvals.Failed, approvals.Skipped:
			line += v.phase(t, 150)
			out = append(out, row{line, line})
		default:
			// What may still change takes the same room in every form.
			out = append(out, row{line + v.sent(t), line + v.roomy(summaryPhase)})
		}
	}
	if unknown := r.Count(approvals.Unknown); taken+unknown > 0 {
		perhaps := v.Say("If the reset was done after all, the temporary passcode is on the device's page in the Intune admin center, for seven days. " +
			"Pass it on in a call in which you have verified who you speak with, not by chat or mail.")
		says := perhaps
		if taken > 0 {
			says = v.Say("The temporary passcode is on the device's page in the Intune admin center, for seven days. " +
				"Pass it on in a call in which you have verified who you speak with, not by chat or mail.")
		}
		out = append(out, row{says, perhaps})
	}
	return out
}

// How many characters the summary has for its first line, and for the
// outcome of a device to which a reset was sent.
const (
	summaryTop   = 250
	summaryPhase = 180
)

// roomy takes the room that so many characters of the Renderer's language may
// take: letters are not of the same size in all of them.
func (v Renderer) roomy(n int) string {
	letters := "x"
	switch v.Language() {
	case words.German:
		letters = "xxxxxxxxxä"
	case words.Japanese:
		letters = "あ"
	}
	return string([]rune(strings.Repeat(letters, n))[:n])
}

// sent says what has come of a reset that was sent, with as much of why, or
// of what else there is to say, as there is room for.
func (v Renderer) sent(t approvals.Target) string {
	t.Result.GraphRequestID = ""
	limit := 80
	s := v.phase(t, limit)
	for limit > 1 && (utf8.RuneCountInString(s) > summaryPhase || quotedLen(s) > quotedLen(v.roomy(summaryPhase))) {
		limit = limit * 3 / 4
		s = v.phase(t, limit)
	}
	return s
}
