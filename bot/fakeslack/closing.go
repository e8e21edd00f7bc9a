package fakeslack

import (
	"context"
	"slices"
)

// CloseView presses a modal's close button: the view before it is seen
// again, unless clear_on_close says that all are closed. The app is told of
// it where notify_on_close says so, and nothing of its answer is shown; what
// came of it is returned for tests.
func (s *Server) CloseView(ctx context.Context, as, viewID string) (Seen, error) {
	return s.closeViews(ctx, as, viewID, false)
}

// ClearViews closes a modal with the cross in its corner, and with it every
// view below.
func (s *Server) ClearViews(ctx context.Context, as, viewID string) (Seen, error) {
	return s.closeViews(ctx, as, viewID, true)
}

func (s *Server) closeViews(ctx context.Context, as, viewID string, all bool) (Seen, error) {
	payloads, err := s.closed(as, viewID, all)
	if err != nil {
		return Seen{}, err
	}
	var out Seen
	for _, payload := range payloads {
		seen, err := s.interact(ctx, "view_closed", "", payload, acknowledgedOnly)
		if err != nil {
			return Seen{}, err
		}
		if out.Error == "" {
			out = seen
		}
	}
	return out, nil
}

// closed takes views away, and returns what the app is told of it.
func (s *Server) closed(as, viewID string, all bool) ([]answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, on, err := s.before(as, Where{ViewID: viewID})
	if err != nil {
		return nil, err
	}
	all = all || on.view.body["clear_on_close"] == true
	gone := []*view{on.view}
	if all {
		gone = slices.Clone(s.modals[who.ID])
		slices.Reverse(gone)
	}
	var payloads []answer
	for _, v := range gone {
		if !s.dropView(v) || v.body["notify_on_close"] != true {
			continue
		}
		payload := s.interaction("view_closed", who)
		payload["view"], payload["is_cleared"] = s.wireView(v), all
		payloads = append(payloads, payload)
	}
	return payloads, nil
}
