package fakeslack

// readView reads and checks a view of a type.
func (s *Server) readView(raw, kind string) (map[string]any, *refusal) {
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
	k := &checker{surface: kind}
	k.checkView(v)
	if problem := k.refusal("invalid_arguments"); problem != nil {
		return nil, problem
	}
	body, _ := v.(map[string]any)
	blocks, _ := body["blocks"].([]any)
	for _, b := range blocks {
		s.completer().block(b)
	}
	return body, nil
}

// duplicate says that another view than this one has an external_id already.
func (s *Server) duplicate(body map[string]any, except *view) bool {
	external, _ := body["external_id"].(string)
	for _, v := range s.everyView() {
		if external != "" && v != except && v.text("external_id") == external {
			return true
		}
	}
	return false
}

// newModal reads what views.open and views.push are given.
func (c *call) newModal() (map[string]any, *trigger, *refusal) {
	if c.args["trigger_id"] == "" {
		return nil, nil, argument("missing required field: trigger_id")
	}
	body, problem := c.readView(c.args["view"], "modal")
	if problem != nil {
		return nil, nil, problem
	}
	if c.duplicate(body, nil) {
		return nil, nil, refuse("duplicate_external_id")
	}
	t, problem := c.exchange(c.args["trigger_id"])
	return body, t, problem
}

// viewsOpen is views.open. A modal that the person has open already makes
// room for the new one.
func viewsOpen(c *call) (answer, *refusal) {
	body, t, problem := c.newModal()
	if problem != nil {
		return nil, problem
	}
	v := c.newView(t.user, body)
	delete(c.modals, t.user)
	c.push(v)
	return answer{"view": c.wireView(v)}, nil
}

// viewsPush is views.push. Its trigger must come from within an open modal.
func viewsPush(c *call) (answer, *refusal) {
	body, t, problem := c.newModal()
	if problem != nil {
		return nil, problem
	}
	if t.view == "" {
		return nil, refuse("invalid_trigger_id")
	}
	open := false
	for _, v := range c.modals[t.user] {
		open = open || v.id == t.view
	}
	if !open {
		return nil, refuse("not_found")
	}
	v := c.newView(t.user, body)
	if !c.push(v) {
		return nil, refuse("push_limit_reached")
	}
	return answer{"view": c.wireView(v)}, nil
}

// viewsUpdate is views.update.
func viewsUpdate(c *call) (answer, *refusal) {
	id, external := c.args["view_id"], c.args["external_id"]
	var v *view
	for _, each := range c.everyView() {
		if each.id == id || (external != "" && each.text("external_id") == external) {
			v = each
		}
	}
	kind := "modal"
	if v != nil {
		kind = v.text("type")
	}
	body, problem := c.readView(c.args["view"], kind)
	switch {
	case problem != nil:
		return nil, problem
	case id == "" && external == "":
		return nil, argument("missing required field: view_id")
	case v == nil:
		return nil, refuse("not_found")
	case c.duplicate(body, v):
		return nil, refuse("duplicate_external_id")
	}
	if hash := c.args["hash"]; hash != "" && hash != v.hash {
		return nil, refuse("hash_conflict")
	}
	c.replace(v, body)
	return answer{"view": c.wireView(v)}, nil
}

// viewsPublish is views.publish: the App Home of one person.
func viewsPublish(c *call) (answer, *refusal) {
	if c.args["user_id"] == "" {
		return nil, argument("missing required field: user_id")
	}
	body, problem := c.readView(c.args["view"], "home")
	if problem != nil {
		return nil, problem
	}
	if !c.config.App.Home {
		return nil, refuse("not_enabled")
	}
	who := c.person(c.args["user_id"])
	if who == nil || who.Deactivated || who.Bot || who.ID == slackbot || !c.sees(who) {
		return nil, argument("invalid `user_id`")
	}
	v := c.homes[who.ID]
	if c.duplicate(body, v) {
		return nil, refuse("duplicate_external_id")
	}
	if hash := c.args["hash"]; hash != "" && (v == nil || hash != v.hash) {
		return nil, refuse("hash_conflict")
	}
	if v == nil {
		v = c.newView(who.ID, body)
		c.homes[who.ID] = v
		c.changed()
	} else {
		c.replace(v, body)
	}
	return answer{"view": c.wireView(v)}, nil
}
