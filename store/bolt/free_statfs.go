//go:build darwin || linux || freebsd || dragonfly

package bolt

import "syscall"

// freeBytes returns how many bytes are left in a folder for this user, or -1.
func freeBytes(dir string) int64 {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return -1
	}
	return int64(stat.Bavail) * int64(stat.Bsize) //nolint:unconvert // they differ between systems
}
