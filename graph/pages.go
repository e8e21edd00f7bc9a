package graph

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"

	"passcodebot/approvals"
)

// paged is a page of a list.
type paged interface {
	serialization.Parsable
	GetOdataNextLink() *string
}

// page asks for one page of a list and returns it with the address of the
// next, which is empty for the last.
func page[T paged](ctx context.Context, c *Client, op operation, info func(context.Context) (*abstractions.RequestInformation, error), as serialization.ParsableFactory) (T, string, *approvals.Error) {
	var page T
	_, failure := c.do(ctx, op, func(ctx context.Context) error {
		request, err := info(ctx)
		if err != nil {
			return err
		}
		answer, err := c.get(ctx, request, as)
		if err != nil {
			return err
		}
		got, ok := answer.(T)
		if !ok {
			return fmt.Errorf("the answer is not a %T", page)
		}
		page = got
		return nil
	})
	if failure != nil {
		return page, "", failure
	}
	next := deref(page.GetOdataNextLink())
	if next == "" {
		return page, "", nil
	}
	if len(next) > maxLink {
		return page, "", notUnderstood("the address of the next page of a list is too long")
	}
	if u, err := url.Parse(next); err != nil || !within(c.root, u) {
		return page, "", notUnderstood("the next page of a list is said to be elsewhere")
	}
	return page, next, nil
}

func notUnderstood(why string) *approvals.Error {
	return &approvals.Error{Kind: approvals.Unavailable, Code: "not-understood", Text: "Intune's answer was not understood.", Err: errors.New(why)}
}
