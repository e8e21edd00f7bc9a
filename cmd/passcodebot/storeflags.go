package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/store"
)

// storeFlags says which store a command is about.
type storeFlags struct {
	Store  string `placeholder:"ADDRESS" help:"The store, such as bolt:passcodebot.db; it needs no config file."`
	Config string `default:"passcodebot.yml" placeholder:"FILE" help:"The config file that names the store (default: ${default})."`
}

// read opens the store for as long as do runs, which can't change it: what is
// looked into stays as it was found. A running bot holds it, which is the
// store's own error.
func (f storeFlags) read(s surroundings, do func(store.Store) error) error {
	address, err := f.address(s)
	if err != nil {
		return err
	}
	log, err := store.OpenToRead(s.ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(do(log), log.Close())
}

// present returns an error where there is no database yet.
func present(address string) error {
	path := strings.TrimPrefix(address, "bolt:")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return &approvals.Error{
		Kind: approvals.NotFound, Code: "store-no-file",
		Text: fmt.Sprintf("There is no database %s.", path), Hint: "Name the store that the bot writes, with --store or --config.",
	}
}

// address returns where the store is that is there already, from the config
// file where it was not given.
func (f storeFlags) address(s surroundings) (string, error) {
	if f.Store != "" {
		return f.Store, present(f.Store)
	}
	settings, err := config.LoadPolicy(f.Config, s.getenv) // it is looked up, and not followed
	if err != nil {
		return "", err
	}
	return settings.Store, present(settings.Store)
}
