package fakeslack

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// maxStack is how many views a modal can hold.
const maxStack = 3

// View is a modal that a person has open, or a person's App Home.
type View struct {
	ID, User, Hash   string
	Type, CallbackID string
	JSON             json.RawMessage // as it was sent, completed
	// State is state.values as Slack would send it now.
	State json.RawMessage
	// Errors stand at the fields, by block_id.
	Errors map[string]string
}

// view is a View as it is kept.
type view struct {
	id, user, hash string
	root, previous string // of its modal
	body           map[string]any
	form           *form
	errors         map[string]string
}

func (v *view) blocks() []any {
	blocks, _ := v.body["blocks"].([]any)
	return blocks
}

func (v *view) text(name string) string {
	text, _ := v.body[name].(string)
	return text
}

func (v *view) show() View {
	return View{
		ID: v.id, User: v.user, Hash: v.hash, Type: v.text("type"), CallbackID: v.text("callback_id"),
		JSON: encode(v.body), State: encode(v.form.values(v.blocks())), Errors: maps.Clone(v.errors),
	}
}

// Views returns the modals that a person has open, bottom first, as they are
// now.
func (s *Server) Views(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, v := range s.modals[user] {
		out = append(out, v.show())
	}
	return out
}

// newView makes a view that nobody sees yet.
func (s *Server) newView(user string, body map[string]any) *view {
	s.serial++
	v := &view{id: "V0VIEW" + strconv.Itoa(s.serial), user: user, body: body, form: newForm()}
	v.root, v.hash = v.id, s.newHash()
	v.form.fit(s, v.blocks())
	return v
}

func (s *Server) newHash() string { return s.stamp() + "." + random(4) }

// push puts a view on top of what a person has open. It is false where there
// are enough.
func (s *Server) push(v *view) bool {
	stack := s.modals[v.user]
	if len(stack) >= maxStack {
		return false
	}
	if len(stack) > 0 {
		v.root, v.previous = stack[0].id, stack[len(stack)-1].id
	}
	s.modals[v.user] = append(stack, v)
	s.changed()
	return true
}

// replace changes a view. What was typed stays where it still fits.
func (s *Server) replace(v *view, body map[string]any) {
	v.body, v.hash, v.errors = body, s.newHash(), nil
	v.form.fit(s, v.blocks())
	s.changed()
}

// top is the view that a person sees.
func (s *Server) top(user string) *view {
	stack := s.modals[user]
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

// dropView takes a view away. It is false where it is gone already.
func (s *Server) dropView(v *view) bool {
	at := slices.Index(s.modals[v.user], v)
	if at < 0 {
		return false
	}
	s.modals[v.user] = slices.Delete(slices.Clone(s.modals[v.user]), at, at+1)
	s.changed()
	return true
}

// everyView is every view that can be updated.
func (s *Server) everyView() []*view {
	var all []*view
	for _, stack := range s.modals {
		all = append(all, stack...)
	}
	return slices.AppendSeq(all, maps.Values(s.homes))
}

// wireView is a view as Slack sends it.
func (s *Server) wireView(v *view) answer {
	out := answer{
		"id": v.id, "team_id": s.config.Team.ID, "hash": v.hash, "app_id": s.config.App.ID, "bot_id": s.config.App.BotID,
		"app_installed_team_id": s.config.Team.ID, "root_view_id": v.root, "previous_view_id": nil,
		"private_metadata": "", "callback_id": "", "external_id": "", "close": nil, "submit": nil,
		"clear_on_close": false, "notify_on_close": false,
		"state": answer{"values": v.form.values(v.blocks())},
	}
	if v.previous != "" {
		out["previous_view_id"] = v.previous
	}
	maps.Copy(out, v.body)
	return out
}
