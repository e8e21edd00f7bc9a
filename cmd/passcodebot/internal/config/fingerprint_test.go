package config_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
)

// change calls try for each single value within v after it was changed, and
// puts it back.
func change(t *testing.T, path string, v reflect.Value, try func(path string)) {
	t.Helper()
	before := reflect.New(v.Type()).Elem()
	before.Set(v)
	to := func(changed any) {
		v.Set(reflect.ValueOf(changed).Convert(v.Type()))
		try(path)
		v.Set(before)
	}
	switch value := v.Interface().(type) {
	case config.Secret:
		to(config.NewSecret("another"))
		return
	case *regexp.Regexp:
		to(regexp.MustCompile("another"))
		return
	case *time.Location:
		to(time.FixedZone("another", 1))
		return
	case bool:
		to(!value)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for field, inner := range v.Fields() {
			change(t, path+"."+field.Name, inner, try)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		try(path)
		change(t, path+"[0]", v.Index(0), try)
		v.Set(before)
	case reflect.String:
		to("another " + v.String())
	case reflect.Int, reflect.Int64:
		to(v.Int() + 1)
	default:
		t.Fatalf("%s is a %s, which the test cannot change", path, v.Type())
	}
}

// Whatever is changed gives another fingerprint, but for secrets; and another
// one of the policy, if the rules work with it.
func TestFingerprint_anyChange(t *testing.T) {
	t.Parallel()
	// What says where, how and for whom, but not who may do what.
	besides := regexp.MustCompile(`^\.(MaxReason|OutsideResets|Escalation|Admins|WorkingHours|HandoverAfter|Languages?|Cloud|Sweep|Store|Retention|StopGrace|Endpoints|Log|Slack|Azure|Audit)\b`)
	c := config.Default()
	whole, policy := c.Fingerprint(), c.PolicyFingerprint()
	seen := map[string]string{whole: "nothing"}
	change(t, "", reflect.ValueOf(&c).Elem(), func(path string) {
		secret := regexp.MustCompile(`Token$|ClientSecret$|Password$|Key\.Secret$`).MatchString(path)
		got := c.Fingerprint()
		if was, twice := seen[got]; twice != secret {
			t.Errorf("a change of %s gives the fingerprint that %q gives: %v; want %v", path, was, twice, secret)
		}
		seen[got] = path
		if same := c.PolicyFingerprint() == policy; same != besides.MatchString(path) {
			t.Errorf("a change of %s leaves the policy's fingerprint: %v", path, same)
		}
	})
	if c.Fingerprint() != whole || len(whole) != 32 {
		t.Errorf("the fingerprint is %s after all, and was %s", c.Fingerprint(), whole)
	}
}

func TestFingerprint_howItIsWritten(t *testing.T) {
	t.Parallel()
	const one = "requesters: {groups: [S0HELPDESK1]}\napprovers: {groups: [S0ONCALL123]}\nquorum: 2\nrules: [{name: a, when: {times: [{days: [mon], zone: UTC}]}, ticket: 'x+'}]\n"
	const other = "# the same\nrules:\n  - ticket: \"x+\"\n    when:\n      times:\n        - zone: UTC\n          days:\n            - mon\n    name: a\nquorum: 2\napprovers:\n  groups: [S0ONCALL123]\nrequesters: {groups: [S0HELPDESK1]}\n"
	var got []string
	for _, written := range []string{one, other, one} {
		c, err := config.Parse("passcodebot.yml", []byte(written), good().with("SLACK_BOT_TOKEN", fmt.Sprintf("xoxb-%d", len(got))).get)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, c.Fingerprint()+" "+c.PolicyFingerprint()+" "+c.Policy(approvals.Home{Team: "T1"}).Fingerprint)
	}
	if got[0] != got[1] || got[0] != got[2] || strings.Fields(got[0])[1] != strings.Fields(got[0])[2] {
		t.Errorf("the fingerprints are\n%s", strings.Join(got, "\n"))
	}
}
