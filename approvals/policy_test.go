package approvals_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

func TestWithDefaults(t *testing.T) {
	t.Parallel()
	want := approvals.Policy{
		Quorum: 1, TimeToLive: 30 * time.Minute, MaxDevices: 100, ExecutionTimeout: 10 * time.Minute, ResendAfter: approvals.DefaultResendAfter, SettleFor: approvals.DefaultSettleFor,
		FollowUp:    []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute},
		FollowUpFor: 24 * time.Hour, HandoverAfter: 4 * time.Hour, Many: 10, OfflineFor: 7 * 24 * time.Hour,
	}
	if diff := cmp.Diff(want, approvals.Policy{}.WithDefaults()); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, approvals.Policy{Quorum: -1, TimeToLive: -1, MaxDevices: -1, ExecutionTimeout: -1, ResendAfter: approvals.DefaultResendAfter, SettleFor: approvals.DefaultSettleFor, FollowUpFor: -1, Many: -1, OfflineFor: -1}.WithDefaults()); diff != "" {
		t.Errorf("defaults for what makes no sense (-want +got):\n%s", diff)
	}
	own := approvals.Policy{
		Quorum: 2, TimeToLive: time.Hour, MaxDevices: 5, ExecutionTimeout: time.Minute, ResendAfter: approvals.DefaultResendAfter, SettleFor: approvals.DefaultSettleFor,
		FollowUp: []time.Duration{time.Second}, FollowUpFor: time.Hour, HandoverAfter: -1, CardChannel: "C1",
		Many: 3, OfflineFor: time.Hour,
	}
	if diff := cmp.Diff(own, own.WithDefaults()); diff != "" {
		t.Errorf("own limits are changed (-want +got):\n%s", diff)
	}
}

func TestPolicy_channels(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		policy approvals.Policy
		asked  bool
		place  string
	}{
		{approvals.Policy{}, true, "CHELP"},
		{approvals.Policy{Channels: []string{"C1", "CHELP"}}, true, "CHELP"},
		{approvals.Policy{Channels: []string{"C1"}, CardChannel: "CAPPROVE"}, false, "CAPPROVE"},
	} {
		if got := tt.policy.AskedIn("CHELP"); got != tt.asked {
			t.Errorf("%+v: AskedIn is %v; want %v", tt.policy, got, tt.asked)
		}
		if got := tt.policy.CardPlace("CHELP"); got != tt.place {
			t.Errorf("%+v: CardPlace is %s; want %s", tt.policy, got, tt.place)
		}
	}
}

func TestAudience_empty(t *testing.T) {
	t.Parallel()
	if !(approvals.Audience{}).Empty() || (approvals.Audience{Groups: []string{"S1"}}).Empty() || (approvals.Audience{People: []string{"U1"}}).Empty() {
		t.Error("only an audience of nobody is empty")
	}
}
