package config_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"passcodebot/cmd/passcodebot/internal/config"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	tenant = "11111111-2222-3333-4444-555555555555"
	client = "66666666-7777-8888-9999-000000000000"
)

// people is the least that a file must say.
const people = "requesters: {groups: [S0HELPDESK1]}\napprovers: {groups: [S0ONCALL123]}\n"

type vars map[string]string

func (v vars) get(name string) string { return v[name] }

// with returns the variables changed; an empty value unsets one.
func (v vars) with(pairs ...string) vars {
	changed := maps.Clone(v)
	for i := 0; i < len(pairs); i += 2 {
		changed[pairs[i]] = pairs[i+1]
	}
	return changed
}

// good is an environment with nothing wrong.
func good() vars {
	return vars{
		"SLACK_BOT_TOKEN": "xoxb-12-Bot", "SLACK_APP_TOKEN": "xapp-1-App",
		"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": client, "AZURE_CLIENT_SECRET": "abc8Q~the-secret",
	}
}

// file writes content to a file of that name and returns its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// told returns what is wrong, a line each, and nothing where all is well.
func told(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[config.Problems](err); !ok {
		t.Fatalf("the error is a %T; want Problems: %v", err, err)
	}
	return strings.Split(err.Error(), "\n")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
