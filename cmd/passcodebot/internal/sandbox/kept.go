package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph/fakeintune"
)

// fleetFile is where the faked devices are kept, beside the database, so that
// resets that are on their way go on after a restart.
const fleetFile = "fleet.json"

// keptFile is where else is kept what is to outlast a sandbox.
const keptFile = "sandbox.json"

// kept is what is in it.
type kept struct {
	Ahead    time.Duration `json:"ahead"` // of its clock, in nanoseconds: time never goes back
	Tampered []tampering   `json:"tampered,omitempty"`
}

// readFleet returns the devices that an earlier sandbox left in a folder; nil
// where there are none.
func readFleet(dir string) ([]fakeintune.Device, error) {
	devices, path, err := readKept[[]fakeintune.Device](dir, fleetFile)
	if err != nil {
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "fleet", Err: err,
			Text: fmt.Sprintf("The sandbox's devices in %s cannot be read: %v.", path, err),
			Hint: "Remove the file for a new fleet, or choose another folder with --dir.",
		}
	}
	return devices, nil
}

// readRest returns what else an earlier sandbox left in a folder.
func readRest(dir string) (kept, error) {
	k, path, err := readKept[kept](dir, keptFile)
	if err != nil {
		return kept{}, &approvals.Error{
			Kind: approvals.Invalid, Code: "kept", Err: err,
			Text: fmt.Sprintf("What an earlier sandbox left in %s cannot be read: %v.", path, err),
			Hint: "Remove the file for a clock that is right, or choose another folder with --dir.",
		}
	}
	return k, nil
}

// readKept reads what is kept in a file of a folder; the zero value where it
// is not there.
func readKept[T any](dir, name string) (v T, path string, err error) {
	path = filepath.Join(dir, name)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return v, path, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	return v, path, err
}

// writeKept keeps something in a file of a folder, whole or not at all.
func writeKept(dir, name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	return nil
}
