//go:build unix

package config

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

const (
	othersRead, groupRead   = 0o004, 0o040
	othersWrite, groupWrite = 0o002, 0o020
)

// rights looks at the mode and the owner of a file, and at the way to it, on
// which it can be replaced.
func (k keeping) rights(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	mode, us := info.Mode().Perm(), os.Geteuid()
	remedy := "Run chmod 600 " + Quote(path) + "."
	if k.hidden && stat.Uid == 0 && us != 0 {
		// What only root may read would not be readable here.
		remedy = fmt.Sprintf("Run chown %d %s and chmod 600 %s as root.", us, Quote(path), Quote(path))
	}
	if !k.hidden {
		remedy = "Run chmod go-w " + Quote(path) + "."
	}
	switch {
	case !ours(stat) && (k.hidden || !readOnly(path)):
		return exposed{
			fmt.Sprintf("belongs to another user (%d), who can change it", stat.Uid),
			fmt.Sprintf("Run passcodebot as that user, or run chown %d %s as root.", us, Quote(path)),
		}
	case mode&(othersWrite|groupWrite) != 0:
		return exposed{fmt.Sprintf("can be changed by other users of this machine (mode %04o)", mode), remedy}
	case k.hidden && (mode&othersRead != 0 || mode&groupRead != 0 && !oursToo(int(stat.Gid)) && !byList(stat)):
		return exposed{
			fmt.Sprintf("can be read by other users of this machine (mode %04o)", mode),
			remedy + " Where Kubernetes mounts it, set defaultMode: 0440 and fsGroup; where Docker does, mode: 0400.",
		}
	}
	return way(path)
}

// byList says that the group's right may be the mask of an access list, as
// systemd gives credentials to a service: the file is root's and root's group's.
func byList(stat *syscall.Stat_t) bool { return stat.Uid == 0 && stat.Gid == 0 }

// ours says that root or this process's user has it.
func ours(stat *syscall.Stat_t) bool { return stat.Uid == 0 || int(stat.Uid) == os.Geteuid() }

// oursToo says whether a group is one of this process's.
func oursToo(group int) bool {
	groups, err := os.Getgroups()
	return group == os.Getegid() || err == nil && slices.Contains(groups, group)
}
