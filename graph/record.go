package graph

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/devicemanagement"

	"passcodebot/approvals"
)

const (
	// auditPage is how many entries of the record are asked for at once.
	auditPage = 100
	// maxAuditPages bounds how much of it is read.
	maxAuditPages = 50
)

// Resets implements approvals.Devices. Those who ask at the same time share a
// reading of Intune's record, which began after each of them asked.
func (c *Client) Resets(ctx context.Context, since time.Time) ([]approvals.Recorded, error) {
	all, err := c.record.read(ctx, since)
	if err != nil {
		return nil, err
	}
	var resets []approvals.Recorded
	for _, r := range all {
		if !r.At.Before(since) {
			resets = append(resets, r)
		}
	}
	return resets, nil
}

// record shares readings of Intune's record of remote actions.
type record struct {
	load func(ctx context.Context, since time.Time) ([]approvals.Recorded, error)

	mu     sync.Mutex
	flying bool
	next   *reading // begins when the one that flies has ended
}

// reading is one reading of the record, back to since.
type reading struct {
	*flight[[]approvals.Recorded]
	since time.Time
}

func (r *record) read(ctx context.Context, since time.Time) ([]approvals.Recorded, error) {
	r.mu.Lock()
	if r.next == nil || !r.next.open() {
		r.next = &reading{newFlight[[]approvals.Recorded](ctx, &r.mu), since}
	}
	mine := r.next
	mine.waiting++
	if since.Before(mine.since) {
		mine.since = since
	}
	if !r.flying {
		r.fly()
	}
	r.mu.Unlock()
	resets, err := mine.wait(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, notTaken(ctx.Err(), nil)
	}
	return resets, err
}

// fly begins the next reading. The lock is held.
func (r *record) fly() {
	reading := r.next
	r.flying, r.next = true, nil
	go func() {
		resets, err := r.load(reading.ctx, reading.since)
		r.mu.Lock()
		r.flying = false
		if r.next != nil {
			r.fly()
		}
		r.mu.Unlock()
		reading.land(resets, err)
	}()
}

// readRecord reads the record back to a time, and returns the resets in it,
// the latest first. Neither a filter nor the order of the answer is trusted:
// it goes on to the end unless the entries have come in order.
func (c *Client) readRecord(ctx context.Context, since time.Time) ([]approvals.Recorded, error) {
	info := func(ctx context.Context) (*abstractions.RequestInformation, error) {
		return c.audits().ToGetRequestInformation(ctx, &devicemanagement.RemoteActionAuditsRequestBuilderGetRequestConfiguration{
			QueryParameters: &devicemanagement.RemoteActionAuditsRequestBuilderGetQueryParameters{Top: new(int32(auditPage))},
		})
	}
	var resets []approvals.Recorded
	var last time.Time
	seen, inOrder := map[string]bool{}, true
	for pages := 1; ; pages++ {
		page, next, failure := page[*auditsPage](ctx, c, operation{name: opResets}, info, newAuditsPage)
		if failure != nil {
			return nil, failure
		}
		for _, a := range page.audits {
			inOrder = inOrder && !a.at.IsZero() && (last.IsZero() || !a.at.After(last))
			last = a.at
			switch {
			case !a.isReset() || a.id != "" && seen[a.id]: // entries move to the next page while new ones come
			case a.at.IsZero() || a.device == "":
				return nil, notUnderstood("a reset in the record of remote actions lacks its time or its device")
			default:
				seen[a.id] = true
				resets = append(resets, a.recorded())
			}
		}
		if next == "" || inOrder && last.Before(since) && !last.IsZero() {
			break
		}
		if pages == maxAuditPages {
			return nil, &approvals.Error{
				Kind: approvals.Unavailable, Code: "record-too-long", Text: "Intune's record of remote actions is too long to be read that far back.",
				Err: fmt.Errorf("it goes on behind %d pages, and the last entry is of %s", pages, last.Format(time.RFC3339)),
			}
		}
		info = func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return c.audits().WithUrl(next).ToGetRequestInformation(ctx, nil)
		}
	}
	slices.SortStableFunc(resets, func(a, b approvals.Recorded) int { return b.At.Compare(a.At) })
	return resets, nil
}

// audits returns the request builder of remoteActionAudits, a new one for
// each call, as devices does.
func (c *Client) audits() *devicemanagement.RemoteActionAuditsRequestBuilder {
	return devicemanagement.NewRemoteActionAuditsRequestBuilderInternal(map[string]string{}, c.adapter)
}
