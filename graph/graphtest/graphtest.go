// Package graphtest starts a faked tenant and a graph.Client that is signed in
// to it, for tests:
//
//	tenant, intune := graphtest.New(t, fakeintune.Config{Devices: …})
//
// Both end with the test.
package graphtest

import (
	"crypto/x509"
	"log/slog"
	"testing"

	"passcodebot/graph"
	"passcodebot/graph/fakeintune"
)

// App is the application with which New signs in.
func App() fakeintune.App {
	return fakeintune.App{
		ClientID: "9c1b0f7e-0a51-4f0e-8f7c-0d2a6a3d2f11",
		Secret:   "sandbox~secret",
		Roles:    []string{graph.PermissionReset, graph.PermissionRead},
	}
}

// Start starts a faked tenant in which App is registered, besides the apps of
// the config.
func Start(t testing.TB, c fakeintune.Config) *fakeintune.Server {
	t.Helper()
	c.Apps = append(c.Apps, App())
	if c.Tenant == "" {
		c.Tenant = fakeintune.SampleTenant
	}
	s, err := fakeintune.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close fake intune: %v", err)
		}
	})
	return s
}

// Config is what a graph.Client needs for a faked tenant.
func Config(t testing.TB, s *fakeintune.Server) graph.Config {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(s.CA())
	transport := graph.NewTransport(roots)
	t.Cleanup(transport.CloseIdleConnections)
	app := App()
	return graph.Config{
		Credentials: graph.Credentials{TenantID: fakeintune.SampleTenant, ClientID: app.ClientID, ClientSecret: app.Secret},
		Endpoint:    s.URL(),
		Authority:   s.URL(),
		Transport:   transport,
		Logger:      slog.New(slog.DiscardHandler),
	}
}

// New starts a faked tenant and makes a client for it.
func New(t testing.TB, c fakeintune.Config) (*fakeintune.Server, *graph.Client) {
	t.Helper()
	s := Start(t, c)
	client, err := graph.New(Config(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return s, client
}
