package fakeslack

import (
	"context"
	"errors"
)

// OpenHome looks at the app's App Home, and waits for the acknowledgement of
// the event or Config.AckWithin. Nothing is sent where the app has not
// subscribed to app_home_opened.
func (s *Server) OpenHome(ctx context.Context, as string) (Seen, error) {
	s.mu.Lock()
	who, err := s.acting(as)
	if err == nil && !s.config.App.Home {
		err = errors.New("fakeslack: the app has no App Home")
	}
	if err != nil {
		s.mu.Unlock()
		return Seen{}, err
	}
	channel, _ := s.open(who.ID)
	event := answer{"type": "app_home_opened", "user": who.ID, "channel": channel, "tab": "home", "event_ts": s.stamp()}
	if v := s.homes[who.ID]; v != nil {
		event["view"] = s.wireView(v)
	}
	first := s.notify("app_home_opened", channel, event)
	s.mu.Unlock()
	if first == nil {
		return Seen{}, nil
	}
	select {
	case seen := <-first:
		return seen, nil
	case <-ctx.Done():
		return Seen{}, ctx.Err()
	case <-s.closing:
		return Seen{}, errClosed
	}
}

// Home returns the App Home that was published for a person. It is false
// where none was.
func (s *Server) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.homes[user]
	if v == nil {
		return View{}, false
	}
	return v.show(), true
}
