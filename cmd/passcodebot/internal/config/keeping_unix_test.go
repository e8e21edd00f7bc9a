//go:build unix

package config_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
		{name: "another owner", content: "xoxb-1-A", mode: 0o600, owner: foreign, as: "SLACK_BOT_TOKEN_FILE", want: `SLACK_BOT_TOKEN_FILE: the file belongs to another user (4711), who can change it. Run chown {us} {file} as root.`},
		{name: "open folder", content: "xoxb-1-A", mode: 0o600, folder: 0o777, as: "SLACK_BOT_TOKEN_FILE", want: `SLACK_BOT_TOKEN_FILE: the file lies in the folder "{folder}", where everybody can replace it. Run chmod o-w {folder}.`},
		{name: "sticky folder", content: "xoxb-1-A", mode: 0o600, folder: 0o777 | os.ModeSticky, as: "SLACK_BOT_TOKEN_FILE"},
		{name: "certificate", content: pemFile("CERTIFICATE", keyMarker), mode: 0o644, as: "AZURE_CLIENT_CERTIFICATE_PATH", want: `AZURE_CLIENT_CERTIFICATE_PATH: "{file}" can be read by other users of this machine (mode 0644). Run chmod 600 {file}.` + mounted},
		{name: "federated", content: "eyJ", mode: 0o644, as: "AZURE_FEDERATED_TOKEN_FILE"},
		{name: "federated, writable", content: "eyJ", mode: 0o646, as: "AZURE_FEDERATED_TOKEN_FILE", want: `AZURE_FEDERATED_TOKEN_FILE: "{file}" can be changed by other users of this machine (mode 0646). Run chmod go-w {file}.`},
		{name: "config", content: people, mode: 0o644, as: "config"},
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

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
