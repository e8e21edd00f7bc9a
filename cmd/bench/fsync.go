package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// fsync measures what it takes to append 4 KiB to a file and have it on the
// disk.
func (b *bench) fsync() (took []time.Duration, err error) {
	f, err := os.Create(filepath.Join(b.dir, "fsync"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	block := make([]byte, 4<<10)
	for range 500 {
		began := time.Now()
		if _, err := f.Write(block); err != nil {
			return nil, err
		}
		if err := f.Sync(); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}
