package fakeslack

import (
	"encoding/json"
	"slices"
	"strconv"
)

// View is a modal that a person has open.
type View struct {
	ID, User, Hash string
	JSON           json.RawMessage // as it was sent, completed
}

type view struct {
	id, user, hash string
	body           map[string]any
}

// Views returns the modals that were opened for a person, as they are now.
func (s *Server) Views(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range s.views {
		if v.user == user {
			out = append(out, View{ID: v.id, User: v.user, Hash: v.hash, JSON: encode(v.body)})
		}
	}
	return out
}

// readView reads and checks the argument view.
func (c *call) readView() (map[string]any, *refusal) {
	raw := c.args["view"]
	if raw == "" {
		return nil, argument("missing required field: view")
	}
	if len(raw) > maxView {
		return nil, refuse("view_too_large")
	}
	v, err := decode(raw)
	if err != nil {
		return nil, argument("invalid JSON [json-pointer:/view]")
	}
	k := &checker{}
	k.checkView(v)
	if problem := k.refusal("invalid_arguments"); problem != nil {
		return nil, problem
	}
	body, _ := v.(map[string]any)
	blocks, _ := body["blocks"].([]any)
	for _, b := range blocks {
		c.completer().block(b)
	}
	return body, nil
}

// viewsOpen is views.open.
func viewsOpen(c *call) (answer, *refusal) {
	if c.args["trigger_id"] == "" {
		return nil, argument("missing required field: trigger_id")
	}
	body, problem := c.readView()
	if problem != nil {
		return nil, problem
	}
	if external, _ := body["external_id"].(string); external != "" {
		for _, v := range c.views {
			if v.body["external_id"] == external {
				return nil, refuse("duplicate_external_id")
			}
		}
	}
	user, problem := c.exchange(c.args["trigger_id"])
	if problem != nil {
		return nil, problem
	}
	c.serial++
	v := &view{id: "V0VIEW" + strconv.Itoa(c.serial), user: user, hash: c.stamp() + "." + random(4), body: body}
	c.views = append(c.views, v)
	return answer{"view": c.wireView(v)}, nil
}

// viewsUpdate is views.update.
func viewsUpdate(c *call) (answer, *refusal) {
	body, problem := c.readView()
	if problem != nil {
		return nil, problem
	}
	id, external := c.args["view_id"], c.args["external_id"]
	if id == "" && external == "" {
		return nil, argument("missing required field: view_id")
	}
	at := slices.IndexFunc(c.views, func(v *view) bool {
		return v.id == id || (external != "" && v.body["external_id"] == external)
	})
	if at < 0 {
		return nil, refuse("not_found")
	}
	v := c.views[at]
	if hash := c.args["hash"]; hash != "" && hash != v.hash {
		return nil, refuse("hash_conflict")
	}
	v.hash, v.body = c.stamp()+"."+random(4), body
	return answer{"view": c.wireView(v)}, nil
}

func (s *Server) wireView(v *view) answer {
	out := answer{
		"id": v.id, "team_id": s.config.Team.ID, "hash": v.hash, "app_id": s.config.App.ID, "bot_id": s.config.App.BotID,
		"root_view_id": v.id, "previous_view_id": nil, "state": answer{"values": answer{}},
	}
	for name, value := range v.body {
		out[name] = value
	}
	return out
}
