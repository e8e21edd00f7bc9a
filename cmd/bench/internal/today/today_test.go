package today_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/bench/internal/today"
	"passcodebot/graph/fakeintune"
)

// Every device is read, whole, before the first is reset, and nothing is done
// at the same time.
func TestReset_oneAfterTheOther(t *testing.T) {
	t.Parallel()
	const latency = 20 * time.Millisecond
	s, tenant, ids := start(t, latency, 3)
	took, err := today.Reset(t.Context(), tenant, ids)
	if err != nil {
		t.Fatal(err)
	}
	if took < 6*latency {
		t.Errorf("six calls took %s, at %s each", took, latency)
	}
	var got []string
	for _, c := range s.Calls() {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %d %s", c.Method, c.Path[strings.Index(c.Path, "d000"):], c.Status, c.Query)))
	}
	var want []string
	for _, id := range ids {
		want = append(want, "GET "+id+" 200")
	}
	for _, id := range ids {
		want = append(want, "POST "+id+"/resetPasscode 204")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// One device that is not there ends it before anything is reset.
func TestReset_givesUp(t *testing.T) {
	t.Parallel()
	s, tenant, ids := start(t, 0, 2)
	if _, err := today.Reset(t.Context(), tenant, append(ids, "d0009999-0000-4000-8000-000000000000")); err == nil {
		t.Error("a device that is not there was reset")
	}
	if posts := s.Posts(); len(posts) > 0 {
		t.Errorf("%d devices were reset", len(posts))
	}
}

func start(t *testing.T, latency time.Duration, devices int) (*fakeintune.Server, today.Tenant, []string) {
	t.Helper()
	const client, secret = "cba05000-0000-4000-8000-00000000cba0", "not-a-secret"
	c := fakeintune.Config{
		Latency: latency, CheckIn: -1,
		Apps: []fakeintune.App{{ClientID: client, Secret: secret, Roles: []string{fakeintune.RoleRead, fakeintune.RolePrivileged}}},
	}
	var ids []string
	for n := range devices {
		id := fmt.Sprintf("d000000%d-0000-4000-8000-000000000000", n)
		ids = append(ids, id)
		c.Devices = append(c.Devices, fakeintune.Device{ID: id, OSVersion: "15", DeviceType: "androidEnterprise", DeviceEnrollmentType: "androidEnterpriseFullyManaged"})
	}
	s, err := fakeintune.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	transport := s.Client().Transport
	return s, today.Tenant{URL: s.URL(), Transport: transport, ID: fakeintune.SampleTenant, ClientID: client, ClientSecret: secret}, ids
}
