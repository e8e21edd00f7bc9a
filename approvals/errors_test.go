package approvals_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passcodebot/approvals"
)

func TestAsError(t *testing.T) {
	t.Parallel()
	own := &approvals.Error{Kind: approvals.NotFound, Code: "x", Text: "Nothing there.", Hint: "Look again.", Ref: "graph-1", Err: errPlain}
	wrapped := fmt.Errorf("find: %w", own)
	if got := approvals.AsError(wrapped); got != own {
		t.Errorf("AsError of a wrapped one is %v; want the one inside", got)
	}
	want := approvals.Error{
		Kind: approvals.Internal, Code: "internal", Err: errPlain,
		Text: "Something went wrong on my side, and nothing was changed.",
		Hint: "Try again; if it stays, ask the people who run passcodebot to look into its log.",
	}
	if diff := cmp.Diff(want, *approvals.AsError(errPlain), cmpopts.EquateErrors()); diff != "" {
		t.Errorf("AsError of another error (-want +got):\n%s", diff)
	}
	if !errors.Is(wrapped, errPlain) {
		t.Error("the cause can't be found")
	}
	got := []string{own.Error(), own.Sentence(), (&approvals.Error{Text: "No."}).Error(), (&approvals.Error{Text: "No."}).Sentence()}
	if diff := cmp.Diff([]string{"Nothing there. (request-id graph-1): not an Error", "Nothing there. Look again.", "No.", "No."}, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	got := []approvals.Kind{
		approvals.KindOf(nil), approvals.KindOf(errPlain), approvals.KindOf(approvals.ErrConflict),
		approvals.KindOf(fmt.Errorf("x: %w", unavailable("x"))),
	}
	if diff := cmp.Diff([]approvals.Kind{"", approvals.Internal, approvals.Internal, approvals.Unavailable}, got); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}
