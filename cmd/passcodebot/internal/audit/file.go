package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"passcodebot/approvals"
)

// File is a file of anchors, one a line, to which lines are only ever added.
// It may have no other attribute than that (chattr +a). A line that a crash
// cut off stays, and the next stands below it.
type File string

// Write adds an anchor, and returns once it survives a crash of the machine.
func (f File) Write(a Anchor) error {
	if err := f.add(a.String() + "\n"); err != nil {
		return &approvals.Error{
			Kind: approvals.Unavailable, Code: "anchor-file", Err: err,
			Text: fmt.Sprintf("The anchor of the log could not be written to %s.", string(f)),
			Hint: "Make room, or let the user that passcodebot runs as write it.",
		}
	}
	return nil
}

func (f File) add(line string) (err error) {
	_, missing := os.Stat(string(f))
	file, err := os.OpenFile(string(f), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	// A pipe would hold up everything while nobody reads it.
	if !info.Mode().IsRegular() {
		return errors.New("it is no regular file")
	}
	if end := make([]byte, 1); info.Size() > 0 {
		if _, err := file.ReadAt(end, info.Size()-1); err != nil {
			return err
		}
		if end[0] != '\n' {
			line = "\n" + line
		}
	}
	if _, err := file.WriteString(line); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if errors.Is(missing, fs.ErrNotExist) {
		return syncFolder(filepath.Dir(string(f)))
	}
	return nil
}

// syncFolder makes a new name in a folder survive a crash of the machine.
// Systems on which a folder can't be synced do so by themselves.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err = folder.Sync(); errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrInvalid) {
		err = nil
	}
	return errors.Join(err, folder.Close())
}
