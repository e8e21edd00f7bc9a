package fakeslack

import (
	"context"
	"errors"
	"fmt"
)

// Where is where an element stands: in an open view, in the person's App
// Home, or in a message.
type Where struct {
	ViewID  string `json:"view_id"`
	Home    bool   `json:"home"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// State is what a person has typed and chosen, by block_id and action_id. A
// value is a text, the value of an option, the id of a person, channel or
// conversation, or a []string of them where several can be chosen.
type State = map[string]map[string]any

// surface is what a person has before them: a view or a message, with what
// they have typed and chosen in it.
type surface struct {
	blocks  []any
	form    *form
	view    *view    // nil for a message
	message *message // nil for a view
	place   place    // of the message
}

// before finds who acts and what they have before them. The error says that
// they don't.
func (s *Server) before(as string, where Where) (Person, surface, error) {
	if where.Channel == "" {
		who, err := s.acting(as)
		if err != nil {
			return who, surface{}, err
		}
		v, err := s.facing(who, where)
		if err != nil {
			return who, surface{}, err
		}
		return who, surface{blocks: v.blocks(), form: v.form, view: v}, nil
	}
	who, p, err := s.actor(as, where.Channel)
	if err == nil && p.Archived {
		err = fmt.Errorf("fakeslack: #%s is archived", p.Name)
	}
	if err != nil {
		return who, surface{}, err
	}
	m := s.clickable(as, where.Channel, where.TS)
	if m == nil {
		return who, surface{}, fmt.Errorf("fakeslack: %s sees no message %s in %s", who.Name, where.TS, where.Channel)
	}
	if m.forms == nil {
		m.forms = map[string]*form{}
	}
	f := m.forms[as]
	if f == nil {
		f = newForm()
		m.forms[as] = f
	}
	f.fit(s, m.blocks) // the message may have changed
	return who, surface{blocks: m.blocks, form: f, message: m, place: p}, nil
}

// facing finds the view that a person has before them: the App Home, or the
// view on top of the open ones.
func (s *Server) facing(who Person, where Where) (*view, error) {
	home := s.homes[who.ID]
	if where.Home || (home != nil && where.ViewID == home.id) {
		if home == nil {
			return nil, fmt.Errorf("fakeslack: nothing was published in the App Home of %s", who.Name)
		}
		return home, nil
	}
	v := s.top(who.ID)
	switch {
	case v == nil:
		return nil, fmt.Errorf("fakeslack: %s has no modal open", who.Name)
	case v.id != where.ViewID:
		return nil, fmt.Errorf("fakeslack: %s has not the view %q before them, but %s", who.Name, where.ViewID, v.id)
	}
	return v, nil
}

// Act uses an element: presses a button (value is nil), chooses, ticks, or
// presses Enter in a field, and waits for the acknowledgement or
// Config.AckWithin. The state is what the other elements hold; what it does
// not name keeps what it had. The error says that the person sees no such
// element, or that no client could send the value, or is that of ctx.
func (s *Server) Act(ctx context.Context, as string, where Where, blockID, actionID string, value any, state State) (Seen, error) {
	s.mu.Lock()
	payload, err := s.using(as, where, blockID, actionID, value, state)
	s.mu.Unlock()
	if err != nil {
		return Seen{}, err
	}
	return s.interact(ctx, "block_actions", where.Channel, payload, acknowledgedOnly)
}

// using is the use of an element, up to its payload.
func (s *Server) using(as string, where Where, blockID, actionID string, value any, state State) (answer, error) {
	who, on, err := s.before(as, where)
	if err != nil {
		return nil, err
	}
	block, element := locate(on.blocks, blockID, actionID)
	if element == nil {
		return nil, fmt.Errorf("fakeslack: %s sees no element %s/%s there", who.Name, blockID, actionID)
	}
	if block["type"] == "input" && block["dispatch_action"] != true {
		return nil, fmt.Errorf("fakeslack: %s/%s has no dispatch_action: its value goes with a submission", blockID, actionID)
	}
	var v any
	switch element["type"] {
	case "button":
		if value != nil && value != "" {
			return nil, errors.New("fakeslack: a button takes no value")
		}
	default:
		if v, err = on.form.read(s, block, element, value); err != nil {
			return nil, err
		}
	}
	if err := on.form.take(s, on.blocks, state); err != nil {
		return nil, err
	}
	kind, _ := element["type"].(string)
	if kind != "button" {
		on.form.fill(spotOf(block, element), kind, v)
	}
	s.changed()
	return s.actionPayload(who, on, s.action(block, element, v)), nil
}
