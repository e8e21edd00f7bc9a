package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// recentTime is how old an answer of Recent may be. Slack: usergroups.* allow
// about 20 calls a minute; with this, two groups cost at most 8 of them.
const recentTime = 15 * time.Second

// How many calls a minute are made without being held back. The rest of what
// Slack allows lasts a storm of clicks by a handful of people for some seconds.
const (
	freePeople = 30 // Slack: users.info allows about 100 a minute
	freeGroups = 10 // Slack: usergroups.users.list allows about 20 a minute
)

// Directory is Slack's people and user groups. It asks afresh for every act,
// or as Recent may use answers of the last seconds; either way, callers that
// want the same at the same time share one call of Slack.
type Directory struct {
	slack  *slackDirectory
	recent bool
}

var _ approvals.Directory = (*Directory)(nil)

// NewDirectory returns the Directory that a client reads.
func NewDirectory(api *slack.Client, log *slog.Logger) *Directory {
	s := &slackDirectory{api: api, infos: quota{free: freePeople, log: log}, lists: quota{free: freeGroups, log: log}}
	s.people, s.groups = newMemo(s.infos.gather, s.person), newMemo(s.lists.gather, s.members)
	return &Directory{slack: s}
}

// Recent returns a Directory whose answers may be up to 15 seconds old. It is
// for what decides nothing, so that decisions do not want for Slack's calls.
func (d *Directory) Recent() *Directory { return &Directory{d.slack, true} }

type asOfKey struct{}

// asOf returns the context of what somebody did at t: a Directory takes
// every answer for fresh that was asked for since.
func asOf(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, asOfKey{}, t)
}

// since is how old an answer may be.
func (d *Directory) since(ctx context.Context) time.Time {
	if d.recent {
		return time.Now().Add(-recentTime)
	}
	if t, ok := ctx.Value(asOfKey{}).(time.Time); ok {
		return t
	}
	return time.Now()
}

// Person reads somebody with users.info.
func (d *Directory) Person(ctx context.Context, id string) (approvals.Person, error) {
	p, err := d.slack.people.get(ctx, id, d.since(ctx))
	return p, unasked(err, "users.info")
}

// Members reads the members of a user group with usergroups.users.list. The
// error is Invalid where Slack has no such group, or no groups at all.
func (d *Directory) Members(ctx context.Context, group string) ([]string, error) {
	members, err := d.slack.groups.get(ctx, group, d.since(ctx))
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

// slackDirectory asks Slack.
type slackDirectory struct {
	api    *slack.Client
	people *memo[approvals.Person]
	groups *memo[[]string]
	infos  quota // of users.info
	lists  quota // of usergroups.users.list
}

func (d *slackDirectory) person(ctx context.Context, id string) (approvals.Person, error) {
	var u *slack.User
	err := d.infos.call(ctx, func() (err error) {
		u, err = d.api.GetUserInfoContext(ctx, id)
		return err
	})
	switch slackCode(err) {
	case "user_not_found", "user_not_visible", "users_not_found":
		return approvals.Person{}, &approvals.Error{
			Kind: approvals.NotFound, Code: "unknown-person", Err: err, Text: "Slack does not know the person " + id + ".",
		}
	}
	if err != nil {
		return approvals.Person{}, explain(err, "users.info", botToken)
	}
	return person(u), nil
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
			Text: "Slack has no user group " + group + ".",
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
