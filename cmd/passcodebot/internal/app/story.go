package app

import (
	"context"
	"maps"
	"runtime/debug"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/store"
)

// tell appends events of what the process itself does to the log.
func (a *App) tell(ctx context.Context, events ...approvals.Event) error {
	for i := range events {
		events[i].At = approvals.Instant(a.parts.Now())
	}
	_, err := a.store.Save(ctx, approvals.Change{Events: events})
	return err
}

// begun returns the events of a start: what runs, by which config, and who it
// has signed in as. Of the config there are fingerprints: they tell whether it
// has changed, and give nothing away.
func (a *App) begun(who bot.Identity) []approvals.Event {
	c := a.parts.Config
	event := func(kind approvals.EventKind, data map[string]string) approvals.Event {
		maps.DeleteFunc(data, func(_, value string) bool { return value == "" })
		return approvals.Event{Kind: kind, Data: data}
	}
	return []approvals.Event{
		event(approvals.ProcessStarted, map[string]string{
			"version": Version(), "config": c.Fingerprint(), "policy": c.PolicyFingerprint(), "store": c.Store,
		}),
		event(approvals.ProcessSignedIn, map[string]string{
			"service": "slack", "team": who.Home.Team, "enterprise": who.Home.Enterprise, "workspace": who.Space, "bot": who.User, "app": who.App,
		}),
		event(approvals.ProcessSignedIn, map[string]string{
			"service": "entra", "tenant": c.Azure.TenantID, "app": c.Azure.ClientID, "way": a.way, "cloud": c.Cloud,
		}),
	}
}

// began returns when the first event of a store was; now where it has none.
func began(ctx context.Context, s store.Store, now time.Time) (time.Time, error) {
	first, err := s.Events(ctx, 0, 1)
	if err != nil || len(first) == 0 {
		return now, err
	}
	return first[0].At, nil
}

// Version is that of the binary; unknown where it was built without one.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
