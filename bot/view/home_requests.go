package view

import (
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// homeWaiting is what the person may decide on.
func (v Renderer) homeWaiting(h Home, most int) []slack.Block {
	all := h.Desk.Waiting
	blocks := []slack.Block{slack.NewDividerBlock(), counted(v.Say("Waiting for you"), len(all))}
	if len(all) == 0 {
		return append(blocks, markdown(v.Say("Nothing waits for your decision.")))
	}
	for i, r := range all[:min(most, len(all))] {
		if i > 0 {
			blocks = append(blocks, slack.NewDividerBlock()) // or the buttons seem to be of the next one
		}
		lines := []string{
			"*" + v.linkedTitle(r, h.Links[r.ID]) + "*",
			v.Say("Asked by %s: %s", person(r.Requester.ID), excerpt(r.Reason, homeReason)),
			v.homeDevices(r),
		}
		lines = append(lines, v.Unusual(r)...)
		lines = append(lines, v.earlier(r, 0)...)
		lines = append(lines, v.status(r, false))
		blocks = append(blocks, v.single(lines).Blocks...)
		blocks = append(blocks, v.homeActs(r, ActionApprove, ActionDeny, ActionDetails))
	}
	return append(blocks, v.homeCut(len(all), most)...)
}

// homeAsked is what the person has asked for and is open.
func (v Renderer) homeAsked(h Home, most int) []slack.Block {
	all := h.Desk.Asked
	blocks := []slack.Block{slack.NewDividerBlock(), counted(v.Say("Asked by you"), len(all))}
	if len(all) == 0 {
		return append(blocks, markdown(v.Say("You have no open request.")))
	}
	for i, r := range all[:min(most, len(all))] {
		if i > 0 {
			blocks = append(blocks, slack.NewDividerBlock())
		}
		lines := []string{"*" + v.linkedTitle(r, h.Links[r.ID]) + "*", v.Say("*Reason*: %s", excerpt(r.Reason, homeReason))}
		if len(r.Targets) > 0 {
			lines = append(lines, v.homeDevices(r))
		}
		if s := v.status(r, true); s != "" {
			lines = append(lines, s)
		}
		blocks = append(blocks, v.single(lines).Blocks...)
		acts := []string{ActionCancel, ActionDetails}
		if r.State == approvals.Running {
			acts = acts[1:]
		}
		blocks = append(blocks, v.homeActs(r, acts...))
	}
	return append(blocks, v.homeCut(len(all), most)...)
}

// homeRunning is what is on its way of others; the person's own is where they
// see all that they asked for.
func (v Renderer) homeRunning(h Home, most int) []slack.Block {
	var lines []string
	for _, r := range h.Desk.Running {
		if r.Requester.ID != h.Me {
			lines = append(lines, "• *"+v.linkedTitle(r, h.Links[r.ID])+"* · "+v.Say("Asked by %s: %s", person(r.Requester.ID), excerpt(r.Reason, homeLine))+" · "+v.status(r, false))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	n := len(lines)
	blocks := []slack.Block{slack.NewDividerBlock(), counted(v.Say("On their way"), n)}
	for _, s := range sections(lines[:min(n, most)]) {
		blocks = append(blocks, markdown(s))
	}
	return append(blocks, v.homeCut(n, most)...)
}

// homeRecent is what has ended lately, with a field to search in it.
func (v Renderer) homeRecent(h Home, most int) []slack.Block {
	field := slack.NewPlainTextInputBlockElement(plainText(v.Say("Number, device, serial, owner, reason or name")), ActionHomeSearch).
		WithMaxLength(MaxSearch).
		WithDispatchActionConfig(&slack.DispatchActionConfig{TriggerActionsOn: []string{"on_enter_pressed"}})
	field.InitialValue = h.Search
	blocks := []slack.Block{
		slack.NewDividerBlock(), heading(v.Say("The last 30 days")),
		slack.NewInputBlock(homeField(ActionHomeSearch, h.Fields), plainText(v.Say("Search, and press Enter")), nil, field).
			WithOptional(true).WithDispatchAction(true),
	}
	all, most := h.Desk.Recent, most*homeLineCount
	if h.Search != "" {
		what := excerpt(h.Search, MaxSearch)
		found := v.Say("Nothing that ended in the last 30 days has all of this: %s", what)
		if len(all) > 0 {
			found = v.Say("Only what has all of this is shown: %s", what)
		}
		blocks = append(blocks, markdown(found), slack.NewActionBlock("home_found",
			slack.NewButtonBlockElement(ActionHomeClear, FromHome, plainText(v.Say("Show all again")))))
	} else if len(all) == 0 {
		blocks = append(blocks, markdown(v.Say("Nothing has ended in the last 30 days.")))
	}
	var lines []string
	for _, r := range all[:min(most, len(all))] {
		lines = append(lines, strings.Join([]string{
			"• *" + v.linkedTitle(r, h.Links[r.ID]) + "*", person(r.Requester.ID), excerpt(r.Reason, homeLine), v.when(r.EndedAt),
		}, " · "))
	}
	for _, s := range sections(lines) {
		blocks = append(blocks, markdown(s))
	}
	if h.Desk.More || len(all) > most {
		blocks = append(blocks, footnote(v.Say("There are more. Search for what you look for; `/reset-passcode show` takes any number.")))
	}
	return blocks
}

// homeDevices names some devices of a request, with their owners.
func (v Renderer) homeDevices(r approvals.Request) string {
	var names []string
	for _, t := range r.Targets[:min(homeDevices, len(r.Targets))] {
		name := "*" + excerpt(t.Device.Name, nameRoom) + "*"
		if o := t.Device.Owner.String(); o != "" {
			name = v.Say("%s of %s", name, excerpt(o, ownerRoom))
		}
		names = append(names, name)
	}
	some := strings.Join(names, ", ")
	if rest := len(r.Targets) - len(names); rest > 0 {
		some = v.Say("%s, and %d devices more", some, rest)
	}
	if len(r.Targets) == 1 {
		return v.Say("*Device*: %s", some)
	}
	return v.Say("*Devices*: %s", some)
}

// homeActs are some of the buttons of a request's card. For screen readers
// each says the number of its request.
func (v Renderer) homeActs(r approvals.Request, acts ...string) slack.Block {
	value := strconv.FormatUint(uint64(r.ID), 10)
	own := map[string]*slack.ButtonBlockElement{
		ActionCancel:  slack.NewButtonBlockElement(ActionCancel, value, plainText(v.Say("Cancel"))),
		ActionDetails: slack.NewButtonBlockElement(ActionDetails, value, plainText(v.Say("Details"))),
	}
	if card, ok := v.buttons(r).(*slack.ActionBlock); ok {
		for _, e := range card.Elements.ElementSet {
			if b, ok := e.(*slack.ButtonBlockElement); ok {
				own[b.ActionID] = b
			}
		}
	}
	var elements []slack.BlockElement
	for _, act := range acts {
		if b := own[act]; b != nil {
			b.AccessibilityLabel = approvals.Excerpt(b.Text.Text+", "+r.ID.String(), 75)
			elements = append(elements, b)
		}
	}
	return slack.NewActionBlock("home_"+r.ID.String(), elements...)
}
