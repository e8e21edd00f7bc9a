package view

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// The places of what is typed into the form that denies a request.
const (
	BlockWhy  = "why"
	ActionWhy = "why"
)

// maxWhy is how many characters the reason of a denial may have.
const maxWhy = 500

// DenyForm asks why a request is denied. Its private metadata is the
// request's number.
func (v Renderer) DenyForm(r approvals.Request) slack.ModalViewRequest {
	why := slack.NewPlainTextInputBlockElement(plainText(v.Say("Such as: call her first, the device is not hers")), ActionWhy)
	why.Multiline, why.MaxLength, why.FocusOnLoad = true, maxWhy, true
	input := slack.NewInputBlock(BlockWhy, plainText(v.Say("Why?")), plainText(v.Say("Who asked sees it, and it stays in the log.")), why)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: CallbackDeny, PrivateMetadata: strconv.FormatUint(uint64(r.ID), 10),
		Title: plainText(v.Say("Deny %s", r.ID.String())), Submit: plainText(v.Say("Deny")), Close: plainText(v.Say("Not yet")),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			markdown(v.Say("%s asks to reset %d passcodes.", person(r.Requester.ID), len(r.Targets))),
			markdown(v.labelled(v.texts(r)[0])),
			input,
			footnote(v.Say("This ends the request for everybody. Nothing is reset.")),
		}},
	}
}

const (
	// maxViewBlocks is how many blocks of a modal are filled.
	// Slack: 100 blocks a view.
	maxViewBlocks = 98
	// maxViewSize is how many bytes they have. Slack: 250 KB a view.
	maxViewSize = 200_000
)

// Details shows all of a request: each device, and what its card has cut.
// Able are who could approve it now, where that is known; nil where it is not.
func (v Renderer) Details(r approvals.Request, able []approvals.Person) slack.ModalViewRequest {
	lines := append([]string{"*" + Plain(v.title(r), 150) + "*"}, whole(v.Say("Asked by %s %s. Reason: ", person(r.Requester.ID), v.when(r.CreatedAt)), r.Reason)...)
	lines = append(lines, v.borrowed(r)...)
	for _, t := range v.statement(r) {
		lines = append(lines, whole(t.label, t.text)...)
	}
	if s := v.terms(r); s != "" {
		lines = append(lines, s)
	}
	if s := v.status(r, false); s != "" {
		lines = append(lines, s)
	}
	if r.State == approvals.Pending {
		if able != nil {
			lines = append(lines, v.Say("Could still approve: %s.", v.names(able)))
		} else {
			lines = append(lines, v.Say("Who could still approve is being looked up."))
		}
	}
	lines = append(lines, v.Unusual(r)...)
	lines = append(lines, v.earlier(r, len(r.Targets))...)
	lines = append(lines, v.voided(r)...)
	devices := []string{"*" + v.Say("%d devices", len(r.Targets)) + "*"}
	for i, t := range r.Targets {
		line := strconv.Itoa(i+1) + ". " + v.inLine(t, r.Earlier, r.ReadyAt, r.ReadyAt, comes(r, t))
		if t.Result.Phase != approvals.Waiting && t.Result.Phase != "" {
			line += " → " + within(600, 300, func(limit int) string { return v.phase(t, limit) })
		}
		devices = append(devices, line)
	}
	leftOut := v.leftOut(r.LeftOut, r.Narrowed, len(r.LeftOut), len(r.Narrowed), nowhere)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: CallbackDetails, PrivateMetadata: strconv.FormatUint(uint64(r.ID), 10),
		Title: plainText(r.ID.String()), Close: plainText(v.Say("Close")),
		Blocks: slack.Blocks{BlockSet: v.filled(lines, devices, leftOut)},
	}
}

// filled puts groups of lines into sections, with a divider between the
// groups, as many as a modal holds; the last one says how many lines are
// missing.
func (v Renderer) filled(groups ...[]string) []slack.Block {
	var all []slack.Block
	var lines []int // in each block
	total := 0
	for _, group := range groups {
		if len(group) > 0 && len(all) > 0 {
			all, lines = append(all, slack.NewDividerBlock()), append(lines, 0)
		}
		for _, s := range sections(group) {
			all, lines = append(all, markdown(s)), append(lines, 1+strings.Count(s, "\n"))
		}
		total += len(group)
	}
	fit, shown, size := 0, 0, 0
	for fit < len(all) && fit < maxViewBlocks && size < maxViewSize {
		size += (Message{Blocks: all[fit : fit+1]}).Size()
		shown += lines[fit]
		fit++
	}
	if fit < len(all) {
		fit--
		shown -= lines[fit]
		all = append(all[:fit:fit], markdown(v.missing(total-shown)))
	}
	return all
}
