//go:build unix

package main

import (
	"os"
	"os/user"
	"strconv"
)

// whoami names the user of this process, and says whether it is root.
func whoami() (name string, root bool) {
	id := os.Geteuid()
	name = "the user with the id " + strconv.Itoa(id)
	if u, err := user.LookupId(strconv.Itoa(id)); err == nil {
		name = u.Username
	}
	return name, id == 0
}
