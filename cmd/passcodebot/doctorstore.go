package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/store"
)

// How much room the disk of the store should have. A request with its events
// takes some ten kilobytes.
const (
	littleRoom = 1 << 30
	noRoom     = 64 << 20
)

// examineStore looks at the database file, which the bot may have open.
func examineStore(ctx context.Context, settings config.Config) []check {
	found, err := store.Inspect(ctx, settings.Store)
	if whole, err := filepath.Abs(found.Path); err == nil {
		found.Path = whole // what is to be typed works in any folder
	}
	first := placeOf(found)
	if err != nil {
		e := approvals.AsError(err)
		first = check{wrong, e.Code, e.Text, e.Hint, ""}
	}
	return append([]check{first}, checksOf(found)...)
}

// placeOf says what is where the store is to be.
func placeOf(i store.Inspection) check {
	if !i.Exists {
		return check{note, "store-new", fmt.Sprintf("There is no database %s yet; serve will make it, for its own user alone.", i.Path), "", ""}
	}
	text := fmt.Sprintf("The database %s has %s and layout %s", i.Path, size(i.Size), i.Layout)
	switch {
	case i.InUse && i.Holder > 0:
		text += fmt.Sprintf(", and is in use by the process %d", i.Holder)
	case i.InUse:
		text += ", and is in use"
	}
	if !i.Newest {
		return check{note, "store-layout", text + ". serve will bring it to its own layout, which an earlier passcodebot then does not read.", "Before you start the new version, copy the file while the bot is stopped.", ""}
	}
	return check{well, "store", text + ".", "", ""}
}

// checksOf says who else can get at the database, and how much room there is.
func checksOf(i store.Inspection) []check {
	var checks []check
	folder := filepath.Dir(i.Path)
	switch {
	case !i.Exists && i.Folder&0o002 != 0: // also where it is sticky
		checks = append(checks, check{
			warns, "store-folder", "Other users of this machine can make files in " + folder + ", and so put a database of theirs where serve would make its own.",
			"Run: chmod go-w " + config.Quote(folder) + ", or name another folder with store: in the config.", "",
		})
	case !i.Exists:
	case i.OthersWrite():
		checks = append(checks, check{
			warns, "store-writable", "Other users of this machine can write into the database, or put another in its place.",
			fmt.Sprintf("Run: chmod 600 %s && chmod go-w %s", config.Quote(i.Path), config.Quote(folder)), "",
		})
	case i.OthersRead():
		checks = append(checks, check{
			warns, "store-readable", "Other users of this machine can read the database: who asked for what, and why.",
			"Run: chmod 600 " + config.Quote(i.Path), "",
		})
	default:
		checks = append(checks, check{well, "store-private", "No other user of this machine can read or write it.", "", ""})
	}
	if i.Foreign() {
		checks = append(checks, check{
			warns, "store-owner", fmt.Sprintf("The database belongs to the user with the id %d, and this runs as the one with %d.", i.Owner, os.Geteuid()),
			"Run doctor as the user who runs serve; if this is that user, run: chown " + fmt.Sprint(os.Geteuid()) + " " + config.Quote(i.Path), "",
		})
	}
	switch left := "The disk of " + folder + " has " + size(i.Free) + " left"; {
	case i.Free < 0 && !i.Exists: // there is not even a folder
	case i.Free < 0:
		checks = append(checks, check{note, "disk-unknown", "How much room the disk has is not told by this system.", "", ""})
	case i.Free < noRoom:
		checks = append(checks, check{wrong, "disk-full", left + ", and passcodebot takes no request that it can't write down.", "Make room, or give store: a path on another disk in the config, after copying the file there with the bot stopped.", ""})
	case i.Free < littleRoom:
		checks = append(checks, check{warns, "disk-low", left + ".", "Make room; retention: in the config and passcodebot store compact keep the database small.", ""})
	default:
		checks = append(checks, check{well, "disk", left + ".", "", ""})
	}
	return checks
}
