//go:build darwin || linux || freebsd || netbsd || openbsd || dragonfly

package bolt

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// rights returns who may read and write a file, and the user who has it.
func rights(info fs.FileInfo) (mode fs.FileMode, owner int) {
	mode, owner = info.Mode()&(fs.ModePerm|fs.ModeSticky), -1
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		owner = int(stat.Uid)
	}
	return mode, owner
}

// mayMakeFiles returns why no file can be made in a folder, or nil.
func mayMakeFiles(dir string) error {
	const write, search = 0x2, 0x1
	return syscall.Access(dir, write|search)
}

// inUseBy says whether another process has the file locked as a database, and
// which one. A shared lock is tried, which is let go with the file and lets
// nobody wait for longer than lockPause.
func inUseBy(f *os.File) (bool, int) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, holder(f)
	}
	if err == nil {
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	}
	return false, 0
}
