package config

import (
	"io/fs"
	"strings"
)

// keeping is how well a file has to be kept from others.
type keeping struct {
	hidden bool // others may not read it
	anyhow bool // nothing is asked of it
}

var (
	// secretly is how a file that holds a secret is kept. The process's own
	// groups may read it: that is how Kubernetes lets a process that is not
	// root have its secrets (fsGroup, mode 0440).
	secretly = keeping{hidden: true}
	// unaltered is how the configuration is kept: it may be read by all, but
	// whoever can change or replace it decides who approves.
	//
	// So is the token of a workload identity. The platform writes it, mode 0644
	// where it knows of no user, into a volume that only this pod has, and
	// replaces it within the hour: that others could read it is not for the
	// operator to change.
	unaltered = keeping{}
	// unguarded is for a configuration that is tried and not followed.
	unguarded = keeping{anyhow: true}
)

// exposed is the error of a file that is not kept as it has to be.
type exposed struct{ text, remedy string }

// Error implements error.
func (e exposed) Error() string { return e.text }

// check says whether an open file of that path is kept well. A device, such
// as a terminal, has rights that say nothing of what is read from it.
func (k keeping) check(path string, info fs.FileInfo) error {
	if k.anyhow || info.Mode()&fs.ModeDevice != 0 {
		return nil
	}
	return k.rights(path, info)
}

// Quote writes a path for a shell.
func Quote(path string) string {
	plain := func(r rune) bool {
		return r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@:,", r))
	}
	if path != "" && !strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
