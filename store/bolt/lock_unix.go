//go:build darwin || linux || freebsd || netbsd || openbsd || dragonfly

package bolt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// lock takes the lock that bbolt would take anyway, before anything is read:
// pages that another process is just writing would look damaged. Several may
// share it that only read.
func lock(ctx context.Context, f *os.File, path string, shared bool) error {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	end := time.NewTimer(lockTime)
	defer end.Stop()
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return inUse(path, holder(f))
		case <-time.After(lockPause):
		}
	}
}

// holder returns the process that has the file locked, or zero where the
// system does not tell: Linux lists locks, those of other containers
// excepted.
func holder(f *os.File) int {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	list, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer list.Close()
	dev := uint64(stat.Dev) //nolint:unconvert // it is narrower on other systems
	major, minor := dev>>8&0xfff|dev>>32&^uint64(0xfff), dev&0xff|dev>>12&0xfff00
	file := fmt.Sprintf("%02x:%02x:%d", major, minor, stat.Ino)
	for lines := bufio.NewScanner(list); lines.Scan(); {
		// 1: FLOCK ADVISORY WRITE 4711 fe:00:131 0 EOF
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 || fields[1] != "FLOCK" || fields[5] != file {
			continue
		}
		if pid, err := strconv.Atoi(fields[4]); err == nil && pid > 0 {
			return pid
		}
	}
	return 0
}
