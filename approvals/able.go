package approvals

import (
	"context"
	"slices"
)

// Able returns who could still approve a request that waits: by their groups
// and their devices, without those who have decided. At most MostCandidates.
// The error is Unavailable where the Directory can't be asked.
func (s *Service) Able(ctx context.Context, id ID) ([]Person, error) {
	r, err := s.Store.Request(ctx, id)
	if err != nil {
		_, err = s.stored(Request{ID: id}, err)
		return nil, err
	}
	who, err := s.electorate(ctx, r.Requester.ID, r.Targets, Terms{Approvers: r.Approvers, Quorum: r.Quorum, Groups: r.Groups})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(who.able, func(p Person) bool { return r.decidedBy(p.ID) != nil }), nil
}
