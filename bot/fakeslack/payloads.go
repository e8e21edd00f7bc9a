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
		"response_url": reply, "trigger_id": s.newTrigger(who.ID, ""),
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

// interaction is what every payload of interactivity holds.
func (s *Server) interaction(kind string, who Person) answer {
	t, a := s.config.Team, s.config.App
	out := answer{
		"type": kind, "user": answer{"id": who.ID, "username": who.Name, "name": who.Name, "team_id": who.Team},
		"api_app_id": a.ID, "token": a.VerificationToken,
		"team": answer{"id": t.ID, "domain": t.Domain}, "enterprise": nil, "is_enterprise_install": a.OrgInstalled,
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

// action is the use of one element, as it stands in a payload.
func (s *Server) action(block, element map[string]any, value any) answer {
	kind, _ := element["type"].(string)
	out := answer{"type": kind, "action_id": element["action_id"], "block_id": block["block_id"], "action_ts": s.stamp()}
	names := []string{"confirm", "placeholder", fields()[kind].initial}
	if kind == "button" {
		names = []string{"text", "value", "style", "confirm", "url"}
	}
	for _, name := range names {
		if v, ok := element[name]; ok && name != "" {
			out[name] = v
		}
	}
	if how, ok := fields()[kind]; ok {
		out[how.name] = value
	}
	return out
}

// stand adds to a payload where an element stands. An ephemeral message does
// not come with it.
func (s *Server) stand(out answer, on surface) {
	if v := on.view; v != nil {
		out["container"] = answer{"type": "view", "view_id": v.id}
		out["view"] = s.wireView(v)
		return
	}
	m := on.message
	container := answer{
		"type": "message", "message_ts": m.ts, "channel_id": m.channel, "is_ephemeral": m.only != "",
	}
	if m.thread != "" && m.thread != m.ts {
		container["thread_ts"] = m.thread
	}
	out["container"] = container
	out["channel"] = answer{"id": on.place.ID, "name": on.place.title()}
	if m.only == "" {
		out["message"] = s.wire(m, false)
	}
}

// actionPayload is the payload of the use of an element.
func (s *Server) actionPayload(who Person, on surface, action answer) answer {
	out := s.interaction("block_actions", who)
	s.stand(out, on)
	out["actions"] = []answer{action}
	if on.view != nil {
		modal := on.view.id
		if on.view.text("type") == "home" {
			modal = ""
		}
		out["trigger_id"] = s.newTrigger(who.ID, modal)
		return out
	}
	out["trigger_id"] = s.newTrigger(who.ID, "")
	out["state"] = answer{"values": on.form.values(on.blocks)}
	out["response_url"] = s.newReply(replyURL{user: who.ID, channel: on.message.channel, source: on.message})
	return out
}
