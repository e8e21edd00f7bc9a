package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// recentTime is how old an answer of Recent may be. Slack: usergroups.* allow
// about 20 calls a minute; with this, two groups cost at most 8 of them.
const recentTime = 15 * time.Second

// shownTime is how old what Shown tells of a person may be. Slack: users.info
// allows about 100 calls a minute, and of the people of a rule 20 are asked
// for: with this, forms that stay open cost a few of them.
const shownTime = 10 * time.Minute

// How many calls a minute are made without being held back. The rest of what
// Slack allows lasts a storm of clicks by a handful of people for some seconds.
const (
	freePeople = 30 // Slack: users.info and users.profile.get allow about 100 a minute, each
	freeGroups = 10 // Slack: usergroups.users.list allows about 20 a minute
)

// Directory is Slack's people and user groups. It asks afresh for every act,
// or as Recent and Shown may use answers of before; either way, callers that
// want the same at the same time share one call of Slack.
type Directory struct {
	slack *slackDirectory
	old   ages
	entra *memo[string] // reads the Entra id of a person; nil where the profiles have none
}

// ages are how old answers may be; zero means that it is asked afresh.
type ages struct{ people, groups time.Duration }

var _ approvals.Directory = (*Directory)(nil)

// NewDirectory returns the Directory that a client reads.
func NewDirectory(api *slack.Client, log *slog.Logger) *Directory {
	s := &slackDirectory{api: api, infos: quota{free: freePeople, log: log}, lists: quota{free: freeGroups, log: log}, profiles: quota{free: freePeople, log: log}}
	s.people, s.groups = newMemo(s.infos.gather, s.person), newMemo(s.lists.gather, s.members)
	return &Directory{slack: s}
}

// Recent returns a Directory whose answers may be up to 15 seconds old. It is
// for what decides nothing, so that decisions do not want for Slack's calls.
func (d *Directory) Recent() *Directory {
	return &Directory{d.slack, ages{recentTime, recentTime}, d.entra}
}

// Shown returns a Directory that tells of people what may be ten minutes old,
// and of groups what may be 15 seconds old. It is for what is shown of others
// before anybody has done anything, and decides nothing.
func (d *Directory) Shown() *Directory {
	return &Directory{d.slack, ages{shownTime, recentTime}, d.entra}
}

// WithEntraID returns a Directory that also tells the Entra ids of people:
// what the custom profile field with an id (Xf…) holds. Empty means none.
// Slack: users.profile.get needs the scope users.profile:read.
func (d *Directory) WithEntraID(field string) *Directory {
	if field == "" {
		return d
	}
	read := func(ctx context.Context, id string) (string, error) { return d.slack.entraID(ctx, id, field) }
	return &Directory{d.slack, d.old, newMemo(d.slack.profiles.gather, read)}
}

// since is when the reading of an answer must have begun that may be so old.
func since(ctx context.Context, old time.Duration) time.Time {
	if old > 0 {
		return time.Now().Add(-old)
	}
	if t, ok := approvals.AsOfTime(ctx); ok {
		return t
	}
	return time.Now()
}

// Person reads somebody with users.info, and their Entra id with
// users.profile.get.
func (d *Directory) Person(ctx context.Context, id string) (approvals.Person, error) {
	since := since(ctx, d.old.people)
	a, err := d.slack.people.get(ctx, id, since)
	p := a.Person
	if err != nil || d.entra == nil {
		return p, unasked(err, "users.info")
	}
	p.EntraID, err = d.entra.get(ctx, id, since)
	return p, unasked(err, "users.profile.get")
}

// locale reads in which language somebody uses Slack, as Slack writes it:
// what was read of them in the last minutes is good enough.
func (d *Directory) locale(ctx context.Context, id string) (string, error) {
	a, err := d.slack.people.get(ctx, id, time.Now().Add(-localeTime))
	return a.locale, err
}

// Members reads the members of a user group with usergroups.users.list. The
// error is Invalid where Slack has no such group, or no groups at all.
func (d *Directory) Members(ctx context.Context, group string) ([]string, error) {
	members, err := d.slack.groups.get(ctx, group, since(ctx, d.old.groups))
	return slices.Clone(members), unasked(err, "usergroups.users.list")
}

// unasked turns an error that is not ours yet, such as that of a context,
// into one.
func unasked(err error, method string) error {
	if _, ours := errors.AsType[*approvals.Error](err); err == nil || ours {
		return err
	}
	return explain(err, method, botToken)
}

// account is what Slack knows of somebody.
type account struct {
	approvals.Person
	locale string
}

// slackDirectory asks Slack.
type slackDirectory struct {
	api    *slack.Client
	people *memo[account]
	groups *memo[[]string]
	infos  quota // of users.info
	lists  quota // of usergroups.users.list

	profiles quota // of users.profile.get
}

func (d *slackDirectory) person(ctx context.Context, id string) (account, error) {
	var u *slack.User
	err := d.infos.call(ctx, func() (err error) {
		u, err = d.api.GetUserInfoContext(ctx, id) // slack-go v0.35.0 asks for the locale too
		return err
	})
	switch slackCode(err) {
	case "user_not_found", "user_not_visible", "users_not_found":
		return account{}, &approvals.Error{
			Kind: approvals.NotFound, Code: "unknown-person", Err: err, Text: fmt.Sprintf("Slack does not know the person %s.", id),
		}
	}
	if err != nil {
		return account{}, explain(err, "users.info", botToken)
	}
	return account{person(u), u.Locale}, nil
}

// person is what the rules need of a Slack user.
func person(u *slack.User) approvals.Person {
	name := u.Profile.DisplayName
	if name == "" {
		name = u.RealName
	}
	if name == "" {
		name = u.Name
	}
	return approvals.Person{
		ID: u.ID, Name: name, Team: u.TeamID, Enterprise: u.Enterprise.EnterpriseID, Email: u.Profile.Email,
		Deactivated: u.Deleted,
		Bot:         u.IsBot || u.IsAppUser || u.IsWorkflowBot || u.IsConnectorBot,
		Guest:       u.IsRestricted || u.IsUltraRestricted,
		Stranger:    u.IsStranger,
	}
}

// entraID reads what a custom field of somebody's profile holds. Whatever
// goes wrong, it is not known then whose devices theirs are: Unavailable.
func (d *slackDirectory) entraID(ctx context.Context, id, field string) (string, error) {
	var profile *slack.UserProfile
	err := d.profiles.call(ctx, func() (err error) {
		profile, err = d.api.GetUserProfileContext(ctx, &slack.GetUserProfileParameters{UserID: id})
		return err
	})
	if err == nil && profile == nil {
		err = errors.New("the answer has no profile")
	}
	if err != nil {
		e := explain(err, "users.profile.get", botToken)
		e.Kind = approvals.Unavailable
		return "", e
	}
	return strings.TrimSpace(profile.FieldsMap()[field].Value), nil
}

func (d *slackDirectory) members(ctx context.Context, group string) ([]string, error) {
	var members []string
	err := d.lists.call(ctx, func() (err error) {
		members, err = d.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	switch slackCode(err) {
	case "":
	case "no_such_subteam", "subteam_not_found":
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "unknown-group", Err: err,
			Text: fmt.Sprintf("Slack has no user group %s.", group),
			Hint: "Copy the id of the group again: it starts with S and stands at the end of the group's address.",
		}
	case "plan_upgrade_required", "paid_teams_only", "paid_only":
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "no-groups", Err: err,
			Text: "This workspace's Slack plan has no user groups.",
			Hint: "Name people by their ids in the config instead of groups.",
		}
	}
	if err != nil {
		return nil, explain(err, "usergroups.users.list", botToken)
	}
	return members, nil
}
