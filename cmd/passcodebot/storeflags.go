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

// read opens the store for as long as do runs. A running bot holds it, which
// is the store's own error.
func (f storeFlags) read(s surroundings, do func(store.Store) error) error {
	address, err := f.address(s)
	if err != nil {
		return err
	}
	if err := present(address); err != nil {
		return err
	}
	log, err := store.Open(s.ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(do(log), log.Close())
}

// present returns an error where there is no database yet: to open one would
// make it, and an empty log would then look like a whole one.
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

// address returns where the store is, from the config file where it was not
// given.
func (f storeFlags) address(s surroundings) (string, error) {
	if f.Store != "" {
		return f.Store, nil
	}
	settings, err := config.Load(f.Config, s.getenv)
	return settings.Store, err
}
