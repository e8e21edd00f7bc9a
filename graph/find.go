package graph

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-beta-sdk-go/devicemanagement"

	"passcodebot/approvals"
)

const (
	// pageSize is how many devices are asked for at once.
	pageSize = 500
	// maxScanned and maxPages bound how much of a tenant is looked through
	// where Intune ignores a filter.
	maxScanned = 20_000
	maxPages   = 400
)

type bounds struct{ devices, pages int }

// Find implements approvals.Devices.
func (c *Client) Find(ctx context.Context, sel approvals.Selector, limit int) (approvals.Found, error) {
	if sel.Kind == approvals.ByID {
		return c.findOne(ctx, sel, limit)
	}
	searches, err := plan(sel)
	if err != nil {
		return approvals.Found{}, err
	}
	s := scan{client: c, sel: sel, limit: max(0, limit), found: map[string]approvals.Device{}, dropped: map[string]bool{}}
	for _, one := range searches {
		if len(s.found) > 0 {
			break
		}
		if failure := s.run(ctx, one); failure != nil {
			return approvals.Found{}, failure
		}
	}
	return s.result(), nil
}

func (c *Client) findOne(ctx context.Context, sel approvals.Selector, limit int) (approvals.Found, error) {
	d, err := c.Read(ctx, sel.Value)
	if err != nil {
		return approvals.Found{}, err
	}
	if limit < 1 {
		return approvals.Found{More: true}, nil
	}
	return approvals.Found{Devices: []approvals.Device{d}}, nil
}

// scan goes through the pages of an answer, and keeps what was asked for.
type scan struct {
	client  *Client
	sel     approvals.Selector
	limit   int
	found   map[string]approvals.Device
	dropped map[string]bool // ids that do not match
	pages   int
}

// run asks for one search's pages until there are no more, or until more
// devices than the limit are found.
func (s *scan) run(ctx context.Context, search search) *approvals.Error {
	op := operation{name: opFind, filter: s.sel.Kind == approvals.ByFilter}
	info := func(ctx context.Context) (*abstractions.RequestInformation, error) {
		return s.client.devices().ToGetRequestInformation(ctx, &devicemanagement.ManagedDevicesRequestBuilderGetRequestConfiguration{
			QueryParameters: &devicemanagement.ManagedDevicesRequestBuilderGetQueryParameters{
				Filter: new(search.filter), Select: search.properties, Top: new(int32(pageSize)),
			},
		})
	}
	for seen := map[string]bool{}; ; {
		page, next, failure := page[*devicePage](ctx, s.client, op, info, newDevicePage)
		if failure != nil {
			return failure
		}
		s.take(page.devices, search)
		s.pages++
		switch {
		case next == "" || len(s.found) > s.limit:
			return nil
		case seen[next]:
			return notUnderstood("a list of devices goes round in circles")
		case len(s.dropped) >= s.client.bounds.devices || s.pages >= s.client.bounds.pages:
			return s.tooMany()
		}
		seen[next] = true
		info = func(ctx context.Context) (*abstractions.RequestInformation, error) {
			return s.client.devices().WithUrl(next).ToGetRequestInformation(ctx, nil)
		}
	}
}

func (s *scan) take(page []*managedDevice, search search) {
	for _, m := range page {
		d, ok := m.device()
		switch {
		case !ok:
			s.dropped[short(m.GetId())] = true
		case search.matches(m, d):
			s.found[d.ID] = d
		default:
			s.dropped[d.ID] = true
		}
	}
}

func (s *scan) result() approvals.Found {
	f := approvals.Found{Dropped: len(s.dropped)}
	for id, d := range s.found {
		f.Devices = append(f.Devices, d)
		if s.dropped[id] {
			f.Dropped-- // one of two searches found it
		}
	}
	slices.SortFunc(f.Devices, func(a, b approvals.Device) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	if len(f.Devices) > s.limit {
		f.Devices, f.More = f.Devices[:s.limit], true
	}
	return f
}

// tooMany gives up on a filter that Intune evidently ignores.
func (s *scan) tooMany() *approvals.Error {
	return &approvals.Error{
		Kind: approvals.Invalid, Code: "filter-ignored",
		Text: fmt.Sprintf("Intune ignores what was asked for with %s: among the first %d devices that it answered, %d do not match, and there are more.",
			s.sel, len(s.dropped)+len(s.found), len(s.dropped)),
		Hint: "Name the devices by serial: or user:, or filter by deviceName, operatingSystem or lastSyncDateTime, which Intune heeds.",
	}
}
