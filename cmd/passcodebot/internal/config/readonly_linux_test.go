package config_test

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"passcodebot/cmd/passcodebot/internal/config"
)

// inNamespace is set for a test that may mount file systems and change its
// root: to an empty folder.
const inNamespace = "PASSCODEBOT_TEST_NAMESPACE"

// alone returns that folder. Where it is not set, the whole test runs in a
// process of which it is, and is over here with what came of it.
func alone(t *testing.T) (dir string, here bool) {
	t.Helper()
	if dir := os.Getenv(inNamespace); dir != "" {
		return dir, true
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), inNamespace+"="+t.TempDir())
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		again.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		again.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{Size: 1, HostID: os.Getuid()}}
		again.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{Size: 1, HostID: os.Getgid()}}
	}
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("as root of a namespace: %v\n%s", err, out)
	}
	return "", false
}

// Kubernetes mounts a ConfigMap in a folder of mode 0777, and read-only:
// there nobody can replace anything.
func TestLoad_readOnly(t *testing.T) {
	dir, here := alone(t)
	if !here {
		return
	}
	must(t, syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
	must(t, syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m,mode=0700"))
	path := config600(t, dir)
	must(t, os.Chmod(path, 0o644))
	// In a user namespace of one user there is nobody else to give it to.
	if err := os.Chown(path, 4711, 4711); err != nil && !errors.Is(err, syscall.EINVAL) {
		t.Fatal(err)
	}
	// Nothing but this file system is there: outside of it, no folder belongs
	// to the root of a user namespace.
	must(t, syscall.Chroot(dir))
	must(t, os.Chdir("/"))
	must(t, os.Chmod("/", 0o777))
	if _, err := config.Load("/passcodebot.yml", good().get); err == nil {
		t.Error("what others can replace is taken")
	}
	must(t, syscall.Mount("", "/", "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	if _, err := config.Load("/passcodebot.yml", good().get); err != nil {
		t.Errorf("on a file system that is read-only: %v", err)
	}
}
