package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// TroubleConnecting is what a person reads in a modal whose submission was
// not acknowledged in time, or was answered with what Slack can't apply.
const TroubleConnecting = "We had some trouble connecting. Try again?"

// Submitted is what came of a modal's submission.
type Submitted struct {
	// Error is what went wrong as a whole: operation_timeout,
	// dispatch_failed, invalid_arguments and the like (the app's answer could
	// not be applied). For all of them the person reads TroubleConnecting.
	Error string
	// Errors are the errors at the fields, by block_id: the client's own, or
	// the app's.
	Errors map[string]string
}

// Submit presses a modal's submit button, and waits for the acknowledgement
// or Config.AckWithin. The state is what the person has typed and chosen;
// what it does not name keeps what it had. What is required and empty is
// refused without asking the app, as Slack's client does. The error says
// that the person has no such view before them, or that no client could send
// the state, or is that of ctx.
func (s *Server) Submit(ctx context.Context, as, viewID string, state State) (Submitted, error) {
	s.mu.Lock()
	v, payload, err := s.submission(as, viewID, state)
	if err != nil || len(v.errors) > 0 {
		defer s.mu.Unlock()
		if err != nil {
			return Submitted{}, err
		}
		return Submitted{Errors: maps.Clone(v.errors)}, nil
	}
	s.mu.Unlock()

	var out Submitted
	seen, err := s.interact(ctx, "view_submission", "", payload, func(raw json.RawMessage) Seen {
		out = s.submitted(v, raw)
		return Seen{Error: out.Error}
	})
	if err != nil {
		return Submitted{}, err
	}
	return Submitted{Error: seen.Error, Errors: out.Errors}, nil
}

// submission is a modal's submission, up to its payload. What the client
// finds wrong stands in the errors of the view.
func (s *Server) submission(as, viewID string, state State) (*view, answer, error) {
	who, on, err := s.before(as, Where{ViewID: viewID})
	if err != nil {
		return nil, nil, err
	}
	v := on.view
	if v.body["submit"] == nil || v.text("type") != "modal" {
		return nil, nil, fmt.Errorf("fakeslack: the view %s has no submit button", v.id)
	}
	if err := v.form.take(s, on.blocks, state); err != nil {
		return nil, nil, err
	}
	v.errors = v.form.complaints(on.blocks)
	s.changed()
	payload := s.interaction("view_submission", who)
	payload["view"], payload["response_urls"] = s.wireView(v), []any{}
	payload["trigger_id"] = s.newTrigger(who.ID, v.id)
	return v, payload, nil
}

// submitted applies what came with the acknowledgement of a submission. The
// error of what can't be applied is invalid_arguments.
func (s *Server) submitted(v *view, raw json.RawMessage) Submitted {
	var ack struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	var empty map[string]json.RawMessage
	if len(raw) == 0 || (json.Unmarshal(raw, &empty) == nil && len(empty) == 0) {
		s.dropView(v)
		return Submitted{}
	}
	problem := argument("a response_action is needed: errors, update, push or clear")
	if json.Unmarshal(raw, &ack) == nil {
		switch ack.Action {
		case "clear":
			delete(s.modals, v.user)
			s.changed()
			return Submitted{}
		case "errors":
			if problem = v.refuses(ack.Errors); problem == nil {
				v.errors = ack.Errors
				s.changed()
				return Submitted{Errors: maps.Clone(v.errors)}
			}
		case "update", "push":
			problem = s.showNext(v, ack.Action == "push", string(ack.View))
		}
	}
	if problem == nil {
		return Submitted{}
	}
	s.noteRefused("view_submission", "", v.user, problem, string(raw))
	return Submitted{Error: problem.code}
}

// showNext updates a view, or pushes one on top of it, as an acknowledgement says.
func (s *Server) showNext(v *view, push bool, raw string) *refusal {
	body, problem := s.readView(raw, "modal")
	switch {
	case problem != nil:
		return problem
	case push && s.duplicate(body, nil), !push && s.duplicate(body, v):
		return refuse("duplicate_external_id")
	case !push:
		s.replace(v, body)
		return nil
	}
	if !s.push(s.newView(v.user, body)) {
		return refuse("push_limit_reached")
	}
	return nil
}

// refuses says why errors can't stand at the fields of a view.
func (v *view) refuses(errors map[string]string) *refusal {
	inputs := map[string]bool{}
	for _, b := range v.blocks() {
		block, _ := b.(map[string]any)
		id, _ := block["block_id"].(string)
		inputs[id] = block["type"] == "input"
	}
	if len(errors) == 0 {
		return argument("missing required field: errors")
	}
	for _, id := range slices.Sorted(maps.Keys(errors)) {
		if !inputs[id] {
			return argument("there is no input block " + id + " for the error [json-pointer:/errors/" + id + "]")
		}
	}
	return nil
}
