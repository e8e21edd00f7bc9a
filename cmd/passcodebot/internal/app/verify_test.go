package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/store"
)

// checked is a store whose log verifies as it is told.
type checked struct {
	store.Store
	found error
}

func (c checked) Verify(ctx context.Context, heads ...approvals.Head) error {
	if c.found != nil {
		return c.found
	}
	return c.Store.Verify(ctx, heads...)
}

func TestVerifier(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	tampered := &approvals.Error{Kind: approvals.Invalid, Text: "Event 2 is not as it was written."}
	for name, tt := range map[string]struct {
		found error
		want  bot.Verified
		text  string
	}{
		"whole":        {nil, bot.Verified{At: noon, Through: 3}, ""},
		"tampered":     {tampered, bot.Verified{At: noon, Through: 3, Problems: 1}, tampered.Text},
		"not verified": {errors.New("disk"), bot.Verified{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "requests.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			write := func(n int) {
				for i := range n {
					e := approvals.Event{At: noon, Kind: approvals.ProcessStarted, Data: map[string]string{"version": fmt.Sprint(i)}}
					if _, err := s.Save(t.Context(), approvals.Change{Events: []approvals.Event{e}}); err != nil {
						t.Fatal(err)
					}
				}
			}
			verifier := func() *verifier {
				return &verifier{store: checked{s, tt.found}, now: func() time.Time { return noon }, log: slog.New(slog.DiscardHandler)}
			}
			write(3)
			head, err := s.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			v := verifier()
			v.recall(t.Context())
			v.verify(t.Context())
			if diff := cmp.Diff(tt.want, v.verified()); diff != "" {
				t.Errorf("known at once (-want +got):\n%s", diff)
			}
			written, err := s.Events(t.Context(), 3, 10)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want.At.IsZero() != (len(written) == 0) {
				t.Errorf("events: %v", written)
			}
			for _, e := range written {
				if e.Text != tt.text || e.Data["hash"] != head.Hash {
					t.Errorf("written: %+v; want the text %q and the hash %s", e, tt.text, head.Hash)
				}
			}
			write(lookPage) // it is further back than one look
			again := verifier()
			again.recall(t.Context())
			if diff := cmp.Diff(tt.want, again.verified()); diff != "" {
				t.Errorf("known after the next start (-want +got):\n%s", diff)
			}
		})
	}
}

// A log that can't be read keeps nobody from starting.
func TestVerifier_recallUnread(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "requests.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	v := &verifier{store: s, now: time.Now, log: slog.New(slog.DiscardHandler)}
	v.recall(t.Context())
	if got := v.verified(); got != (bot.Verified{}) {
		t.Errorf("known: %+v", got)
	}
}
