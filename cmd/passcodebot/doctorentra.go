package main

import (
	"context"

	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/graph"
)

// examineEntra looks at the sign-in, at what it permits, and at Graph.
func examineEntra(ctx context.Context, settings config.Config) []check {
	cloud, err := graph.ParseCloud(settings.Cloud)
	if err != nil {
		return []check{failed("cloud", err)}
	}
	client, err := graph.New(graph.Config{
		Cloud: cloud, Endpoint: settings.Endpoints.Graph, Authority: settings.Endpoints.Entra, Credentials: app.Credentials(settings.Azure),
	})
	if err != nil {
		return []check{failed("credentials", err)}
	}
	marks := map[graph.Level]mark{graph.LevelOK: well, graph.LevelWarning: warns, graph.LevelError: wrong}
	var checks []check
	for _, f := range client.Examine(ctx).Findings {
		m := marks[f.Level]
		if m == well && f.Hint != "" {
			m = note
		}
		checks = append(checks, check{m, f.Code, f.Text, f.Hint, f.Ref})
	}
	return checks
}
