//go:build !unix

package main

// whoami names the user of this process, and says whether it is root, which
// there is not here.
func whoami() (name string, root bool) { return "a user of this machine", false }
