// Command fakes runs Slack and Intune, both faked on loopback, in one process
// of their own, so that the bot can be run and killed beside them as it would
// be beside the real ones.
//
// It prints one line of JSON: where everything is and what opens it. It
// serves until its standard input ends or it gets SIGTERM, and then forgets
// everything. Whoever drives it acts through the address named control: as
// the people of the workspace, as an admin of the tenant, and as the bad luck
// that both sides have (see control.go).
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "fakes:", err)
		stop()
		os.Exit(1)
	}
}
