package main

import (
	"os"
	"os/exec"
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
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: &exec.Cmd{Process: self}}
	with, err := p.resident(path)
	if err != nil {
		t.Fatal(err)
	}
	without, err := p.resident("/nowhere.db")
	if err != nil {
		t.Fatal(err)
	}
	if with.mapped <= 0 || with.apart() >= with.all || without.mapped != 0 || without.own <= 0 || without.own >= without.all {
		t.Errorf("with the database %+v, without %+v", with, without)
	}
}
