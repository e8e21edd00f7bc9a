//go:build !(darwin || linux || freebsd || dragonfly)

package bolt

func freeBytes(string) int64 { return -1 }
