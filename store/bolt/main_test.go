package bolt_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"passcodebot/approvals"
	"passcodebot/store"
	"passcodebot/store/bolt"
	"passcodebot/store/storetest"
)

// act makes the test binary be another process: what it does, for which file.
const act = "BOLT_TEST_ACT"

func TestMain(m *testing.M) {
	if what := os.Getenv(act); what != "" {
		if err := other(what, os.Args[len(os.Args)-1]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// other is what another process does.
func other(what, path string) error {
	ctx := context.Background()
	if what == "compact" {
		go func() {
			for {
				fmt.Println("at work")
			}
		}()
		for {
			if _, _, err := bolt.Compact(ctx, path); err != nil {
				return err
			}
		}
	}
	if mask, ok := strings.CutPrefix(what, "umask "); ok {
		return makeUnder(ctx, mask, path)
	}
	s, err := bolt.Open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	switch what {
	case "hold":
		fmt.Println("open")
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	case "full":
		return fillDisk(ctx, s, path)
	}
	for i := 0; ; i++ { // save until it is killed
		c := approvals.Change{Request: request(), Events: []approvals.Event{{Kind: approvals.Asked}}, Key: fmt.Sprint("key ", i)}
		r, err := s.Save(ctx, c)
		if err != nil {
			return err
		}
		fmt.Println(uint64(r.ID))
	}
}

func request() *approvals.Request {
	return &approvals.Request{State: approvals.Pending, Requester: approvals.Actor{ID: "URITA"}, Reason: "forgotten", Quorum: 1}
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		address := "bolt:" + filepath.Join(t.TempDir(), "test.db")
		return func(ctx context.Context) (store.Store, error) { return store.Open(ctx, address) }
	})
}
