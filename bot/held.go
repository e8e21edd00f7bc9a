package bot

import (
	"context"

	"passcodebot/approvals"
)

// awaits says that a request which is to have a card waits for it: it is held
// until the card has a place or is lost. What comes meanwhile is read then. The
// card, as far as it was read before, is read once more.
func (f *follower) awaits(ctx context.Context, id approvals.ID, card *cardNote) (bool, error) {
	if !card.placeless() {
		return false, nil
	}
	// Held before the last look at the card: one that is placed after it ends
	// that.
	f.held.add(id)
	var err error
	if *card, err = readCard(ctx, f.Outbox, id); err == nil && card.placeless() {
		return true, nil
	}
	f.held.drop(id)
	return false, err
}
