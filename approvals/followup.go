package approvals

import (
	"context"
	"log/slog"
	"sync"
)

// followUp looks at each device that has not confirmed its reset, and takes
// what Intune says of it.
func (w *Runner) followUp(ctx context.Context, r Request, log *slog.Logger) error {
	var mu sync.Mutex
	seen := map[string]Device{}
	slots := make(chan struct{}, maxDevicesAtOnce)
	var looking sync.WaitGroup
	for _, t := range r.Targets {
		if !t.awaited() {
			continue
		}
		slots <- struct{}{}
		looking.Go(func() {
			defer func() { <-slots }()
			var d Device
			err := caught(func() (err error) {
				d, err = w.Devices.Read(ctx, t.Device.ID)
				return err
			})
			if err != nil {
				// The next look tries again; the last one says so in words.
				log.Warn("device not read in the follow-up", "device", t.Device.ID, "error", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			seen[t.Device.ID] = d
		})
	}
	looking.Wait()
	if ctx.Err() != nil {
		return nil
	}
	_, err := w.change(ctx, r.ID, func(r *Request) {
		if r.State != Done {
			return
		}
		now := w.now()
		for _, t := range r.Targets {
			if d, ok := seen[t.Device.ID]; ok {
				r.observe(t.Device.ID, d, now)
			}
		}
		r.looked(w.policy, now)
	})
	return err
}
