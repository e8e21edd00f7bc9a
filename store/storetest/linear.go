package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"passcodebot/approvals"
	"passcodebot/store"
)

// act is something that somebody does to a request.
type act struct {
	request approvals.ID
	who     string
	what    string // approve, deny, cancel, expire or read
}

// answer is what came of an act.
type answer struct {
	code      string // why it was refused
	state     approvals.State
	approvals int
}

// lost is the code of an act that the store could not take, as it was just
// being closed: nothing was changed.
const lost = "store-failed"

// deciding is a request in the model.
type deciding struct {
	state    approvals.State
	approved string // who has, each followed by a blank
}

// decidedQuorum is the quorum of the requests in these histories.
const decidedQuorum = 2

// decisions is the sequential model: who decides first wins, each person once,
// and everybody is told where the request then stands.
func decisions() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			of := map[approvals.ID][]porcupine.Operation{}
			for _, op := range history {
				id := op.Input.(act).request
				of[id] = append(of[id], op)
			}
			var parts [][]porcupine.Operation
			for _, part := range of {
				parts = append(parts, part)
			}
			return parts
		},
		Init: func() any { return deciding{state: approvals.Pending} },
		Step: func(state, input, output any) (bool, any) {
			before, got := state.(deciding), output.(answer)
			if got.code == lost {
				return true, before
			}
			code, after := before.step(input.(act))
			want := answer{code: code}
			if code == "" {
				want.state, want.approvals = after.state, strings.Count(after.approved, " ")
			}
			return got == want, after
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
	}
}

// step returns why an act is refused, or what the request is after it.
func (d deciding) step(a act) (string, deciding) {
	after := d
	switch {
	case a.what == "read":
	case a.what == "expire" && d.state != approvals.Pending:
	case a.what == "expire":
		after.state = approvals.Expired
	case d.state == approvals.Approved && a.what == "cancel":
		after.state = approvals.Cancelled
	case d.state == approvals.Expired:
		return "expired", d
	case d.state != approvals.Pending:
		return "already-" + string(d.state), d
	case a.what == "cancel":
		after.state = approvals.Cancelled
	case strings.Contains(d.approved, a.who+" "):
		return "decided-by-you", d
	case a.what == "deny":
		after.state = approvals.Denied
	default:
		after.approved += a.who + " "
		if strings.Count(after.approved, " ") == decidedQuorum {
			after.state = approvals.Approved
		}
	}
	return "", after
}

// everybody is a Directory of people who may all decide. Its answer to a
// decision comes between the reading and the saving of the request.
type everybody struct{ asked func() }

func (d everybody) Person(_ context.Context, id string) (approvals.Person, error) {
	if d.asked != nil {
		d.asked()
	}
	return approvals.Person{ID: id, Name: id, Team: "T1"}, nil
}

func (everybody) Members(context.Context, string) ([]string, error) { return nil, nil }

// approvers are the people who decide in these histories.
func approvers() []string { return []string{"UANNA", "UBEN", "UCARLA", "UDORA", "UEMIL"} }

// house does acts on a store as the service does, and keeps their history.
type house struct {
	service *approvals.Service
	store   store.Store
	clock   *atomic.Int64
}

func newHouse(t *testing.T, s store.Store, clock *atomic.Int64, d approvals.Directory) *house {
	t.Helper()
	service, err := approvals.NewService(approvals.Config{
		Store: s, Queue: s, Devices: struct{ approvals.Devices }{}, Directory: d, Now: func() time.Time { return at(1) },
		Policy: approvals.Policy{
			Home: approvals.Home{Team: "T1"}, Quorum: decidedQuorum,
			Requesters: approvals.Audience{People: []string{pending(noon()).Requester.ID}}, Approvers: approvals.Audience{People: approvers()},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &house{service: service, store: s, clock: clock}
}

// do does an act and returns it as an operation of a history.
func (h *house) do(t *testing.T, client int, a act) porcupine.Operation {
	t.Helper()
	call := h.clock.Add(1)
	r, err := h.result(t.Context(), a)
	got := answer{state: r.State, approvals: r.Approvals()}
	if err != nil {
		got = answer{code: approvals.AsError(err).Code}
		if approvals.KindOf(err) == approvals.Unavailable {
			got.code = lost
		}
	}
	return porcupine.Operation{ClientId: client, Input: a, Call: call, Output: got, Return: h.clock.Add(1)}
}

func (h *house) result(ctx context.Context, a act) (approvals.Request, error) {
	switch a.what {
	case "approve", "deny":
		return h.service.Decide(ctx, a.request, approvals.Actor{ID: a.who, Name: a.who, Team: "T1"}, a.what == "approve", "")
	case "cancel":
		return h.service.Cancel(ctx, a.request, pending(noon()).Requester)
	case "read":
		return h.store.Request(ctx, a.request)
	}
	for { // as the runner does
		r, err := h.store.Request(ctx, a.request)
		if err != nil || !r.Expire(r.ExpiresAt) {
			return r, err
		}
		if r, err = h.store.Save(ctx, approvals.Change{Request: &r}); !errors.Is(err, approvals.ErrConflict) {
			return r, err
		}
	}
}

// wantsLinear says that a history could have happened one act after the other.
func wantsLinear(t *testing.T, history []porcupine.Operation, want porcupine.CheckResult) {
	t.Helper()
	got := porcupine.CheckOperationsTimeout(decisions(), history, time.Minute)
	if got == want {
		return
	}
	var lines []string
	for _, op := range history {
		lines = append(lines, fmt.Sprintf("%d to %d: %+v -> %+v", op.Call, op.Return, op.Input, op.Output))
	}
	t.Errorf("the history is %s, want %s:\n%s", got, want, strings.Join(lines, "\n"))
}

func linearCases() []testCase {
	return []testCase{{
		"Decisions_are_linearizable", "whoever decides at once on one request, what each is told could have happened one after the other, also across Close and opening again",
		func(s *subject) {
			const requests, people, phases, each = 20, 6, 4, 12
			for range requests {
				r := pending(at(30))
				r.Approvers = approvals.Audience{People: approvers()}
				r.Quorum = decidedQuorum
				s.save(approvals.Change{Request: r})
			}
			var clock atomic.Int64
			histories := make([][]porcupine.Operation, people)
			for phase := range phases {
				if phase > 0 {
					s.start()
				}
				h := newHouse(s.T, s.Store, &clock, everybody{})
				most := clock.Load() + 3*people*each/2
				together(people+1, func(i int) {
					if i == people { // while some are still at work
						for clock.Load() < most {
							runtime.Gosched()
						}
						if err := h.store.Close(); err != nil {
							s.Errorf("close: %v", err)
						}
						return
					}
					rnd := rand.New(rand.NewPCG(uint64(phase), uint64(i)))
					for range each {
						what := []string{"approve", "approve", "approve", "deny", "cancel", "expire", "read", "read"}[rnd.IntN(8)]
						a := act{request: approvals.ID(1 + phase*requests/phases/2 + rnd.IntN(requests/phases)), who: approvers()[rnd.IntN(5)], what: what}
						histories[i] = append(histories[i], h.do(s.T, i, a))
					}
				})
			}
			s.start()
			h := newHouse(s.T, s.Store, &clock, everybody{})
			for id := range approvals.ID(requests) {
				histories[0] = append(histories[0], h.do(s.T, 0, act{request: id + 1, what: "read"}))
			}
			wantsLinear(s.T, slices.Concat(histories...), porcupine.Ok)
			s.must(s.Verify(s.Context()))
		},
	}}
}
