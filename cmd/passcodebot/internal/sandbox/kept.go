package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"passcodebot/approvals"
	"passcodebot/graph/fakeintune"
)

// fleetFile is where the faked devices are kept, beside the database, so that
// resets that are on their way go on after a restart.
const fleetFile = "fleet.json"

// readFleet returns the devices that an earlier sandbox left in a folder; nil
// where there are none.
func readFleet(dir string) ([]fakeintune.Device, error) {
	path := filepath.Join(dir, fleetFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var devices []fakeintune.Device
	if err == nil {
		err = json.Unmarshal(raw, &devices)
	}
	if err != nil {
		return nil, &approvals.Error{
			Kind: approvals.Invalid, Code: "fleet", Err: err,
			Text: fmt.Sprintf("The sandbox's devices in %s cannot be read: %v.", path, err),
			Hint: "Remove the file for a new fleet, or choose another folder with --dir.",
		}
	}
	return devices, nil
}

// writeFleet keeps the devices, whole or not at all.
func writeFleet(dir string, devices []fakeintune.Device) error {
	raw, err := json.MarshalIndent(devices, "", "  ")
	if err != nil {
		return fmt.Errorf("keep the fleet: %w", err)
	}
	path := filepath.Join(dir, fleetFile)
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return fmt.Errorf("keep the fleet: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep the fleet: %w", err)
	}
	return nil
}
