package sandbox_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// becomes makes the window another person's, by the keys Alt and a digit, and
// goes to a place there by its selector in the sidebar, where one is given.
func (b browser) becomes(digit, name, place string) {
	b.t.Helper()
	b.key(digit, chromedp.ModifierAlt)
	b.reads("#me", name)
	if place != "" {
		b.enter(place)
	}
}

// Where everybody goes in the sidebar.
const (
	toHome     = `#apps [data-home]`
	toDirect   = `#directs [data-focus="channel"]`
	toIncident = `#channels [data-channel="C0INCIDENTS"]`
)

// Ben denies and says why; Rita reads it on the card, in the thread and in
// her direct messages.
func TestMinute_benDenies(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	b.types("/reset-passcode serial:31091JEHN01234 reason: forgot the PIN")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.becomes("3", "Ben Carter", "")
	b.step("approve")
	b.enter(`#messages [data-action="deny"]`)
	b.sees("#modal[open]")
	b.shot("deny")
	const why = "The caller could not say which phone it is."
	b.until(`document.activeElement.closest("#modal")`)
	b.tabTo(`#modal [data-action="why"]`)
	b.key(why)
	b.enter("#modal [data-submit]")
	b.lacks("#modal")
	b.reads("#messages", "denied")

	b.becomes("1", "Rita Okafor", "")
	b.enter("#messages [data-thread]")
	b.reads("#replies", why)
	b.key(kb.Escape)
	b.lacks("#thread")
	b.enter(toDirect)
	b.reads("#messages", why)
	b.reads("#messages", "Ben Carter")
	b.shot("rita-direct")
}

// Nora may do nothing, and is told so kindly, wherever she tries.
func TestMinute_noraMayNot(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	b.types("/reset-passcode serial:31091JEHN01234 reason: forgot the PIN")
	b.reads("#messages", "R-1: reset 1 passcode?")

	b.becomes("4", "Nora Haddad", toHome)
	b.reads("#home", "You are not in a group that may ask for resets or approve them.")
	b.lacks(`#home [data-action="approve"]`)
	b.shot("nora-home")
	b.enter(toIncident)
	b.types("/reset-passcode user:nora@contoso.com reason: I forgot it")
	b.reads("#messages [data-ephemeral]", "You are not in the group of people who may ask")
	b.shot("nora-command")
	b.enter(`#messages [data-action="approve"]`)
	b.enter("[data-confirm]")
	b.reads("#messages [data-ephemeral]", "You are not in the group of people who may decide on R-1.")
	b.shot("nora-approves")
	b.enter("#composer-place [data-shortcuts]")
	b.key(kb.Enter)
	b.sees("#modal[open]")
	b.lacks("#modal [data-submit]")
	b.reads("#modal", "You are not in the group of people who may ask")
	b.shot("nora-form")
	b.key(kb.Escape)
	b.lacks("#modal")
}

// Everybody has an App Home and direct messages of their own.
func TestMinute_everybodysOwn(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	d.asks("serial:31091JEHN01234 reason: forgot the PIN")
	b := browse(t, d.page+"/?as="+rita+"#home")
	for _, p := range []struct {
		digit, name string
		decides     bool
	}{
		{"1", "Rita Okafor", false}, // it is her own
		{"2", "Anna Lindqvist", true},
		{"3", "Ben Carter", true},
		{"4", "Nora Haddad", false},
		{"5", "Gina Rossi", false},
		{"6", "Alice Meyer", false},
		{"7", "Bob Tanaka", false},
		{"8", "Carla Mendes", false},
	} {
		b.becomes(p.digit, p.name, "")
		b.reads("#home", "passcodebot resets passcodes of Android devices")
		if p.decides {
			b.reads("#home", "Waiting for you (1)")
			b.sees(`#home [data-action="approve"]`)
		} else {
			b.lacks(`#home [data-action="approve"]`)
		}
		b.shot("home-" + p.digit)
	}

	// Rita was told in a message of her own; nobody else was.
	b.becomes("1", "Rita Okafor", "")
	b.reads("#home", "Asked by you (1)")
	b.enter("[data-tab-messages]")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.becomes("8", "Carla Mendes", toDirect)
	b.reads("#messages", "This is what passcodebot says to you alone.")
}
