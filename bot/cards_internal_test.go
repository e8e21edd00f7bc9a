package bot

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passcodebot/approvals"
)

// opened is a store of open requests.
type opened struct {
	Requests
	all []approvals.Request
}

func (o opened) Open(context.Context) ([]approvals.Request, error) { return o.all, nil }

// Looking at the cards that wait leaves alone what is at work already, and
// forgets nothing that speaks against a card.
func TestCards_doubtPending(t *testing.T) {
	t.Parallel()
	deleted := errors.New("message_not_found")
	c := newCards(&publisher{Config: Config{Requests: opened{all: []approvals.Request{
		{ID: 1, State: approvals.Pending}, {ID: 2, State: approvals.Pending}, {ID: 3, State: approvals.Pending}, {ID: 4, State: approvals.Approved},
	}}}})
	c.lanes[2] = false
	c.doubt(3, deleted)
	if err := c.doubtPending(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[approvals.ID]error{1: nil, 3: deleted}
	if diff := cmp.Diff(want, c.doubts, cmpopts.EquateErrors()); diff != "" {
		t.Errorf("doubted (-want +got):\n%s", diff)
	}
}
