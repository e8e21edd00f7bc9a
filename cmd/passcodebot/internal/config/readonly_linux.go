package config

import "syscall"

// readOnly says that a folder is on a file system that is mounted such that
// nobody can write to it.
func readOnly(folder string) bool {
	const flag = 1 // ST_RDONLY of statfs(2), which syscall has no name for
	var fs syscall.Statfs_t
	return syscall.Statfs(folder, &fs) == nil && fs.Flags&flag != 0
}
