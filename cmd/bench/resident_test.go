package main

import (
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

// What is mapped of a database is told apart from the rest.
func TestResident(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mapped.db")
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	with, err := residentOf(os.Getpid(), path)
	if err != nil {
		t.Fatal(err)
	}
	without, err := residentOf(os.Getpid(), "/nowhere.db")
	if err != nil {
		t.Fatal(err)
	}
	if with.mapped <= 0 || with.apart() >= with.all || without.mapped != 0 || without.own <= 0 || without.own >= without.all {
		t.Errorf("with the database %+v, without %+v", with, without)
	}
}
