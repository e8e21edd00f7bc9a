package config_test

import (
	"errors"
	"testing"

	"passcodebot/cmd/passcodebot/internal/config"
)

// Whatever stands in the file, it is understood or refused with a problem
// that has a text, and nothing panics.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", people, everything, "a: [", "? a\n: b", "- a", "a: &x 1\nb: *x", "<<: {a: 1}", "sweep: CRON_TZ=x", "a: |\n b", "quorum: !!int 1", "---\n---\n", "\ufeff", "%YAML 1.2\n---\na: 1",
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
			return
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
