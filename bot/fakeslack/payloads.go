package fakeslack

import "encoding/json"

// altered returns a payload as alter leaves it, in the shapes of plain JSON.
func altered(payload answer, alter func(map[string]any)) map[string]any {
	if alter == nil {
		return payload
	}
	var plain map[string]any
	if err := json.Unmarshal(encode(payload), &plain); err != nil {
		panic("fakeslack: a payload that is no JSON: " + err.Error())
	}
	alter(plain)
	return plain
}

// commandPayload is the payload of a slash command. All of it is text, as in
// the form that Slack posts where Socket Mode is off.
func (s *Server) commandPayload(who Person, p place, name, text, reply string) answer {
	t, a := s.config.Team, s.config.App
	out := answer{
		"token": a.VerificationToken, "team_id": t.ID, "team_domain": t.Domain,
		"channel_id": p.ID, "channel_name": p.title(), "user_id": who.ID, "user_name": who.Name,
		"command": name, "text": text, "api_app_id": a.ID, "is_enterprise_install": boolText(a.OrgInstalled),
		"response_url": reply, "trigger_id": s.newTrigger(who.ID),
	}
	if t.EnterpriseID != "" {
		out["enterprise_id"], out["enterprise_name"] = t.EnterpriseID, t.Name
	}
	return out
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// clickPayload is the payload of a click on a button of a message. An
// ephemeral message does not come with it.
func (s *Server) clickPayload(who Person, p place, m *message, block string, button map[string]any, reply string) answer {
	t, a := s.config.Team, s.config.App
	container := answer{
		"type": "message", "message_ts": m.ts, "channel_id": m.channel, "is_ephemeral": m.only != "",
	}
	if m.thread != "" && m.thread != m.ts {
		container["thread_ts"] = m.thread
	}
	action := answer{"type": "button", "action_id": button["action_id"], "block_id": block, "action_ts": s.stamp()}
	for _, name := range []string{"text", "value", "style", "confirm", "url"} {
		if v, ok := button[name]; ok {
			action[name] = v
		}
	}
	out := answer{
		"type":       "block_actions",
		"user":       answer{"id": who.ID, "username": who.Name, "name": who.Name, "team_id": who.Team},
		"api_app_id": a.ID, "token": a.VerificationToken, "container": container, "trigger_id": s.newTrigger(who.ID),
		"team": answer{"id": t.ID, "domain": t.Domain}, "enterprise": nil, "is_enterprise_install": a.OrgInstalled,
		"channel": answer{"id": p.ID, "name": p.title()}, "state": answer{"values": answer{}},
		"response_url": reply, "actions": []answer{action},
	}
	if m.only == "" {
		out["message"] = s.wire(m, false)
	}
	if t.EnterpriseID != "" {
		out["enterprise"] = answer{"id": t.EnterpriseID, "name": t.Name}
		out["team"] = answer{"id": t.ID, "domain": t.Domain, "enterprise_id": t.EnterpriseID, "enterprise_name": t.Name}
	}
	if a.OrgInstalled {
		out["team"] = nil
	}
	return out
}
