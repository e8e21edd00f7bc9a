//go:build !(darwin || linux || freebsd || netbsd || openbsd || dragonfly)

package bolt

import (
	"io/fs"
	"os"
)

func rights(fs.FileInfo) (mode fs.FileMode, owner int) { return 0, -1 }

func mayMakeFiles(string) error { return nil }

func inUseBy(*os.File) (bool, int) { return false, 0 }
