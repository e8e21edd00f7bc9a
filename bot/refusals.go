package bot

import (
	"cmp"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// Refusals lists each sentence with which a click is turned down before it
// comes to the rules and that is not one of theirs, in the order in which the
// documentation shows them.
func Refusals() []approvals.Refusal {
	return []approvals.Refusal{
		{Code: "unknown-button", Kind: approvals.Invalid, Text: "This button is not one that I know.", Hint: "Use `/reset-passcode list` to see what is open."},
		{Code: "several-actions", Kind: approvals.Invalid, Text: "This click did several things at once, so nothing was changed.", Hint: "Use one button of the card at a time."},
		{Code: "not-opened", Kind: approvals.Unavailable, Text: "Slack could not open the window in time, so nothing was changed.", Hint: "Try it once more."},
		{Code: "home-outdated", Kind: approvals.Conflict, Text: "This App Home is not the one that I showed you last, so nothing was changed.", Hint: "It is shown anew now; look at it and click again."},
		{Code: "no-why", Kind: approvals.Invalid, Text: "%s is not denied yet: say in a few words why.", Hint: "Who asked sees them."},
		{Code: "wrong-review", Kind: approvals.Invalid, Text: "This message is not the review of %s.", Hint: "Use the button on the review itself; where there are several, on the latest."},
		{Code: "review-not-ready", Kind: approvals.Unavailable, Text: "The review of %s is just being posted, so nothing was changed.", Hint: "Click again in a moment."},
	}
}

func refusal(code string, args ...any) *approvals.Error {
	return approvals.RefusalFrom(Refusals(), code, args...)
}

// origin is where a payload says that it comes from.
type origin struct {
	app        string
	team       string
	enterprise string
	user       slack.User // as far as the payload has it
}

func commandOrigin(c slack.SlashCommand) origin {
	return origin{app: c.APIAppID, team: c.TeamID, enterprise: c.EnterpriseID}
}

func clickOrigin(c slack.InteractionCallback) origin {
	return origin{
		app: c.APIAppID, team: c.Team.ID, enterprise: cmp.Or(c.Enterprise.ID, c.Team.EnterpriseID), user: c.User,
	}
}

// foreign returns why nothing that comes from o is done: it is of another
// app, workspace or organisation, or of a person of one. Who a person is, the
// rules ask Slack all the same; this also holds where they ask nobody.
func (b *Bot) foreign(app string, o origin) error {
	if app != "" && o.app != app {
		return approvals.ForeignApp()
	}
	home := b.Home
	if home == (approvals.Home{}) {
		return nil
	}
	ours := o.team == home.Team
	if o.enterprise != "" {
		// Slack: team is null where the app is installed on the organisation.
		ours = o.enterprise == home.Enterprise
	}
	if !ours {
		return approvals.ForeignTeam()
	}
	// What the payload leaves out is taken to be as it should: it is the
	// directory that knows.
	return home.Standing(approvals.Person{
		ID: o.user.ID, Name: o.user.Name, Stranger: o.user.IsStranger,
		Team:       cmp.Or(o.user.TeamID, home.Team),
		Enterprise: cmp.Or(o.user.Enterprise.EnterpriseID, home.Enterprise),
	})
}
