package app

import (
	"io"
	"log/slog"

	"passcodebot/cmd/passcodebot/internal/config"
)

// NewLogger returns the logger that the config asks for.
func NewLogger(c config.Log, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.Level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
