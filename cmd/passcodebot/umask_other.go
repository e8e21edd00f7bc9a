//go:build !unix

package main

import "log/slog"

// keepPrivate does nothing where files have no modes: the rights of the
// folder say who may read them.
func keepPrivate(*slog.Logger) {}
