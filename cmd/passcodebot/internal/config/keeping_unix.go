//go:build unix

package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	othersRead, groupRead   = 0o004, 0o040
	othersWrite, groupWrite = 0o002, 0o020
)

// rights looks at the mode and the owner of a file, and at the folder in
// which it can be replaced.
func (k keeping) rights(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	mode, us := info.Mode().Perm(), os.Geteuid()
	remedy := "Run chmod 600 " + quote(path) + "."
	if k.hidden && stat.Uid == 0 && us != 0 {
		// What only root may read would not be readable here.
		remedy = fmt.Sprintf("Run chown %d %s and chmod 600 %s as root.", us, quote(path), quote(path))
	}
	if !k.hidden {
		remedy = "Run chmod go-w " + quote(path) + "."
	}
	switch {
	case k.our && stat.Uid != 0 && int(stat.Uid) != us:
		return exposed{
			"belongs to another user (" + strconv.Itoa(int(stat.Uid)) + "), who can change it",
			fmt.Sprintf("Run chown %d %s as root.", us, quote(path)),
		}
	case mode&(othersWrite|groupWrite) != 0:
		return exposed{fmt.Sprintf("can be changed by other users of this machine (mode %04o)", mode), remedy}
	case k.hidden && (mode&othersRead != 0 || mode&groupRead != 0 && !oursToo(int(stat.Gid)) && !byList(stat)):
		return exposed{
			fmt.Sprintf("can be read by other users of this machine (mode %04o)", mode),
			remedy + " Where Kubernetes mounts it, set defaultMode: 0440 and fsGroup; where Docker does, mode: 0400.",
		}
	}
	return folder(path)
}

// byList says that the group's right may be the mask of an access list, as
// systemd gives credentials to a service: the file is root's and root's group's.
func byList(stat *syscall.Stat_t) bool { return stat.Uid == 0 && stat.Gid == 0 }

// oursToo says whether a group is one of this process's.
func oursToo(group int) bool {
	groups, err := os.Getgroups()
	return group == os.Getegid() || err == nil && slices.Contains(groups, group)
}

// folder checks that not everybody can put another file in the place of this
// one: where it is named, and where it is if that is a symbolic link. In a
// sticky folder such as /tmp only owners can.
func folder(path string) error {
	dirs := []string{filepath.Dir(path)}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		dirs = append(dirs, filepath.Dir(real))
	}
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if info.Mode()&othersWrite != 0 && info.Mode()&fs.ModeSticky == 0 {
			return exposed{"lies in the folder " + cite(dir) + ", where everybody can replace it", "Run chmod o-w " + quote(dir) + "."}
		}
	}
	return nil
}

// quote writes a path for a shell.
func quote(path string) string {
	plain := func(r rune) bool {
		return r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@:,", r))
	}
	if path != "" && !strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
