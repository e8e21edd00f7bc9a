package approvals

import (
	"context"
	"sync"
)

// holds says which request a device is being reset for: while what came of
// its reset is not known, no other request resets it, for Intune's record
// does not tell one reset of ours from another.
type holds struct {
	mu     sync.Mutex
	loaded bool // what earlier processes left in doubt is in it
	by     map[string]ID
}

// load takes over what an earlier process left in doubt, once.
func (h *holds) load(ctx context.Context, s Store) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.loaded {
		return nil
	}
	open, err := s.Open(ctx)
	if err != nil {
		return err
	}
	h.loaded, h.by = true, map[string]ID{}
	for _, r := range open {
		for _, t := range r.Targets {
			if t.Result.Phase == Sending {
				h.by[t.Device.ID] = r.ID
			}
		}
	}
	return nil
}

// take holds a device for a request, and returns which request has it now.
func (h *holds) take(device string, id ID) ID {
	h.mu.Lock()
	defer h.mu.Unlock()
	if by, held := h.by[device]; held {
		return by
	}
	h.by[device] = id
	return id
}

// held says that any request holds a device.
func (h *holds) held(device string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, held := h.by[device]
	return held
}

// leave ends the hold of a request on a device.
func (h *holds) leave(device string, id ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.by[device] == id {
		delete(h.by, device)
	}
}
