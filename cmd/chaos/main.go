// Command chaos runs passcodebot as a process beside fakes of Slack and
// Intune in another, gives it work from many people at once, lets calls go
// wrong on both sides and kills it with SIGKILL at random moments; in the end
// it holds what the fakes saw against the exported audit (see package check).
//
//	chaos -binary build/passcodebot -fakes build/fakes -rounds 200 -seed 7
//
// It exits with 0 if every promise held, 1 if one was broken, and 2 if the
// run itself could not be made. What is random comes from the seed; what the
// scheduler and the clock add to it does not.
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
