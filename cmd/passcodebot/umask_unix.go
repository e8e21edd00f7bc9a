//go:build unix

package main

import (
	"log/slog"
	"os"
	"syscall"
)

// keepPrivate makes whatever this process writes its user's alone, and says
// where it has more rights than it needs.
func keepPrivate(log *slog.Logger) {
	syscall.Umask(0o077)
	if os.Geteuid() == 0 {
		log.Warn("running as root, which nothing here needs; run it as an ordinary user that owns its database and its secret files")
	}
}
