package bot_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

var howMany = regexp.MustCompile(`\d+ (?:person|people) could approve it[^"]*?now`)

// How many people are active is told of those who could approve what is
// chosen, and never of those who could have approved what was.
func TestForm_activeOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Rules = []approvals.Rule{{
		Name: "managed", When: approvals.Conditions{Enrolments: []string{"fully-managed"}},
		Terms: approvals.Terms{Approvers: approvals.Audience{People: []string{nora}}},
	}}
	l := w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	w.opened(rita, "2 people could approve it; 2 of them active now")
	m := w.opened(rita, "Alice Pixel")
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{pixel}, nil)
	w.opened(rita, "1 person could approve it; 1 active now")
	l.stop() // when all that was begun is done
	for _, c := range w.slack.Calls() {
		if said := howMany.FindString(c.Args["view"]); c.Method == "views.update" && strings.HasPrefix(said, "1 person") && !strings.Contains(said, "1 active") {
			t.Errorf("the form says %q", said)
		}
	}
}

// A form that stays open does not ask Slack again for each of the approvers
// whatever is ticked in it: decisions need those calls.
func TestForm_calls(t *testing.T) {
	t.Parallel()
	var all []string
	w := newWorld(t, func(c *fakeslack.Config) {
		for i := range 25 {
			id := fmt.Sprintf("U0APP%02d", i)
			all = append(all, id)
			c.People = append(c.People, fakeslack.Person{ID: id, Name: strings.ToLower(id), Team: "T0CONTOSO", Email: id + "@contoso.com"})
		}
	})
	w.policy.Approvers = approvals.Audience{People: all}
	w.policy.Rules = []approvals.Rule{{
		Name: "managed", When: approvals.Conditions{Enrolments: []string{"fully-managed"}}, Terms: approvals.Terms{Quorum: 2},
	}}
	// All but what is shown is read afresh for each act, as after 15 seconds.
	w.rules = func(c *approvals.Config) { c.Recent = c.Directory }
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	tick := m.block("form_devices", pixel)
	w.opened(rita, "At least 20 people could approve it")
	before := w.calls("users.info")
	for range 2 {
		w.uses(rita, m, tick, "form_devices", []string{pixel}, nil)
		w.opened(rita, "it needs 2 approvals")
		w.uses(rita, m, tick, "form_devices", []string{}, nil)
		w.opened(rita, "It needs 1 approval,")
	}
	if n := w.calls("users.info") - before; n > 8 {
		t.Errorf("users.info was called %d times for 4 ticks, want little more than for who asks", n)
	}
}
