package approvals

import "context"

// Preferences are what somebody does not want to be told directly. The zero
// Preferences leave everything on.
type Preferences struct {
	NoRequests bool // no direct messages about one's own requests
	NoNamed    bool // none where one is asked by name
}

// Preferences returns what a person wants to be told directly.
func (s *Service) Preferences(ctx context.Context, person string) (Preferences, error) {
	p, err := s.Store.Preferences(ctx, person)
	if err != nil {
		_, err = s.stored(Request{}, err)
		return Preferences{}, err
	}
	return p, nil
}

// SetPreferences stores what the actor wants to be told directly, with the
// event that says so. It does nothing where that is so already.
func (s *Service) SetPreferences(ctx context.Context, actor Actor, p Preferences) error {
	err := s.setPreferences(ctx, actor, p)
	return s.refused(ctx, 0, actor, "preferences", err)
}

func (s *Service) setPreferences(ctx context.Context, actor Actor, p Preferences) error {
	who, err := s.person(ctx, actor.ID)
	if err != nil {
		return err
	}
	had, err := s.Preferences(ctx, actor.ID)
	if err != nil || had == p {
		return err
	}
	events := []Event{{At: s.now(), Kind: PreferencesSet, Actor: who.Actor(), Data: p.data()}}
	sourceOf(ctx).mark(events)
	_, err = s.stored(s.Store.Save(ctx, Change{Events: events, Preferences: map[string]Preferences{actor.ID: p}}))
	if err == nil {
		s.Changed()
	}
	return err
}

// data is what an event keeps of them.
func (p Preferences) data() map[string]string {
	word := func(off bool) string {
		if off {
			return "off"
		}
		return "on"
	}
	return map[string]string{"requests": word(p.NoRequests), "named": word(p.NoNamed)}
}
