package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"syscall"

	berrors "go.etcd.io/bbolt/errors"

	"passcodebot/approvals"
)

const (
	tryAgain   = "Try again in a moment; if it stays, tell the people who run passcodebot."
	restore    = "Keep the file as it is for whoever looks into it, and put the last backup in its place."
	otherPlace = "Give another path for the store."
)

func failure(kind approvals.Kind, code, text, hint string, err error) *approvals.Error {
	return &approvals.Error{Kind: kind, Code: code, Text: text, Hint: hint, Err: err}
}

// unstorable is the error of something that has no stored form.
func unstorable(what string, err error) error {
	return failure(approvals.Invalid, "store-unstorable", what+" holds something that cannot be stored.", "", err)
}

// damaged is the error of stored bytes that make no sense. It is Unavailable,
// as every failure of a store that others are to survive.
func damaged(text string, err error) error {
	return failure(approvals.Unavailable, "store-damaged", text, restore, err)
}

func newerRecord(what string, format int) error {
	return failure(approvals.Unavailable, "store-newer-record",
		fmt.Sprintf("%s was stored by a newer passcodebot, in a form (%d) that this one does not know.", what, format),
		"Run the newer version again.", nil)
}

func unknownConsumer(c approvals.Consumer) error {
	return failure(approvals.Invalid, "store-unknown-consumer", fmt.Sprintf("The store knows no consumer %q.", c), "", nil)
}

// failed turns what went wrong in bbolt or below into one of our errors. Our
// own pass unchanged.
func failed(err error) error {
	var own *approvals.Error
	var no syscall.Errno
	switch {
	case err == nil, errors.As(err, &own), errors.Is(err, errNothing),
		errors.Is(err, approvals.ErrConflict), errors.Is(err, approvals.ErrDuplicate), errors.Is(err, approvals.ErrNotFound):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return failure(approvals.Unavailable, "store-stopped", "This was stopped before it was done, so nothing was changed.", "Try again.", err)
	case errors.Is(err, berrors.ErrDatabaseNotOpen):
		return failure(approvals.Unavailable, "store-closed", "The database is closed, because passcodebot is stopping.", "Try again when it has started again.", err)
	case errors.As(err, &no) && (no == syscall.ENOSPC || no == syscall.EDQUOT || no == syscall.EFBIG):
		return failure(approvals.Unavailable, "store-full", "The disk of the database is full, so nothing was changed.", "Make room on it; passcodebot goes on by itself then.", err)
	}
	return failure(approvals.Unavailable, "store-failed", "The database could not be read or written, so nothing was changed.", tryAgain, err)
}

// doubtful is the error of a change that was written, and of which the disk
// did not say that it is safe.
func doubtful(err error) error {
	return failure(approvals.UnknownOutcome, "store-doubtful",
		"The disk of the database failed while this was written, so it may or may not be stored.",
		"Look whether it is there, with `/reset-passcode list`, before you do it again.", err)
}

// guarded returns what do returns. bbolt reads its file through memory, so
// that damaged pages are panics and faults in it: they become an error.
func guarded(do func() error) (err error) {
	// A mapped page that can't be read, as of a file that became shorter,
	// would otherwise end the process.
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if p := recover(); p != nil {
			err = damaged("The database file is damaged.", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return do()
}

// unopened turns the error of opening the file at path into one of ours.
func unopened(path string, err error) error {
	var own *approvals.Error
	switch {
	case errors.As(err, &own):
		return err
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return failure(approvals.Forbidden, "store-no-permission",
			fmt.Sprintf("passcodebot may not read and write the database %s.", path),
			"Let the user that it runs as read and write the file and its folder.", err)
	case errors.Is(err, fs.ErrNotExist):
		return failure(approvals.NotFound, "store-no-file",
			fmt.Sprintf("The database %s is not there.", path), "If it is a link, make what it points to.", err)
	case errors.Is(err, berrors.ErrTimeout):
		return inUse(path, 0)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return broken(path, err)
	}
	e := *approvals.AsError(failed(err))
	if e.Code == "store-failed" {
		e.Text, e.Hint = fmt.Sprintf("The database %s could not be opened.", path), "See the cause in the log. "+otherPlace
	}
	return &e
}

func inUse(path string, pid int) error {
	by := "another process"
	if pid > 0 {
		by += fmt.Sprintf(" (pid %d)", pid)
	}
	return failure(approvals.Conflict, "store-in-use",
		fmt.Sprintf("The database %s is in use by %s.", path, by),
		"One passcodebot at a time can use it: stop the other one, or give this one a database of its own.", nil)
}

// broken is the error of a file that once was a database of ours.
func broken(path string, err error) error {
	return failure(approvals.Invalid, "store-damaged", fmt.Sprintf("The database %s is damaged.", path), restore, err)
}

func notADatabase(path string) error {
	return failure(approvals.Invalid, "store-not-a-database",
		fmt.Sprintf("The file %s is not a database, so passcodebot leaves it alone.", path), otherPlace, nil)
}

func otherProgram(path string) error {
	return failure(approvals.Invalid, "store-other-program",
		fmt.Sprintf("The database %s belongs to another program, so passcodebot leaves it alone.", path), otherPlace, nil)
}
