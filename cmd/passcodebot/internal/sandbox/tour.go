package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

// tourTime bounds the tour.
const tourTime = 2 * time.Minute

// tourStart is what the tour's clock shows at its beginning, so that its
// transcript is the same each time.
var tourStart = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// The people and the place of the tour.
const (
	rita, anna, nora = "U0RITA", "U0ANNA", "U0NORA"
	incidents        = "C0INCIDENTS"
)

// tour plays the main job and writes down what each person sees.
type tour struct {
	*World
	ctx   context.Context
	out   io.Writer
	clock *Clock
	space fakeslack.Config
}

// Tour plays the main job against the real code and prints what people see:
// a request, an approval of one's own that is refused, a second person's
// approval, the results, and a request that expires. The error is nil only
// if all of it happened.
func Tour(ctx context.Context, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, tourTime)
	defer cancel()
	dir, err := os.MkdirTemp("", "passcodebot-tour-")
	if err != nil {
		return unusable(os.TempDir(), err)
	}
	defer os.RemoveAll(dir)
	clock := NewClock(tourStart)
	t := &tour{ctx: ctx, out: stdout, clock: clock, space: fakeslack.SampleWorkspace()}
	t.World, err = Open(ctx, World{
		Dir: dir, Now: clock.Now,
		EditIntune: func(c *fakeintune.Config) { c.Latency, c.CheckIn = 20*time.Millisecond, -1 },
	})
	if err != nil {
		return err
	}
	for _, scene := range []func() error{func() error { return t.Connected(ctx) }, t.asks, t.refused, t.approved, t.confirmed, t.expires} {
		if err := scene(); err != nil {
			return errors.Join(fmt.Errorf("the tour did not come to its end: %w", err), t.Close())
		}
	}
	t.say("Intune received %d resets, each device once.", len(t.Intune.Posts()))
	return t.Close()
}

// asks has Rita ask for the phones of two people.
func (t *tour) asks() error {
	bob := t.deviceOf("bob@contoso.com")
	t.Intune.Edit(bob.ID, func(d *fakeintune.Device) { d.Refuses = "The device has not finished its enrollment." })
	if err := t.command(rita, "/reset-passcode user:alice@contoso.com serial:"+bob.SerialNumber+" reason: locked out after failed attempts, INC-4711"); err != nil {
		return err
	}
	return t.shows("the card, for everybody in the channel", func(card string) bool { return strings.Contains(card, "[Approve]") })
}

// refused has people click who may not.
func (t *tour) refused() error {
	for _, who := range []string{rita, nora} {
		before := len(t.whispers(who))
		if err := t.click(who, "approve"); err != nil {
			return err
		}
		if err := t.until(func() bool { return len(t.whispers(who)) > before }); err != nil {
			return fmt.Errorf("%s was not told of the refusal: %w", t.name(who), err)
		}
		seen := t.whispers(who)
		t.only(who, seen[len(seen)-1])
	}
	if posts := t.Intune.Posts(); len(posts) > 0 {
		return fmt.Errorf("%d resets reached Intune without an approval", len(posts))
	}
	return nil
}

// approved has Anna approve.
func (t *tour) approved() error {
	if err := t.click(anna, "approve"); err != nil {
		return err
	}
	done := func() bool { return strings.Contains(t.thread(), "is done:") }
	if err := t.until(done); err != nil {
		return fmt.Errorf("no summary came: %w", err)
	}
	t.told("the thread", t.thread())
	for device, n := range t.counts() {
		if n != 1 {
			return fmt.Errorf("device %s was sent %d resets", device, n)
		}
	}
	return t.shows("the card now", func(card string) bool {
		return !strings.Contains(card, "[Approve]") && strings.Contains(card, "partly succeeded")
	})
}

// confirmed has Alice's phones check in.
func (t *tour) confirmed() error {
	t.say("Alice's phones check in, and the clock moves on by two minutes.")
	for _, p := range t.Intune.Posts() {
		t.Intune.CheckIn(p.Device)
	}
	before := len(t.replies())
	t.clock.Move(2 * time.Minute)
	if err := t.until(func() bool { return strings.Contains(t.thread(), "confirmed: the device has reset it") }); err != nil {
		return fmt.Errorf("no confirmation came: %w", err)
	}
	t.told("the thread", strings.Join(t.replies()[before:], "\n"))
	return nil
}

// expires has Rita ask again and nobody decide.
func (t *tour) expires() error {
	t.say("Another request, and nobody decides.")
	if err := t.command(rita, "/reset-passcode user:carla@contoso.com reason: forgot passcode"); err != nil {
		return err
	}
	if err := t.until(func() bool { return strings.Contains(t.card(), "R-2") }); err != nil {
		return fmt.Errorf("no second card came: %w", err)
	}
	t.say("The clock moves on by eleven minutes.")
	t.clock.Move(11 * time.Minute)
	if err := t.until(func() bool { return strings.Contains(t.thread(), "expired") }); err != nil {
		return fmt.Errorf("the second request did not expire: %w", err)
	}
	t.told("its thread", t.thread())
	if err := t.shows("its card", func(card string) bool {
		return !strings.Contains(card, "[Approve]") && strings.Contains(card, "expired")
	}); err != nil {
		return err
	}
	before := len(t.Intune.Posts())
	if n := t.counts()[t.deviceOf("carla@contoso.com").ID]; n != 0 {
		return fmt.Errorf("a device of the expired request was reset; %d resets in all", before)
	}
	return nil
}

// until waits until something is so in Slack or in Intune.
func (t *tour) until(cond func() bool) error { return t.Slack.Wait(t.ctx, cond) }

func (t *tour) deviceOf(user string) fakeintune.Device {
	for _, d := range t.Intune.Devices() {
		if strings.EqualFold(d.UserPrincipalName, user) {
			return d
		}
	}
	return fakeintune.Device{}
}

// counts is how many resets each device was sent.
func (t *tour) counts() map[string]int {
	n := map[string]int{}
	for _, p := range t.Intune.Posts() {
		n[p.Device]++
	}
	return n
}

func (t *tour) command(who, text string) error {
	t.say("%s types in #incidents: %s", t.name(who), text)
	seen, err := t.Slack.Command(t.ctx, who, incidents, text)
	if err == nil && seen.Error != "" {
		err = errors.New(seen.Error)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	t.only(who, Readable(t.space, seen.Text))
	return nil
}

func (t *tour) click(who, action string) error {
	card := t.cardMessage()
	t.say("%s clicks %s.", t.name(who), strings.ToUpper(action[:1])+action[1:])
	seen, err := t.Slack.Click(t.ctx, who, incidents, card.TS, action)
	if err == nil && seen.Error != "" {
		err = errors.New(seen.Error)
	}
	return err
}

// cardMessage is the newest card in the channel.
func (t *tour) cardMessage() fakeslack.Message {
	var card fakeslack.Message
	for _, m := range t.Slack.Messages(anna, incidents, "") {
		if m.User == t.space.App.BotUser && !m.Ephemeral {
			card = m
		}
	}
	return card
}

func (t *tour) card() string { return Read(t.Slack, t.space, t.cardMessage()) }

// shows waits until the card is as it should be, and prints it.
func (t *tour) shows(what string, right func(string) bool) error {
	if err := t.until(func() bool { return right(t.card()) }); err != nil {
		return fmt.Errorf("%s did not come to be as it should: %w", what, err)
	}
	t.told(what, t.card())
	return nil
}

// replies is what the newest card's thread says, without the card.
func (t *tour) replies() []string {
	var all []string
	card := t.cardMessage()
	for _, m := range t.Slack.Messages(anna, incidents, card.TS) {
		if m.TS != card.TS {
			all = append(all, Read(t.Slack, t.space, m))
		}
	}
	return all
}

func (t *tour) thread() string { return strings.Join(t.replies(), "\n") }

// whispers is what one person alone was shown.
func (t *tour) whispers(who string) []string {
	var all []string
	for _, m := range t.Slack.Messages(who, incidents, "") {
		if m.Ephemeral {
			all = append(all, Read(t.Slack, t.space, m))
		}
	}
	return all
}

func (t *tour) name(id string) string {
	for _, p := range t.space.People {
		if p.ID == id {
			first, _, _ := strings.Cut(p.RealName, " ")
			return first
		}
	}
	return id
}

func (t *tour) say(format string, args ...any) { fmt.Fprintf(t.out, "\n"+format+"\n", args...) }

func (t *tour) only(who, text string) { t.told("only "+t.name(who)+" sees", text) }

var requestID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// told prints what somebody reads. Results come in the order in which they
// happen; the transcript sorts what stands together, and shortens Graph's
// request-ids, so that it is the same each time.
func (t *tour) told(what, text string) {
	lines := strings.Split(requestID.ReplaceAllString(text, "…"), "\n")
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && strings.HasPrefix(lines[from], "•") && strings.HasPrefix(lines[to], "•") {
			to++
		}
		slices.Sort(lines[from:to])
		from = to
	}
	fmt.Fprintf(t.out, "  (%s)\n", what)
	for _, l := range lines {
		fmt.Fprintf(t.out, "  │ %s\n", l)
	}
}
