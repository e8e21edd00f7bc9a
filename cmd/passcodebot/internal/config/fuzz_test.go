package config_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"passcodebot/cmd/passcodebot/internal/config"
)

// Whatever stands in the file, it is understood or refused with a problem
// that has a text, and nothing panics.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", people, everything, "a: [", "? a\n: b", "- a", "a: &x 1\nb: *x", "<<: {a: 1}", "sweep: CRON_TZ=x", "a: |\n b", "quorum: !!int 1", "---\n---\n", "\ufeff", people + "rules: [{name: a, when: {times: [{days: [mon], from: 08:00, to: 24:00, zone: UTC}]}, ticket: 'a)|(b'}]",
		people + "rules:\n- name: xoxb-1-Hidden\n  when:\n    repeated:\n    - {of: device, times: 3, within: 24h}\n- \n- []\n- name", "break_glass: {reviewers: {groups: [[]]}}", "rules: {a: 1}", "%YAML 1.2\n---\na: 1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, written string) {
		c, err := config.Parse("passcodebot.yml", []byte(written), good().get)
		if err == nil {
			if c.Requesters.Empty() || c.Approvers.Empty() || c.Quorum < 1 || c.TimeToLive <= 0 || c.Cloud == "" || c.Store == "" {
				t.Errorf("%q gives an incomplete configuration: %+v", written, c)
			}
			if _, err := config.ParseSchedule(c.Sweep); err != nil {
				t.Errorf("%q gives a schedule that cannot be read: %v", written, err)
			}
			for _, r := range c.Rules {
				if r.Name == "" || r.Refuse == "" && reflect.ValueOf(r.Terms).IsZero() {
					t.Errorf("%q gives a rule that says nothing: %+v", written, r)
				}
				for _, at := range r.When.Times {
					if at.Zone == nil {
						t.Errorf("%q gives times without a zone", written)
					}
				}
			}
			return
		}
		if strings.Contains(err.Error(), "-Hidden") {
			t.Errorf("%q: a secret is repeated: %v", written, err)
		}
		problems, ok := errors.AsType[config.Problems](err)
		if !ok || len(problems) == 0 {
			t.Fatalf("%q: %T: %v; want Problems", written, err, err)
		}
		for _, p := range problems {
			if p.Text == "" || p.Remedy == "" || p.File == "" && p.Key == "" {
				t.Errorf("%q: %+v does not tell what is wrong, where and what to do", written, p)
			}
		}
	})
}
