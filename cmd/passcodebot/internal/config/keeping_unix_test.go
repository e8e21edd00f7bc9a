//go:build unix

package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/passcodebot/internal/config"
)

// A secret that others can read, or anything that others can change, is
// refused, with what to do.
func TestLoad_rights(t *testing.T) {
	t.Parallel()
	const mounted = ` Where Kubernetes mounts it, set defaultMode: 0440 and fsGroup; where Docker does, mode: 0400.`
	certificate := good().with("AZURE_CLIENT_SECRET", "")
	foreign := 0
	if os.Geteuid() == 0 {
		foreign = 4711
	}
	for _, tt := range []struct {
		name    string
		content string
		mode    os.FileMode
		folder  os.FileMode
		owner   int
		group   int // zero for this process's
		as      string
		want    string // with {file}, {folder} and {us}
	}{
		{name: "own", content: "xoxb-1-A", mode: 0o600, as: "SLACK_BOT_TOKEN_FILE"},
		{name: "own group", content: "xoxb-1-A", mode: 0o440, as: "SLACK_BOT_TOKEN_FILE"},
		{name: "readable", content: "xoxb-1-A", mode: 0o604, as: "SLACK_BOT_TOKEN_FILE", want: `SLACK_BOT_TOKEN_FILE: the file can be read by other users of this machine (mode 0604). Run chmod 600 {file}.` + mounted},
		{name: "another group", content: "xoxb-1-A", mode: 0o640, group: foreign, as: "SLACK_BOT_TOKEN_FILE", want: `SLACK_BOT_TOKEN_FILE: the file can be read by other users of this machine (mode 0640). Run chmod 600 {file}.` + mounted},
		{name: "writable", content: "xoxb-1-A", mode: 0o620, as: "SLACK_BOT_TOKEN_FILE", want: `SLACK_BOT_TOKEN_FILE: the file can be changed by other users of this machine (mode 0620). Run chmod 600 {file}.`},
		{name: "another owner", content: "xoxb-1-A", mode: 0o600, owner: foreign, as: "SLACK_BOT_TOKEN_FILE", want: `SLACK_BOT_TOKEN_FILE: the file belongs to another user (4711), who can change it. Run passcodebot as that user, or run chown {us} {file} as root.`},
		{name: "open folder", content: "xoxb-1-A", mode: 0o600, folder: 0o777, as: "SLACK_BOT_TOKEN_FILE", want: `SLACK_BOT_TOKEN_FILE: the file can be replaced by other users of this machine, who can write to the folder "{folder}" (mode 0777). Run chmod go-w {folder}, or keep it elsewhere.`},
		{name: "sticky folder", content: "xoxb-1-A", mode: 0o600, folder: 0o777 | os.ModeSticky, as: "SLACK_BOT_TOKEN_FILE"},
		{name: "certificate", content: pemFile("CERTIFICATE", keyMarker), mode: 0o644, as: "AZURE_CLIENT_CERTIFICATE_PATH", want: `AZURE_CLIENT_CERTIFICATE_PATH: "{file}" can be read by other users of this machine (mode 0644). Run chmod 600 {file}.` + mounted},
		{name: "federated", content: "eyJ", mode: 0o644, as: "AZURE_FEDERATED_TOKEN_FILE"},
		{name: "federated, writable", content: "eyJ", mode: 0o646, as: "AZURE_FEDERATED_TOKEN_FILE", want: `AZURE_FEDERATED_TOKEN_FILE: "{file}" can be changed by other users of this machine (mode 0646). Run chmod go-w {file}.`},
		{name: "config", content: people, mode: 0o644, as: "config"},
		{name: "another owner of the config", content: people, mode: 0o644, owner: foreign, as: "config", want: `{file}: belongs to another user (4711), who can change it, and with it who may approve. Run passcodebot as that user, or run chown {us} {file} as root.`},
		{name: "config, writable", content: people, mode: 0o664, as: "config", want: `{file}: can be changed by other users of this machine (mode 0664), and with it who may approve. Run chmod go-w {file}.`},
	} {
		if foreign == 0 && strings.HasPrefix(tt.name, "another") {
			continue // only root can give files away
		}
		dir := t.TempDir()
		path := filepath.Join(dir, "file")
		group := os.Getegid()
		if tt.group != 0 {
			group = tt.group
		}
		owner := os.Geteuid()
		if tt.owner != 0 {
			owner = tt.owner
		}
		must(t, os.WriteFile(path, []byte(tt.content), 0o600))
		must(t, os.Chown(path, owner, group))
		must(t, os.Chmod(path, tt.mode))
		if tt.folder != 0 {
			must(t, os.Chmod(dir, tt.folder))
		}
		configured, env := file(t, "passcodebot.yml", people), good()
		switch {
		case tt.as == "config":
			configured = path
		case strings.HasPrefix(tt.as, "AZURE"):
			env = certificate.with(tt.as, path)
		default:
			env = good().with("SLACK_BOT_TOKEN", "", tt.as, path)
		}
		_, err := config.Load(configured, env.get)
		var want []string
		if tt.want != "" {
			want = []string{strings.NewReplacer("{file}", path, "{folder}", dir, "{us}", strconv.Itoa(os.Geteuid())).Replace(tt.want)}
		}
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// What others can replace is refused too: on the whole way from the root, and
// wherever a symbolic link lies or leads.
func TestLoad_replaced(t *testing.T) {
	t.Parallel()
	const foreign = 4711
	root := os.Geteuid() == 0
	for name, tt := range map[string]struct {
		byRoot  bool                    // only root can make it so
		arrange func(dir string) string // returns what is to be loaded
		want    string                  // behind its name; with {dir}
	}{
		"plain": {arrange: func(dir string) string { return config600(t, dir) }},
		"a folder of another group": {byRoot: true, arrange: func(dir string) string {
			path := config600(t, dir, "open")
			must(t, os.Chown(filepath.Dir(path), os.Geteuid(), foreign))
			must(t, os.Chmod(filepath.Dir(path), 0o770))
			return path
		}, want: `can be replaced by other users of this machine, who can write to the folder "{dir}/open" (mode 0770), and with it who may approve. Run chmod go-w {dir}/open, or keep it elsewhere.`},
		"a folder of our group": {arrange: func(dir string) string {
			path := config600(t, dir, "open")
			must(t, os.Chmod(filepath.Dir(path), 0o775))
			return path
		}},
		"a folder of another user": {byRoot: true, arrange: func(dir string) string {
			path := config600(t, dir, "theirs")
			must(t, os.Chown(filepath.Dir(path), foreign, os.Getegid()))
			return path
		}, want: `can be replaced by another user (4711), to whom the folder "{dir}/theirs" belongs, and with it who may approve. Keep it where only root and this process's user can write.`},
		"a folder further up": {arrange: func(dir string) string {
			path := config600(t, dir, "open", "a", "b")
			must(t, os.Chmod(filepath.Join(dir, "open"), 0o777))
			return path
		}, want: `can be replaced by other users of this machine, who can write to the folder "{dir}/open" (mode 0777), and with it who may approve. Run chmod go-w {dir}/open, or keep it elsewhere.`},
		"a link among links": {arrange: func(dir string) string {
			config600(t, dir, "a", "b")
			must(t, os.MkdirAll(filepath.Join(dir, "open hall"), 0o700))
			must(t, os.Symlink("../a/b/passcodebot.yml", filepath.Join(dir, "open hall", "middle")))
			must(t, os.Symlink("a/../open hall/middle", filepath.Join(dir, "first")))
			must(t, os.Chmod(filepath.Join(dir, "open hall"), 0o777))
			return filepath.Join(dir, "first")
		}, want: `can be replaced by other users of this machine, who can write to the folder "{dir}/open hall" (mode 0777), and with it who may approve. Run chmod go-w '{dir}/open hall', or keep it elsewhere.`},
		"a link of another user in a sticky folder": {byRoot: true, arrange: func(dir string) string {
			path := config600(t, dir)
			must(t, os.Mkdir(filepath.Join(dir, "tmp"), 0o700))
			must(t, os.Chmod(filepath.Join(dir, "tmp"), 0o777|os.ModeSticky))
			link := filepath.Join(dir, "tmp", "link")
			must(t, os.Symlink(path, link))
			must(t, os.Lchown(link, foreign, foreign))
			return link
		}, want: `can be replaced by another user (4711), to whom "{dir}/tmp/link" belongs, and with it who may approve. Keep it where only root and this process's user can write.`},
		"as Kubernetes mounts secrets": {arrange: func(dir string) string {
			config600(t, dir, "..2026_01_02_03_04_05.678")
			must(t, os.Chmod(filepath.Join(dir, "..2026_01_02_03_04_05.678"), 0o755|os.ModeSetgid))
			must(t, os.Symlink("..2026_01_02_03_04_05.678", filepath.Join(dir, "..data")))
			must(t, os.Symlink("..data/passcodebot.yml", filepath.Join(dir, "passcodebot.yml")))
			must(t, os.Chmod(dir, 0o777|os.ModeSticky|os.ModeSetgid))
			return filepath.Join(dir, "passcodebot.yml")
		}},
	} {
		if tt.byRoot && !root {
			continue
		}
		dir := filepath.Join(t.TempDir(), "d") // whose mode is not that of the test's own
		must(t, os.Mkdir(dir, 0o700))
		path := tt.arrange(dir)
		var want []string
		if tt.want != "" {
			want = []string{path + ": " + strings.ReplaceAll(tt.want, "{dir}", dir)}
		}
		_, err := config.Load(path, good().get)
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A way that is not written from the root down is looked at all the same.
func TestLoad_replacedWhereItIsRelative(t *testing.T) {
	dir := t.TempDir()
	config600(t, dir, "open", "a")
	t.Chdir(filepath.Join(dir, "open", "a"))
	must(t, os.Chmod(filepath.Join(dir, "open"), 0o777))
	_, err := config.Load("passcodebot.yml", good().get)
	if err == nil || !strings.Contains(err.Error(), "can be replaced by other users") {
		t.Errorf("got %v; want that others can replace it", err)
	}
}

// A secret in a named pipe is kept as one in a file is. A pipe without a name
// is nobody else's.
func TestLoad_pipes(t *testing.T) {
	t.Parallel()
	for mode, want := range map[os.FileMode][]string{
		0o600: nil,
		0o666: {`SLACK_BOT_TOKEN_FILE: the file can be changed by other users of this machine (mode 0666). Run chmod 600 {file}.`},
	} {
		path := filepath.Join(t.TempDir(), "pipe")
		must(t, syscall.Mkfifo(path, 0o600))
		must(t, os.Chmod(path, mode))
		written := make(chan error)
		go func() {
			f, err := os.OpenFile(path, os.O_WRONLY, 0) // waits for the reader
			if err == nil {
				_, _ = f.WriteString("xoxb-1-A")
				err = f.Close()
			}
			written <- err
		}()
		_, err := config.Load(file(t, "passcodebot.yml", people), good().with("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN_FILE", path).get)
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], "{file}", path)
		}
		if diff := cmp.Diff(want, told(t, err)); diff != "" {
			t.Errorf("%04o (-want +got):\n%s", mode, diff)
		}
		must(t, <-written)
	}

	r, w, err := os.Pipe()
	must(t, err)
	defer r.Close()
	_, err = w.WriteString("xoxb-1-A")
	must(t, errors.Join(err, w.Close()))
	path := "/dev/fd/" + strconv.Itoa(int(r.Fd()))
	_, err = config.Load(file(t, "passcodebot.yml", people), good().with("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN_FILE", path).get)
	if err != nil {
		t.Errorf("a pipe without a name is refused: %v", err)
	}
}

// config600 writes a config below dir, in folders of ours alone, and returns
// its path.
func config600(t *testing.T, dir string, folders ...string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.Join(folders...), "passcodebot.yml")
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, []byte(people), 0o600))
	return path
}
