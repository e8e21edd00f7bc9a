package fakeslack_test

import (
	"strings"
	"testing"

	"passcodebot/bot/fakeslack"
)

// Everything that is said to be supported is: methods are known, payloads
// and events are told apart by kind, and each thing stands once.
func TestSupported(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.NoTiers = true })
	kinds, seen := map[string]int{}, map[string]bool{}
	for _, s := range fakeslack.Supported() {
		kinds[s.Kind]++
		if seen[s.Kind+s.Name] || s.Name == "" || strings.Contains(s.Limits, "; ;") || strings.HasSuffix(s.Limits, " ") {
			t.Errorf("%+v", s)
		}
		seen[s.Kind+s.Name] = true
		if s.Kind == "method" && a.call(s.Name).code() == "unknown_method" {
			t.Errorf("%s is not known", s.Name)
		}
	}
	for kind, least := range map[string]int{"method": 25, "event": 3, "payload": 7, "block": 10, "element": 20} {
		if kinds[kind] < least {
			t.Errorf("%d of kind %s, want %d", kinds[kind], kind, least)
		}
	}
	a.refused("unknown_method", "chat.shout")
}
