package config

import "io/fs"

// keeping is how well a file has to be kept from others.
type keeping struct {
	hidden bool // others may not read it
	our    bool // it must belong to this process's user, or root
	anyhow bool // nothing is asked of it
}

var (
	// secretly is how a file that holds a secret is kept. The process's own
	// groups may read it: that is how Kubernetes lets a process that is not
	// root have its secrets (fsGroup, mode 0440).
	secretly = keeping{hidden: true, our: true}
	// issued is how the token of a workload identity is kept. The platform
	// writes it, mode 0644 where it knows of no user, into a volume that only
	// this pod has, and replaces it within the hour: that others could read it
	// is not for the operator to change. That others could write it is.
	issued = keeping{our: true}
	// unaltered is how the configuration is kept: it may be read by all, but
	// whoever can write it decides who approves. Its owner may be whoever
	// deployed it.
	unaltered = keeping{}
	// unguarded is for a configuration that is tried and not followed.
	unguarded = keeping{anyhow: true}
)

// exposed is the error of a file that is not kept as it has to be.
type exposed struct{ text, remedy string }

// Error implements error.
func (e exposed) Error() string { return e.text }

// check says whether an open file of that path is kept well. Pipes and
// devices have no rights that say anything.
func (k keeping) check(path string, info fs.FileInfo) error {
	if k.anyhow || !info.Mode().IsRegular() {
		return nil
	}
	return k.rights(path, info)
}
