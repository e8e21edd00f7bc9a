package main

import (
	"fmt"

	"passcodebot/store"
)

// storeCmd looks after the store of a bot that is stopped.
type storeCmd struct {
	Compact storeCompactCmd `cmd:"" help:"Give the room back to the disk that old requests have left in the store."`
}

type storeCompactCmd struct{ storeFlags }

// Run compacts the store.
func (c storeCompactCmd) Run(s surroundings) error {
	address, err := c.address(s)
	if err != nil {
		return err
	}
	before, after, err := store.Compact(s.ctx, address)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%s had %s and has %s now, with the same requests and the same log.\n", address, size(before), size(after))
	return nil
}

// size returns a number of bytes as people read it.
func size(bytes int64) string {
	const unit = 1024
	units := []string{"bytes", "KB", "MB", "GB", "TB"}
	n, i := float64(bytes), 0
	for n >= unit && i < len(units)-1 {
		n /= unit
		i++
	}
	if i == 0 || n >= 100 {
		return fmt.Sprintf("%.0f %s", n, units[i])
	}
	return fmt.Sprintf("%.1f %s", n, units[i])
}
