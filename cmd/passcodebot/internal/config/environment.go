package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
)

// maxVariableFile bounds the files that NAME_FILE names, and certificates.
const maxVariableFile = 1 << 16

// environment reads every variable, and checks that there is exactly one way
// to sign in to Entra ID.
func (r *reader) environment(getenv func(string) string) {
	set := map[string]bool{}
	for _, v := range variables() {
		set[v.name] = r.variable(v, getenv)
	}
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"} {
		if !set[name] {
			r.unset(name, "")
		}
	}
	r.signIn(set)
}

// variable reads one variable and says whether it is set, rightly or not.
func (r *reader) variable(v variable, getenv func(string) string) bool {
	written, path := getenv(v.name), getenv(v.name+"_FILE")
	switch {
	case written == "" && path == "":
		return false
	case written != "" && path != "":
		r.env(v.name, "is set, and "+v.name+"_FILE is too", "Unset one of the two.")
		return true
	case path != "":
		data, err := readSmall(path, maxVariableFile, secretly)
		if e, ok := errors.AsType[exposed](err); ok {
			r.env(v.name+"_FILE", "the file "+e.text, e.remedy)
			return true
		}
		if err != nil {
			r.env(v.name+"_FILE", "the file cannot be read: "+reason(err), "Name a file that this process may read.")
			return true
		}
		if written = strings.TrimRight(string(data), "\r\n"); written == "" {
			r.env(v.name+"_FILE", "the file is empty", "Put the value into it, or unset the variable.")
			return true
		}
	}
	if v.lines {
		written = strings.TrimSpace(written)
	}
	if strings.TrimSpace(written) != written || !v.lines && strings.ContainsAny(written, "\r\n\x00") {
		r.env(v.name, "has spaces around it, or more than one line", "Set it again without them.")
		return true
	}
	if v.check != nil {
		if wrong, remedy := v.check(written); wrong != "" {
			r.env(v.name, wrong, remedy)
			return true
		}
	}
	v.keep(&r.config, written)
	if v.path != nil {
		v.path(&r.config, path)
	}
	return true
}

// env reports a problem of a variable. Its value is never repeated.
func (r *reader) env(name, text, remedy string) {
	r.problems = append(r.problems, Problem{Key: name, Text: text, Remedy: remedy})
}

// unset reports a variable that is missing. The why, if any, says when it is needed.
func (r *reader) unset(name, why string) {
	for _, v := range variables() {
		if v.name == name {
			r.env(name, "is not set"+why, "Set it, or "+name+"_FILE. "+v.meaning)
		}
	}
}

// signIn checks that exactly one way to sign in is chosen, and that it has
// what it needs.
func (r *reader) signIn(set map[string]bool) {
	var ways []string
	for _, name := range []string{"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"} {
		if set[name] {
			ways = append(ways, name)
		}
	}
	managed, cli := r.config.Azure.ManagedIdentity, r.config.Azure.CLI
	if managed {
		ways = append(ways, "azure.managed_identity in the file")
	}
	if cli {
		ways = append(ways, "azure.cli in the file")
	}
	const choose = "Use exactly one of AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, and azure.managed_identity: true or, for trying, azure.cli: true in the file."
	switch {
	case len(ways) > 1:
		r.env("AZURE_*", "there are several ways to sign in to Entra ID: "+strings.Join(ways, " and "), choose)
	case len(ways) == 0 && !r.unread && !r.top.faulty("azure"):
		r.env("AZURE_*", "there is no way to sign in to Entra ID", choose)
	}
	if !managed && !cli && (!r.unread || len(ways) > 0) {
		for _, name := range []string{"AZURE_TENANT_ID", "AZURE_CLIENT_ID"} {
			if !set[name] {
				r.unset(name, "")
			}
		}
	}
	if set["AZURE_CLIENT_CERTIFICATE_PASSWORD"] && !set["AZURE_CLIENT_CERTIFICATE_PATH"] {
		r.env("AZURE_CLIENT_CERTIFICATE_PASSWORD", "is set without a certificate", "Set AZURE_CLIENT_CERTIFICATE_PATH too, or unset it.")
	}
	if set["PASSCODEBOT_ANCHOR_KEY"] && !r.unread && !r.top.faulty("audit") && !r.config.Audit.Anchors.placed() {
		r.env("PASSCODEBOT_ANCHOR_KEY", "is set, and anchors have nowhere to go", placeAnchors+" Or unset it.")
	}
}

// checkReadable returns the content of a file that a variable names. What
// does not begin as a path does may be a key or a token itself, and is not
// repeated.
func checkReadable(path string, kept keeping) (content []byte, wrong, remedy string) {
	file, none := "the file", "there is no such file"
	if filepath.IsAbs(path) || strings.HasPrefix(path, ".") {
		file, none = cite(path), "there is no file "+cite(path)
	}
	data, err := readSmall(path, maxVariableFile, kept)
	if e, ok := errors.AsType[exposed](err); ok {
		return nil, file + " " + e.text, e.remedy
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, none, "Name an existing file by its path."
	case err != nil:
		return nil, file + " cannot be read: " + reason(err), "Name a file that this process may read."
	case len(data) == 0:
		return nil, file + " is empty", "Name the right file."
	}
	return data, "", ""
}
