package fakeslack

import (
	"net/url"
	"strings"
)

// authTest is auth.test.
func authTest(c *call) (answer, *refusal) {
	t, a := c.config.Team, c.config.App
	out := answer{
		"url": "https://" + t.Domain + ".slack.com/", "team": t.Name, "team_id": t.ID,
		"user": a.Name, "user_id": a.BotUser, "bot_id": a.BotID, "is_enterprise_install": a.OrgInstalled,
	}
	if t.EnterpriseID != "" {
		out["enterprise_id"] = t.EnterpriseID
	}
	return out, nil
}

// connectionsOpen is apps.connections.open: the address of a socket, good
// for one connection.
func connectionsOpen(c *call) (answer, *refusal) {
	if c.disabled {
		return nil, refuse("socket_mode_not_enabled")
	}
	ticket := random(24)
	c.tickets[ticket] = true
	query := url.Values{"ticket": {ticket}, "app_id": {c.config.App.ID}}
	return answer{"url": "ws" + strings.TrimPrefix(c.base(), "http") + "/link/?" + query.Encode()}, nil
}

// botsInfo is bots.info.
func botsInfo(c *call) (answer, *refusal) {
	a := c.config.App
	if c.args["bot"] != a.BotID {
		return nil, refuse("bot_not_found")
	}
	return answer{"bot": answer{
		"id": a.BotID, "deleted": false, "name": a.Name, "updated": 0, "app_id": a.ID, "user_id": a.BotUser, "icons": answer{},
	}}, nil
}
