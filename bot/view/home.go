package view

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// The actions of App Home that are not on a request, and what they carry.
const (
	ActionHomeRefresh  = HomePrefix + "refresh"
	ActionHomeSearch   = HomePrefix + "search"
	ActionHomeClear    = HomePrefix + "clear"
	ActionHomeSettings = HomePrefix + "settings"
	// FromHome is the value of their buttons, and of the one that opens the
	// form, with which no channel goes there.
	FromHome = "home"
	// The options of the settings.
	SettingRequests = "requests"
	SettingNamed    = "named"
)

// BlockHomeTime is the block that says of when App Home is.
const BlockHomeTime = "home_time"

// MaxSearch is how many characters a search may have.
const MaxSearch = 100

// Home is what one person sees in App Home.
type Home struct {
	Me     string    // the person's Slack id
	At     time.Time // of when it is; zero where it says nothing
	Desk   approvals.Desk
	Search string // what Recent was narrowed to
	// Fields distinguishes the fields of this view from those of an earlier
	// one whose content must not be kept.
	// Slack: what was typed stays where block_id and action_id do.
	Fields      int
	Preferences approvals.Preferences
	Links       map[approvals.ID]string // the addresses of cards, as far as they are known
	Health      *Health                 // for admins; nil for everybody else
	// Problem is why nothing of this is known; nil where it is.
	Problem error
	// Loading says that it is being looked up.
	Loading bool
}

// How much of each kind App Home shows at first.
const (
	homeMost      = 10     // requests with buttons, of each kind
	homeBlocks    = 100    // Slack: 100 blocks a view
	homeSize      = 200000 // Slack: 250 KB a view
	homeReason    = 150
	homeDevices   = 3
	homeLine      = 60 // characters of a reason on one line
	homeLineCount = 5  // times as many requests on one line each
)

// Home renders App Home. What does not fit is said, with its number.
func (v Renderer) Home(h Home) []slack.Block {
	for most := homeMost; ; most-- {
		blocks := v.home(h, most)
		raw, err := json.Marshal(blocks)
		if most == 1 || err == nil && len(blocks) <= homeBlocks && len(raw) <= homeSize {
			return blocks
		}
	}
}

func (v Renderer) home(h Home, most int) []slack.Block {
	d := h.Desk
	nothing := !d.MayAsk && !d.MaySee && !d.Admin && len(d.Asked) == 0 && len(d.Recent) == 0
	blocks := []slack.Block{markdown(v.Say("*passcodebot* resets passcodes of Android devices in Microsoft Intune. One person asks, another approves: nobody can do it alone."))}
	switch {
	case h.Loading:
		return append(blocks, v.homeButtons(false), markdown(v.Say("What concerns you is being looked up. It appears here in a moment.")))
	case h.Problem != nil:
		return append(v.homeTop(blocks, h, false), markdown(v.Error(h.Problem).Text))
	case nothing && h.Search == "":
		return append(v.homeTop(blocks, h, false), markdown(v.Say("You are not in a group that may ask for resets or approve them. If a phone is locked, ask the help desk: they ask here for you. If you should be able to ask, tell the people who run passcodebot.")))
	}
	blocks = v.homeTop(blocks, h, d.MayAsk)
	if d.MayAsk {
		blocks = append(blocks, footnote(v.Say("You can also type `/reset-passcode` in a channel, or use the shortcut in the menu of a message. `/reset-passcode help` shows how.")))
	}
	if d.MayDecide || len(d.Waiting) > 0 {
		blocks = append(blocks, v.homeWaiting(h, most)...)
	}
	if d.MayAsk || len(d.Asked) > 0 {
		blocks = append(blocks, v.homeAsked(h, most)...)
	}
	blocks = append(blocks, v.homeRunning(h, most)...)
	if d.MayAsk || d.MaySee || len(d.Recent) > 0 || h.Search != "" {
		blocks = append(blocks, v.homeRecent(h, most)...)
	}
	blocks = append(blocks, v.homeSettings(h)...)
	if d.Admin && h.Health != nil {
		blocks = append(blocks, v.homeHealth(*h.Health)...)
	}
	return blocks
}

// homeTop adds the buttons on top, and of when the view is: nobody can tell
// from it whether it is still kept fresh.
func (v Renderer) homeTop(blocks []slack.Block, h Home, ask bool) []slack.Block {
	blocks = append(blocks, v.homeButtons(ask))
	if h.At.IsZero() {
		return blocks
	}
	at := footnote(v.Say("As of %s. If that is some minutes ago, press Refresh.", v.when(h.At)))
	at.BlockID = BlockHomeTime
	return append(blocks, at)
}

// homeButtons are the buttons on top.
func (v Renderer) homeButtons(ask bool) slack.Block {
	refresh := slack.NewButtonBlockElement(ActionHomeRefresh, FromHome, plainText(v.Say("Refresh")))
	if !ask {
		return slack.NewActionBlock("home_top", refresh)
	}
	return slack.NewActionBlock("home_top",
		slack.NewButtonBlockElement(FormOpen, FromHome, plainText(v.Say("Ask for a reset"))).WithStyle(slack.StylePrimary), refresh)
}

// homeSettings are the person's own settings.
func (v Renderer) homeSettings(h Home) []slack.Block {
	option := func(value, text, more string) *slack.OptionBlockObject {
		return slack.NewOptionBlockObject(value, plainText(text), plainText(more))
	}
	requests := option(SettingRequests, v.Say("About my requests"), v.Say("Each change of a request that I asked for"))
	named := option(SettingNamed, v.Say("When I am asked by name"), v.Say("A request that waits for me, and not for a group alone"))
	boxes := slack.NewCheckboxGroupsBlockElement(ActionHomeSettings, requests, named)
	if !h.Preferences.NoRequests {
		boxes.InitialOptions = append(boxes.InitialOptions, requests)
	}
	if !h.Preferences.NoNamed {
		boxes.InitialOptions = append(boxes.InitialOptions, named)
	}
	return []slack.Block{
		slack.NewDividerBlock(), heading(v.Say("Your settings")),
		markdown(v.Say("Direct messages that you get:")),
		slack.NewActionBlock(homeField(ActionHomeSettings, h.Fields), boxes),
	}
}

// homeField is the id of a block with a field.
func homeField(name string, fields int) string { return name + "-" + strconv.Itoa(fields) }

// counted is a heading with how many there are.
func counted(what string, n int) slack.Block {
	if n > 0 {
		what += " (" + strconv.Itoa(n) + ")"
	}
	return heading(what)
}

// homeCut says how many are not shown.
func (v Renderer) homeCut(all, most int) []slack.Block {
	if all <= most {
		return nil
	}
	return []slack.Block{footnote(v.Say("%d more are not shown here; `/reset-passcode list` has them.", all-most))}
}

// excerpt is what somebody typed, on a line with something else.
func excerpt(s string, most int) string {
	return within(2*most, most, func(limit int) string { return Plain(s, limit) })
}
