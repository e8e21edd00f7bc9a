package sandbox_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Who has another language in Slack is spoken to in it, while the card stays
// in that of the channel.
func TestMinute_languages(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	language := func(code string) {
		t.Helper()
		b.enter(`[data-menu="me"]`)
		b.sees(`.menu [data-item="` + code + `"]`)
		for !b.focused(`[data-item="` + code + `"]`) {
			b.key(kb.ArrowDown)
		}
		b.key(kb.Enter)
		b.lacks(".menu")
	}

	language("de-DE")
	b.types("/reset-passcode serial:31091JEHN01234 reason: forgot the PIN")
	b.reads("#messages [data-ephemeral]", "R-1 ist gespeichert")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.enter(toHome)
	b.reads("#home", "passcodebot setzt Passcodes von Android-Geräten in Microsoft Intune zurück")
	b.shot("home-german")
	b.enter("[data-tab-messages]")
	b.reads("#messages", "Freigabe")

	b.becomes("7", "Bob Tanaka", toIncident)
	language("ja-JP")
	b.types("/reset-passcode serial:R5CT90WAREH reason: forgot the PIN")
	b.reads("#messages [data-ephemeral]", "申請")
	b.shot("bob-japanese")
	b.enter(toHome)
	b.reads("#home", "パスコード")
	b.shot("home-japanese")
}
