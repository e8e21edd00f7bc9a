package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// standing is what Slack says of a person: whether they can do anything here.
type standing struct {
	name    string
	refused error // nil for an active full member
}

// maxExamined bounds how many people are looked up.
// Slack: users.info allows about 100 calls a minute.
const maxExamined = 80

// audiences looks at the groups and people of the config.
func (x *examination) audiences(ctx context.Context) {
	groups, known := x.groups(ctx)
	for _, a := range x.Audiences {
		var all []string
		for _, id := range a.Audience.Groups {
			if known {
				all = append(all, x.group(ctx, a.Use, id, groups)...)
			}
		}
		for _, id := range a.Audience.People {
			x.person(ctx, a.Use, id)
		}
		all = append(all, a.Audience.People...)
		if known || len(a.Audience.Groups) == 0 {
			x.enough(ctx, a, all)
		}
	}
}

// groups reads the user groups where the config names any.
func (x *examination) groups(ctx context.Context) (map[string]slack.UserGroup, bool) {
	named := slices.ContainsFunc(x.Audiences, func(a AudienceUse) bool { return len(a.Audience.Groups) > 0 })
	if !named {
		return nil, true
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	all, err := x.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeDisabled(true), slack.GetUserGroupsOptionIncludeUsers(true))
	switch slackCode(err) {
	case "plan_upgrade_required", "paid_teams_only", "paid_only":
		x.say(Wrong, "groups", "This workspace's Slack plan has no user groups.", "Name people by their ids in the config instead of groups.")
		return nil, false
	}
	if err != nil {
		x.fail("groups", err, "usergroups.list", botToken)
		return nil, false
	}
	byID := map[string]slack.UserGroup{}
	for _, g := range all {
		byID[g.ID] = g
	}
	return byID, true
}

// group looks at one group, and returns its members.
func (x *examination) group(ctx context.Context, use, id string, groups map[string]slack.UserGroup) []string {
	g, exists := groups[id]
	name := fmt.Sprintf("@%s (%s), of the %s,", g.Handle, id, use)
	switch {
	case !exists:
		x.say(Wrong, "group-unknown", fmt.Sprintf("Slack has no user group %s, which the %s are to be.", id, use), "Copy the id of the group again: it starts with S and stands at the end of the group's address.")
		return nil
	case g.DateDelete != 0:
		x.say(Wrong, "group-disabled", name+" is disabled.", "Enable it in Slack, or name another group in the config.")
		return nil
	case len(g.Users) == 0:
		x.say(Wrong, "group-empty", name+" has no members.", "Add people to it in Slack.")
		return nil
	}
	able, asked, err := x.able(ctx, g.Users)
	if err != nil {
		e := approvals.AsError(err)
		x.say(Wrong, "group-unread", name+" could not be looked at: "+e.Text, e.Hint)
		return g.Users
	}
	what := fmt.Sprintf("%s has %s, of whom %s could act now.", name, persons(len(g.Users)), persons(able))
	if asked < len(g.Users) {
		what = fmt.Sprintf("%s has %s; of the %d that were looked up, %d could act now.", name, persons(len(g.Users)), asked, able)
	}
	level, remedy := Fine, ""
	switch {
	case able == 0 && asked < len(g.Users):
		level, remedy = Warning, "So many people were looked up before that Slack's limit left no more: run this again with this group alone in the config."
	case able == 0:
		level, remedy = Wrong, "Deactivated people, guests, bots and people of elsewhere can do nothing here: add others."
	}
	x.say(level, "group", what, remedy)
	if !x.members[id] {
		x.members[id] = true
		x.membership(name, g)
	}
	return g.Users
}

// membership says who can change the members of a group. Slack tells whether
// a group is locked, restricted or kept by an identity provider; which people
// a workspace's own setting lets edit the others it does not.
func (x *examination) membership(name string, g slack.UserGroup) {
	switch {
	case g.IsIDPGroup:
		x.say(Fine, "group-members", name+" is kept by your identity provider.", "")
	case g.IsMembershipLocked:
		x.say(Fine, "group-members", name+" is locked: nobody edits its members by hand.", "")
	case g.IsEditingRestricted:
		x.say(Fine, "group-members", name+" can be edited by few people.", "")
	default:
		x.say(Warning, "group-open", name+" is not locked: its members can be changed by everybody whom the workspace lets edit user groups, which Slack does not tell.",
			"Let admins alone edit user groups (workspace settings, permissions), or keep the group with your identity provider.")
	}
}

// person looks at one person whom the config names.
func (x *examination) person(ctx context.Context, use, id string) {
	s, err := x.look(ctx, id)
	who := fmt.Sprintf("%s (%s), of the %s,", s.name, id, use)
	switch {
	case approvals.KindOf(err) == approvals.NotFound:
		x.say(Wrong, "person-unknown", fmt.Sprintf("Slack does not know the person %s, of the %s.", id, use), "Copy the member id again from the person's profile: it starts with U or W.")
	case err != nil:
		e := approvals.AsError(err)
		x.say(Wrong, "person", e.Text, e.Hint)
	case s.refused != nil:
		x.say(Wrong, "person-refused", who+" can do nothing here: "+approvals.AsError(s.refused).Text, "Name somebody else in the config.")
	default:
		x.say(Fine, "person", who+" is an active member.", "")
	}
}

// enough says whether an audience has as many people as its rules need.
func (x *examination) enough(ctx context.Context, a AudienceUse, ids []string) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	able, asked, err := x.able(ctx, ids)
	if err == nil && able < a.Least && asked == len(ids) {
		x.say(Wrong, "too-few", fmt.Sprintf("The %s are %s who could act now, and %d are needed.", a.Use, persons(able), a.Least), "Add people to their groups, or ask for fewer approvals in the config.")
	}
}

// able counts who could act, of as many as were looked up.
func (x *examination) able(ctx context.Context, ids []string) (able, asked int, err error) {
	for _, id := range ids {
		if _, known := x.people[id]; !known && len(x.people) >= maxExamined {
			continue
		}
		s, err := x.look(ctx, id)
		if err != nil && approvals.KindOf(err) != approvals.NotFound {
			return able, asked, err
		}
		if asked++; err == nil && s.refused == nil {
			able++
		}
	}
	return able, asked, nil
}

// look looks somebody up, once.
func (x *examination) look(ctx context.Context, id string) (standing, error) {
	if s, known := x.people[id]; known {
		return s, nil
	}
	p, err := x.directory.person(ctx, id)
	if err != nil {
		return standing{}, err
	}
	s := standing{p.Name, x.home.Standing(p.Person)}
	x.people[id] = s
	return s, nil
}

// maxFields bounds in how many profiles the custom field is looked for.
const maxFields = 20

// entraIDs looks whether the custom profile field has something in it.
func (x *examination) entraIDs(ctx context.Context) {
	if x.EntraField == "" {
		return
	}
	asked, empty := 0, 0
	for _, id := range slices.Sorted(maps.Keys(x.people)) {
		if x.people[id].refused != nil || asked == maxFields {
			continue
		}
		has, err := x.directory.entraID(ctx, id, x.EntraField)
		if err != nil {
			e := approvals.AsError(err)
			x.say(Wrong, "entra-field", e.Text+" Nobody can ask or decide without it.", "Add the scope "+scopeProfiles+" to the app and install it again.")
			return
		}
		if asked++; has == "" {
			empty++
		}
	}
	what := fmt.Sprintf("Of the %d profiles that were looked up, %d have nothing in the field %s.", asked, empty, x.EntraField)
	if empty > 0 {
		x.say(Warning, "entra-field", what, "Whose devices are theirs is known by their mail addresses alone: fill the field for everybody, from your identity provider.")
		return
	}
	x.say(Fine, "entra-field", what, "")
}

func persons(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}
