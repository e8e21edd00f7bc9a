//go:build unix

package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// maxLinks is how many symbolic links there may be on a way; systems follow
// fewer.
const maxLinks = 255

// way says whether other users can put another file in the place of that at
// path: in any folder from the root down, and in those of the symbolic links
// on the way.
func way(path string) error {
	if !filepath.IsAbs(path) {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		path = here + "/" + path
	}
	at, names := "/", strings.Split(path, "/")
	for links := 0; len(names) > 0; {
		name := names[0]
		names = names[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		entry := filepath.Join(at, name)
		info, err := os.Lstat(entry)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // such as an open pipe, which has no name beside that in /dev/fd
		}
		if err == nil {
			err = replaceable(at, entry, info)
		}
		if err != nil {
			return err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = entry
			continue
		}
		if links++; links > maxLinks {
			return syscall.ELOOP
		}
		target, err := os.Readlink(entry)
		if err != nil {
			return err
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		names = append(strings.Split(target, "/"), names...)
	}
	return nil
}

// replaceable says whether other users can put something else in the place of
// an entry of a folder. In a sticky folder, such as /tmp, that takes the
// entry's owner. A group of this process's may be let in, as where each user
// has a group and all folders are made with the umask 002.
func replaceable(folder, entry string, info fs.FileInfo) error {
	dir, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	stat, ok := dir.Sys().(*syscall.Stat_t)
	held, okToo := info.Sys().(*syscall.Stat_t)
	if !ok || !okToo {
		return nil
	}
	const elsewhere = "Keep it where only root and this process's user can write."
	var found error
	switch {
	case !ours(stat):
		found = exposed{fmt.Sprintf("can be replaced by another user (%d), to whom the folder %s belongs", stat.Uid, cite(folder)), elsewhere}
	case dir.Mode()&othersWrite == 0 && (dir.Mode()&groupWrite == 0 || oursToo(int(stat.Gid))):
	case dir.Mode()&fs.ModeSticky == 0:
		found = exposed{
			fmt.Sprintf("can be replaced by other users of this machine, who can write to the folder %s (mode %04o)", cite(folder), dir.Mode().Perm()),
			"Run chmod go-w " + Quote(folder) + ", or keep it elsewhere.",
		}
	case !ours(held):
		found = exposed{fmt.Sprintf("can be replaced by another user (%d), to whom %s belongs", held.Uid, cite(entry)), elsewhere}
	}
	if found != nil && readOnly(folder) {
		return nil // as Kubernetes mounts a ConfigMap, in a folder of mode 0777
	}
	return found
}
