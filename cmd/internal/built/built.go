// Package built builds the commands of this module for tests that run them,
// in the way in which the test itself was built: the Microsoft Graph SDK is
// compiled once for each way.
package built

import (
	"fmt"
	"os/exec"
)

// Command builds the command of a package, such as passcodebot/cmd/fakes, into
// a file, with further flags of go build.
func Command(file, pkg string, flags ...string) error {
	args := append([]string{"build", "-o", file}, flags...)
	if race {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, pkg)...).CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return nil
}
