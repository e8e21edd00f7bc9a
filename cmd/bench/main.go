// Command bench measures passcodebot as a process against fakes of Slack and
// Intune in this one, and a re-enactment of what people have today beside it:
// one call after the other, with the same SDK (see package today).
//
//	bench -binary build/passcodebot -out build/bench.jsonl
//
// It prints each figure with its peer, the limit that nothing could beat and
// whether the line holds, and writes the same as JSON Lines. It exits with 0
// if every line holds, 1 if one does not, and 2 if something could not be
// measured. Figures mean something on a machine that does nothing else.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
