package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passcodebot/bot/fakeslack"
)

// explained is what policy explain --json says, by the config and with the
// environment that are given.
func explained(t *testing.T, config string, env map[string]string, args ...string) explanation {
	t.Helper()
	file := filepath.Join(t.TempDir(), "passcodebot.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), append([]string{"policy", "explain", "--json", "--config", file}, args...), func(key string) string { return env[key] }, &out, &errs)
	var e explanation
	if err := json.Unmarshal(out.Bytes(), &e); err != nil || code != exitOK {
		t.Fatalf("exit code %d, %v: %s", code, err, errs.String())
	}
	return e
}

// Of whom Slack tells neither the mail address nor the Entra id is no approver
// for a device that somebody uses, and is listed with that.
func TestPolicyExplain_unknownApprover(t *testing.T) {
	t.Parallel()
	space := fakeslack.SampleWorkspace()
	ben := slices.IndexFunc(space.People, func(p fakeslack.Person) bool { return p.ID == "U0BEN" })
	space.People[ben].Email = ""
	slack, err := fakeslack.Start(space)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = slack.Close() })
	config := fmt.Sprintf("requesters: {groups: [S0HELPDESK]}\napprovers: {groups: [S0ONCALL]}\nendpoints: {slack: %s}\n", slack.URL())
	e := explained(t, config, map[string]string{"SLACK_BOT_TOKEN": space.App.BotToken}, "--requester", "U0RITA", "--owner", "carl@contoso.com")
	is := func(m member) bool { return m.ID == "U0BEN" }
	if !e.Who.Asked || slices.ContainsFunc(e.Who.Able, is) {
		t.Errorf("who could approve: %+v", e.Who)
	}
	if i := slices.IndexFunc(e.Who.Unable, is); i < 0 || !strings.HasPrefix(e.Who.Unable[i].Why, "Slack tells neither their mail address nor their Entra id") {
		t.Errorf("who could not: %+v", e.Who.Unable)
	}
}

// What was taken to be so is told to programs too.
func TestPolicyExplain_notes(t *testing.T) {
	t.Parallel()
	const config = "requesters: {groups: [S0HELPDESK]}\napprovers: {groups: [S0ONCALL]}\n"
	e := explained(t, config, nil, "--requester", "U0RITA")
	if len(e.Notes) != 1 || !strings.HasPrefix(e.Notes[0], "In which groups the requester is was not asked (SLACK_BOT_TOKEN is not set), and is taken to be all of S0HELPDESK") {
		t.Errorf("%q", e.Notes)
	}
	if e := explained(t, config, nil, "--requester-groups", "S0HELPDESK"); e.Notes == nil || len(e.Notes) > 0 {
		t.Errorf("where nothing was taken to be so: %q", e.Notes)
	}
}
