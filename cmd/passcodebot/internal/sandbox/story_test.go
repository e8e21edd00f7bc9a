package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
)

// The stories in testdata say who does what, how the clock moves, and what
// people and Intune's log then read. They run through the whole product:
// real slack-go, real azidentity and the real Graph SDK, over sockets, with a
// real store. A line that says what somebody sees waits for it.
//
//	config KEY VALUE              before a start: quorum, max_devices, ttl, card_channel, rules as YAML, all: see configure
//	NAME types TEXT               behind /reset-passcode, in #incidents
//	NAME invites passcodebot      to the channel of the story
//	NAME sees TEXT                a message that NAME alone sees, direct ones too, since NAME last acted
//	NAME lacks TEXT
//	NAME clicks ACTION      on the newest card, or that of a request
//	NAME denies: TEXT       clicks, and says why in the form that opens
//	NAME answers yes | no         to the question whether a passcode of their own is set
//	NAME tries again              what has failed of the newest request that ended
//	NAME signs                    the review, in #security-ops
//	card says TEXT; card lacks TEXT
//	thread says TEXT; thread lacks TEXT
//	security says TEXT            in #security-ops, threads too
//	intune received N             resets in all
//	DEVICE got N                  resets of one device, by its name in quotes
//	device "NAME" refuses TEXT | fails CODE | checks in | goes offline | leaves | belongs to UPN | state VALUE | reset by UPN
//	intune fails STATUS [METHOD] [TIMES] [lost]
//	clock moves DURATION
//	passcodebot stops; passcodebot starts
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			play(t, file)
		})
	}
}

type story struct {
	t     *testing.T
	world *sandbox.World
	clock *sandbox.Clock
	space fakeslack.Config
	logs  *buffer
	seen  map[string]int    // how many whispers somebody had when they last acted
	acks  map[string]string // what came with the acknowledgement
	setup map[string]string
	place string
}

type buffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func play(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := &story{
		t: t, space: fakeslack.SampleWorkspace(), logs: &buffer{}, seen: map[string]int{}, acks: map[string]string{},
		setup: map[string]string{}, clock: sandbox.NewClock(time.Now()), place: "C0INCIDENTS",
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log:\n%s", s.logs)
		}
	})
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		n++
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.line(line); err != nil {
			t.Fatalf("%s:%d: %s: %v", file, n, line, err)
		}
	}
}

// open starts the world at the first line that needs it.
func (s *story) open() error {
	if s.world != nil {
		return nil
	}
	var err error
	s.world, err = sandbox.Open(context.WithoutCancel(s.t.Context()), sandbox.World{
		Dir: s.t.TempDir(), Now: s.clock.Now, Log: slog.New(slog.NewTextHandler(s.logs, nil)),
		EditSlack:  func(c *fakeslack.Config) { c.PostEvery = 500 * time.Millisecond; s.editSlack(c) },
		EditIntune: func(c *fakeintune.Config) { c.Latency, c.CheckIn, c.TokenLife = 0, -1, 365*24*time.Hour },
		EditConfig: s.configure,
	})
	if err == nil {
		s.t.Cleanup(func() {
			if err := s.world.Close(); err != nil {
				s.t.Error(err)
			}
		})
		err = s.world.Connected(s.t.Context())
	}
	return err
}

func (s *story) editSlack(c *fakeslack.Config) {
	if s.setup["plan"] == "free" {
		c.Groups = nil
	}
}

func (s *story) configure(c *config.Config) {
	for key, value := range s.setup {
		n, _ := strconv.Atoi(value)
		d, _ := time.ParseDuration(value)
		switch key {
		case "quorum":
			c.Quorum = n
		case "max_devices":
			c.MaxDevices = n
		case "ttl":
			c.TimeToLive = d
		case "execution_timeout":
			c.ExecutionTimeout = d
		case "resend_after":
			c.ResendAfter = d
		case "card_channel":
			c.CardChannel = value
		case "channels":
			c.Channels = strings.Fields(value)
		case "rules", "break_glass", "limits", "outside_resets":
			s.parts(c, key+": "+value)
		}
	}
}

// parts takes what a config file would say of the rules into c.
func (s *story) parts(c *config.Config, text string) {
	text = "requesters: {groups: [S0HELPDESK]}\napprovers: {groups: [S0ONCALL]}\nquorum: " + strconv.Itoa(c.Quorum) + "\n" + text
	env := map[string]string{
		"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1-A-1-1", "AZURE_CLIENT_SECRET": "s",
		"AZURE_TENANT_ID": "00000000-0000-4000-8000-000000000000", "AZURE_CLIENT_ID": "00000000-0000-4000-8000-000000000000",
	}
	got, err := config.Parse("story.yml", []byte(text), func(name string) string { return env[name] })
	if err != nil {
		s.t.Fatal(err)
	}
	if got.Rules != nil {
		c.Rules = got.Rules
	}
	if !got.BreakGlass.Who.Empty() {
		c.BreakGlass = got.BreakGlass
	}
	if got.Limits != (config.Limits{}) {
		c.Limits = got.Limits
	}
	if got.OutsideResets.Channel != "" {
		c.OutsideResets = got.OutsideResets
	}
}

var forms = []struct {
	form *regexp.Regexp
	do   func(*story, []string) error
}{
	{regexp.MustCompile(`^config (\w+) (.+)$`), func(s *story, m []string) error { s.setup[m[1]] = m[2]; return nil }},
	{regexp.MustCompile(`^in (C0\w+)$`), func(s *story, m []string) error { s.place = m[1]; return nil }},
	{regexp.MustCompile(`^(\w+) types(?: (.*))?$`), (*story).types},
	{regexp.MustCompile(`^(\w+) invites passcodebot$`), (*story).invites},
	{regexp.MustCompile(`^(\w+) sees (.+)$`), (*story).sees},
	{regexp.MustCompile(`^(\w+) clicks (\w+)(?: (R-\d+))?$`), (*story).clicks},
	{regexp.MustCompile(`^(\w+) denies(?: (R-\d+))?: (.+)$`), (*story).denies},
	{regexp.MustCompile(`^(\w+) answers (yes|no)$`), (*story).answers},
	{regexp.MustCompile(`^(\w+) tries again$`), (*story).again},
	{regexp.MustCompile(`^(\w+) signs$`), (*story).signs},
	{regexp.MustCompile(`^(card|thread|security) (says|lacks) (.+)$`), (*story).reads},
	{regexp.MustCompile(`^(\w+) lacks (.+)$`), (*story).lacks},
	{regexp.MustCompile(`^intune received (\d+)$`), (*story).received},
	{regexp.MustCompile(`^"([^"]+)" got (\d+)$`), (*story).got},
	{regexp.MustCompile(`^device "([^"]+)" (.+)$`), (*story).device},
	{regexp.MustCompile(`^intune fails (\d+)(?: (GET|POST))?(?: (\d+) times)?( lost)?(?: retry-after (\d+))?$`), (*story).fails},
	{regexp.MustCompile(`^clock moves (\S+)$`), (*story).moves},
	{regexp.MustCompile(`^passcodebot (stops|starts)$`), (*story).process},
}

func (s *story) line(line string) error {
	for _, f := range forms {
		m := f.form.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if !strings.HasPrefix(line, "config ") {
			if err := s.open(); err != nil {
				return err
			}
		}
		return f.do(s, m)
	}
	return fmt.Errorf("no such line in a story")
}

// until waits for something to be so. What Intune alone knows is looked at
// whenever Slack changes.
func (s *story) until(cond func() bool, now func() string) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), 40*time.Second)
	defer cancel()
	if err := s.world.Slack.Wait(ctx, cond); err != nil {
		return fmt.Errorf("it never came; there is:\n%s", now())
	}
	return nil
}

func id(name string) string { return "U0" + strings.ToUpper(name) }

func (s *story) types(m []string) error {
	who, text := id(m[1]), m[2]
	s.seen[who] = len(s.whispers(who))
	seen, err := s.world.Slack.Command(s.t.Context(), who, s.place, strings.TrimSpace("/reset-passcode "+strings.ReplaceAll(text, `\n`, "\n")))
	s.acks[who] = seen.Text
	if err == nil && seen.Error != "" {
		err = fmt.Errorf("Slack shows %s", seen.Error)
	}
	return err
}

func (s *story) invites(m []string) error {
	_, err := s.world.Slack.Command(s.t.Context(), id(m[1]), s.place, "/invite @passcodebot")
	return err
}

func (s *story) clicks(m []string) error {
	return s.press(id(m[1]), m[2], m[3])
}

// press presses a button of the newest card, or of that of a request.
func (s *story) press(who, action, request string) error {
	s.seen[who] = len(s.whispers(who))
	card := s.card()
	if request != "" {
		for _, c := range s.cards() {
			if strings.HasPrefix(c.Text, request+":") {
				card = c
			}
		}
	}
	seen, err := s.world.Slack.Click(s.t.Context(), who, card.Channel, card.TS, action)
	if err == nil && seen.Error != "" {
		err = fmt.Errorf("Slack shows %s", seen.Error)
	}
	return err
}

func (s *story) denies(m []string) error {
	if err := s.press(id(m[1]), "deny", m[2]); err != nil {
		return err
	}
	said, err := sendWhy(s.t.Context(), s.world.Slack, id(m[1]), m[3])
	if err == nil && (said.Error != "" || len(said.Errors) > 0) {
		err = fmt.Errorf("the form says %s %v", said.Error, said.Errors)
	}
	return err
}

// answers answers the newest question by direct message, which then says so.
func (s *story) answers(m []string) error {
	action := map[string]string{"yes": "own_passcode", "no": "no_own_passcode"}[m[2]]
	return s.clicksOn(id(m[1]), action, s.world.Slack.Messages(id(m[1]), s.world.Slack.DirectChannel(id(m[1])), ""))
}

// again clicks on what a thread offers.
func (s *story) again(m []string) error {
	s.seen[id(m[1])] = len(s.whispers(id(m[1])))
	var replies []fakeslack.Message
	for _, card := range s.cards() {
		replies = append(replies, s.world.Slack.Messages("", card.Channel, card.TS)...)
	}
	return s.clicksOn(id(m[1]), "again", replies)
}

// signs clicks on the newest review.
func (s *story) signs(m []string) error {
	s.seen[id(m[1])] = len(s.whispers(id(m[1])))
	return s.clicksOn(id(m[1]), "review", s.world.Slack.Messages("", security, ""))
}

// clicksOn presses a button of the newest message that has it.
func (s *story) clicksOn(who, action string, among []fakeslack.Message) error {
	var newest fakeslack.Message
	for _, m := range among {
		if strings.Contains(string(m.Blocks), `"action_id":"`+action+`"`) && m.TS > newest.TS {
			newest = m
		}
	}
	seen, err := s.world.Slack.Click(s.t.Context(), who, newest.Channel, newest.TS, action)
	if err == nil && seen.Error != "" {
		err = fmt.Errorf("Slack shows %s", seen.Error)
	}
	return err
}

// whispers is what somebody alone sees, anywhere.
func (s *story) whispers(who string) []string {
	var found []fakeslack.Message
	channels := []string{s.world.Slack.DirectChannel(who)}
	for _, c := range s.space.Channels {
		channels = append(channels, c.ID)
	}
	for _, c := range channels {
		if c == "" {
			continue
		}
		for _, m := range s.world.Slack.Messages(who, c, "") {
			if m.Ephemeral && m.Source != "ack" || strings.HasPrefix(c, "D") {
				found = append(found, m)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b fakeslack.Message) int { return strings.Compare(a.TS, b.TS) })
	var all []string
	for _, m := range found {
		all = append(all, sandbox.Read(s.world.Slack, s.space, m))
	}
	return all
}

func (s *story) sees(m []string) error {
	who, want := id(m[1]), m[2]
	has := func() string {
		return strings.Join(append(s.whispers(who)[s.seen[who]:], sandbox.Readable(s.space, s.acks[who])), "\n")
	}
	return s.until(func() bool { return strings.Contains(has(), want) }, has)
}

func (s *story) lacks(m []string) error {
	if now := strings.Join(s.whispers(id(m[1]))[s.seen[id(m[1])]:], "\n"); strings.Contains(now, m[2]) {
		return fmt.Errorf("it is there:\n%s", now)
	}
	return nil
}

func (s *story) cards() []fakeslack.Message {
	var cards []fakeslack.Message
	for _, c := range s.space.Channels {
		if c.ID == security && s.setup["card_channel"] != security {
			continue // notices
		}
		for _, m := range s.world.Slack.Messages("", c.ID, "") {
			if m.User == s.space.App.BotUser && !m.Ephemeral {
				cards = append(cards, m)
			}
		}
	}
	return cards
}

func (s *story) card() fakeslack.Message {
	var newest fakeslack.Message
	for _, c := range s.cards() {
		if c.TS > newest.TS {
			newest = c
		}
	}
	return newest
}

func (s *story) reads(m []string) error {
	text := func() string { return sandbox.Read(s.world.Slack, s.space, s.card()) }
	if m[1] == "security" {
		text = func() string {
			var lines []string
			for _, m := range s.world.Slack.Messages("", security, "") {
				for _, m := range s.world.Slack.Messages("", security, m.TS) {
					lines = append(lines, sandbox.Read(s.world.Slack, s.space, m))
				}
			}
			return strings.Join(lines, "\n")
		}
	}
	if m[1] == "thread" {
		text = func() string {
			card := s.card()
			var lines []string
			for _, m := range s.world.Slack.Messages("", card.Channel, card.TS) {
				if m.TS != card.TS {
					lines = append(lines, sandbox.Read(s.world.Slack, s.space, m))
				}
			}
			return strings.Join(lines, "\n")
		}
	}
	if m[2] == "lacks" {
		if now := text(); strings.Contains(now, m[3]) {
			return fmt.Errorf("it is there:\n%s", now)
		}
		return nil
	}
	return s.until(func() bool { return strings.Contains(text(), m[3]) }, text)
}

func (s *story) received(m []string) error {
	if got := strconv.Itoa(s.took("")); got != m[1] {
		return fmt.Errorf("it received %s", got)
	}
	return nil
}

func (s *story) got(m []string) error {
	d, err := s.find(m[1])
	if err != nil {
		return err
	}
	if got := strconv.Itoa(s.took(d.ID)); got != m[2] {
		return fmt.Errorf("it got %s", got)
	}
	return nil
}

// took counts the resets that arrived, of one device or of all.
func (s *story) took(device string) int {
	n := 0
	for _, p := range s.world.Intune.Posts() {
		if (device == "" || p.Device == device) && p.Status != 429 {
			n++
		}
	}
	return n
}

func (s *story) find(name string) (fakeintune.Device, error) {
	for _, d := range s.world.Intune.Devices() {
		if d.DeviceName == name {
			return d, nil
		}
	}
	return fakeintune.Device{}, fmt.Errorf("no device of that name")
}

func (s *story) device(m []string) error {
	d, err := s.find(m[1])
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(m[2], " ")
	edit := func(change func(*fakeintune.Device)) { s.world.Intune.Edit(d.ID, change) }
	switch verb {
	case "refuses":
		edit(func(d *fakeintune.Device) { d.Refuses = rest })
	case "fails":
		n, err := strconv.Atoi(rest)
		if err != nil {
			return err
		}
		edit(func(d *fakeintune.Device) { d.FailsWith = n })
	case "checks":
		s.world.Intune.CheckIn(d.ID)
	case "goes":
		edit(func(d *fakeintune.Device) { d.Offline = true })
	case "leaves":
		s.world.Intune.Remove(d.ID)
	case "belongs":
		upn := strings.TrimPrefix(rest, "to ")
		edit(func(d *fakeintune.Device) { d.UserPrincipalName, d.EmailAddress, d.UserID = upn, upn, "another" })
	case "state":
		edit(func(d *fakeintune.Device) { d.ManagementState = rest })
	case "reset":
		s.world.Intune.ResetInAdminCenter(d.ID, strings.TrimPrefix(rest, "by "))
	default:
		return fmt.Errorf("a device can't do that")
	}
	return nil
}

func (s *story) fails(m []string) error {
	f := fakeintune.Fault{Path: "managedDevices", Method: m[2], LoseAnswer: m[4] != ""}
	f.Status, _ = strconv.Atoi(m[1])
	f.Times, _ = strconv.Atoi(m[3])
	f.RetryAfter, _ = strconv.Atoi(m[5])
	f.Code, f.Message = "FaultCode", "It is broken here."
	s.world.Intune.Fail(f)
	return nil
}

func (s *story) moves(m []string) error {
	d, err := time.ParseDuration(m[1])
	if err == nil {
		s.clock.Move(d)
	}
	return err
}

func (s *story) process(m []string) error {
	if m[1] == "starts" {
		if err := s.world.Restart(context.WithoutCancel(s.t.Context())); err != nil {
			return err
		}
		return s.world.Connected(s.t.Context())
	}
	s.world.App.Stop()
	return s.world.App.Wait()
}
