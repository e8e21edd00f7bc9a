package app

import (
	"context"

	"passcodebot/bot"
)

// health is what the process knows of itself, for its admins.
func (a *App) health(context.Context) bot.Health {
	use := a.intune.Use()
	return bot.Health{
		Version: Version(), Store: a.parts.Config.Store,
		Calls: use.Calls, MaxCalls: use.MaxCalls, Writes: use.Writes, MaxWrites: use.MaxWrites, Window: use.Window,
		Verified: a.verifier.verified(),
	}
}
