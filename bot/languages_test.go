package bot_test

import (
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
	"passcodebot/bot/words"
)

// What is read in a channel is in the channel's language: the card, its
// edits, the thread, its file and notices. Other channels keep theirs.
func TestLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.slack.EditChannel(random, func(c *fakeslack.Channel) { c.Members = append(c.Members, "U0PASSBOT") })
	w.edit = func(c *bot.Config) {
		noticed(c)
		c.Languages = map[string]words.Language{incidents: words.German, security: words.Japanese}
	}
	l := w.start()
	w.connected()
	if seen, err := w.slack.Command(t.Context(), rita, random, "/reset-passcode "+galaxy+" reason: forgotten"); err != nil || seen.Error != "" {
		t.Fatalf("%+v, %v", seen, err)
	}
	w.until("the card of another channel is in English", func() bool { return count(w.said(rita, random, ""), "*Asked by*") == 1 })
	card := w.asks(strings.Join(w.devices.fill(30), " "))
	if !strings.Contains(card.Text, "*Angefragt von*") {
		t.Errorf("the card is\n%s", card.Text)
	}
	w.breaks(l, 2, func(*approvals.Request) {}, approvals.BrokeGlass)
	w.until("the notice is Japanese", func() bool { return count(texts(w.inSecurity()), "*緊急アクセス*") == 1 })
	w.clicks(anna, card, "approve")
	w.until("the end is told in German", func() bool { return count(w.said(anna, incidents, card.TS), "ist fertig: 30 von 30") == 1 })
	w.until("the card is edited in German", func() bool { return strings.Contains(w.card(card.TS), "erfolgreich") })
	w.until("the file is there", func() bool { return len(w.results(card)) == 1 })
	if content := string(w.results(card)[0].Content); !strings.Contains(content, "Seriennummer") {
		t.Errorf("the file is\n%s", content)
	}
}
