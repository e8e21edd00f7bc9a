//go:build !(darwin || linux || freebsd || netbsd || openbsd || dragonfly)

package bolt

import "os"

// dress gives a file the mode of another, whose place it is to take.
func dress(path string, like os.FileInfo) error { return os.Chmod(path, like.Mode().Perm()) }
