package fakeslack

import (
	"slices"
	"strings"
	"time"
)

// sees says that the bot can know of a person: strangers only where they
// share a channel with it.
func (s *Server) sees(who *Person) bool {
	if !who.Stranger {
		return true
	}
	return slices.ContainsFunc(s.channels, func(c Channel) bool {
		return slices.Contains(c.Members, who.ID) && slices.Contains(c.Members, s.config.App.BotUser)
	})
}

// user is a person as Slack sends one. The address comes only with the scope
// users:read.email.
func (c *call) user(p Person) answer {
	profile := answer{
		"title": p.Title, "real_name": p.RealName, "real_name_normalized": p.RealName,
		"display_name": p.Name, "display_name_normalized": p.Name, "team": p.Team, "status_text": "", "status_emoji": "",
	}
	if slices.Contains(c.granted(), "users:read.email") && p.Email != "" {
		profile["email"] = p.Email
	}
	out := answer{
		"id": p.ID, "team_id": p.Team, "name": p.Name, "deleted": p.Deactivated, "real_name": p.RealName,
		"profile": profile, "is_bot": p.Bot, "is_app_user": p.AppUser, "updated": 0,
		"is_email_confirmed": true, "who_can_share_contact_card": "EVERYONE",
	}
	if p.WorkflowBot {
		out["is_workflow_bot"], out["is_bot"] = true, true
	}
	if p.ConnectorBot {
		out["is_connector_bot"], out["is_bot"] = true, true
	}
	if p.Stranger {
		out["is_stranger"] = true
	}
	if p.Enterprise != "" {
		out["enterprise_user"] = answer{
			"id": p.ID, "enterprise_id": p.Enterprise, "enterprise_name": c.config.Team.Name,
			"is_admin": false, "is_owner": false, "teams": []string{p.Team},
		}
	}
	if p.Deactivated {
		return out
	}
	out["is_admin"], out["is_owner"], out["is_primary_owner"] = false, false, false
	out["is_restricted"], out["is_ultra_restricted"] = p.Guest || p.UltraGuest, p.UltraGuest
	c.zone(p, out)
	if c.flag("include_locale") {
		out["locale"] = localeOf(p)
	}
	return out
}

// localeOf is the language that a person has chosen.
func localeOf(p Person) string {
	if p.Locale == "" {
		return "en-US" // Slack's own default
	}
	return p.Locale
}

// presenceOf is active or away.
func presenceOf(p Person) string {
	if p.Away || p.Deactivated {
		return "away"
	}
	return "active"
}

// getPresence is users.getPresence. Of others it tells nothing further.
func getPresence(c *call) (answer, *refusal) {
	who := c.person(c.args["user"])
	if c.args["user"] == "" {
		who = c.person(c.config.App.BotUser)
	}
	if who == nil || !c.sees(who) {
		return nil, refuse("user_not_found")
	}
	return answer{"presence": presenceOf(*who)}, nil
}

func (c *call) zone(p Person, out answer) {
	name := p.TZ
	if name == "" {
		name = "America/Los_Angeles" // Slack's own default
	}
	out["tz"] = name
	if at, err := time.LoadLocation(name); err == nil {
		label, offset := c.config.Now().In(at).Zone()
		out["tz_label"], out["tz_offset"] = label, offset
	}
}

// usersInfo is users.info.
func usersInfo(c *call) (answer, *refusal) {
	who := c.person(c.args["user"])
	switch {
	case who == nil:
		return nil, refuse("user_not_found")
	case !c.sees(who):
		return nil, refuse("user_not_visible")
	}
	return answer{"user": c.user(*who)}, nil
}

// profileGet is users.profile.get. It alone has the custom fields of a
// profile, as an object, or as an empty list where there are none.
func profileGet(c *call) (answer, *refusal) {
	who := c.person(c.args["user"])
	switch {
	case who == nil:
		return nil, refuse("user_not_found")
	case !c.sees(who):
		return nil, refuse("user_not_visible")
	}
	profile, _ := c.user(*who)["profile"].(answer)
	profile["fields"] = []string{}
	if len(who.Fields) > 0 {
		fields := answer{}
		for id, value := range who.Fields {
			fields[id] = answer{"value": value, "alt": ""}
		}
		profile["fields"] = fields
	}
	return answer{"profile": profile}, nil
}

// usersLookup is users.lookupByEmail. It does not find deactivated people.
func usersLookup(c *call) (answer, *refusal) {
	for _, p := range c.people {
		if p.Email != "" && strings.EqualFold(p.Email, c.args["email"]) && !p.Deactivated && c.sees(&p) {
			return answer{"user": c.user(p)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

// usersList is users.list.
func usersList(c *call) (answer, *refusal) {
	limit, problem := c.number("limit", 1000, 1000)
	if problem != nil {
		return nil, problem
	}
	var from int64
	if raw := c.args["cursor"]; raw != "" {
		if from, problem = readCursor(raw, "user:"); problem != nil {
			return nil, problem
		}
	}
	members, next := []answer{}, ""
	for i, p := range c.people {
		if int64(i) < from || !c.sees(&p) {
			continue
		}
		if len(members) == limit {
			next = writeCursor("user:", int64(i))
			break
		}
		members = append(members, c.user(p))
	}
	return answer{
		"members": members, "cache_ts": c.config.Now().Unix(), "response_metadata": answer{"next_cursor": next},
	}, nil
}

// groupsList is usergroups.list.
func groupsList(c *call) (answer, *refusal) {
	groups := []answer{}
	for _, g := range c.groups {
		if g.Disabled && !c.flag("include_disabled") {
			continue
		}
		out := answer{
			"id": g.ID, "team_id": c.config.Team.ID, "is_usergroup": true, "is_subteam": true,
			"name": g.Name, "description": "", "handle": strings.TrimPrefix(g.Handle, "@"), "is_external": false,
			"date_create": 0, "date_update": 0, "date_delete": 0, "auto_type": nil, "auto_provision": false,
			"created_by": slackbot, "updated_by": slackbot, "deleted_by": nil,
			"prefs": answer{"channels": []string{}, "groups": []string{}}, "user_count": len(g.Members),
			"is_idp_group": g.IDP, "is_membership_locked": g.Locked, "is_editing_restricted": g.Restricted,
		}
		if g.Disabled {
			out["date_delete"], out["deleted_by"] = c.config.Now().Unix(), slackbot
		}
		if c.flag("include_users") {
			out["users"] = slices.Clone(g.Members)
		}
		groups = append(groups, out)
	}
	return answer{"usergroups": groups}, nil
}

// groupUsers is usergroups.users.list.
func groupUsers(c *call) (answer, *refusal) {
	g := c.group(c.args["usergroup"])
	if g == nil || (g.Disabled && !c.flag("include_disabled")) {
		return nil, refuse("no_such_subteam")
	}
	return answer{"users": append([]string{}, g.Members...)}, nil
}
