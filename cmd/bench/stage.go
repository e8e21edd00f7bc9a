package main

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/internal/botprocess"
	"passcodebot/graph/fakeintune"
)

const (
	// startTime bounds how long the bot may take until it can be talked to.
	startTime = time.Minute
	// stopGrace is the grace that the bot has without a config of its own.
	stopGrace = 25 * time.Second
)

// The app that the fake Entra knows.
const (
	clientID     = "cba05000-0000-4000-8000-00000000cba0"
	clientSecret = "not-a-secret: it opens the fakes and nothing else"
)

// scene is what a measurement needs of the world.
type scene struct {
	devices   int
	unlimited bool   // Intune takes any number of calls
	restarts  bool   // Slack does not count calls a minute, which several bots in a row would not know of
	faults    bool   // one call in twenty fails, at Intune's front door
	seed      uint64 // of the faults
	database  string // empty for a new one
	config    string // further lines
}

// stage is the fakes and the bot between them.
type stage struct {
	dir      string
	database string
	binary   string
	settings string // the config, but for what a start adds
	env      []string
	slack    *fakeslack.Server
	intune   *fakeintune.Server
	door     *door // nil where no call fails
	bot      *botprocess.Process
	began    time.Duration // how long the bot took until it was at work
}

// open starts the fakes and the bot.
func (b *bench) open(ctx context.Context, sc scene) (*stage, error) {
	s, err := b.set(sc)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx, ""); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// set starts the fakes, and writes down how the bot finds them.
func (b *bench) set(sc scene) (_ *stage, err error) {
	s := &stage{binary: b.binary, database: sc.database}
	if s.dir, err = os.MkdirTemp(b.dir, "stage-"); err != nil {
		return nil, err
	}
	if s.dir, err = filepath.Abs(s.dir); err != nil {
		return nil, err
	}
	if s.database == "" {
		s.database = filepath.Join(s.dir, "passcodebot.db")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.slack, err = fakeslack.Start(workspace(sc)); err != nil {
		return nil, err
	}
	if s.intune, err = fakeintune.Start(tenant(sc)); err != nil {
		return nil, err
	}
	endpoint := s.intune.URL()
	authorities := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.intune.CA().Raw})
	if sc.faults {
		if s.door, err = newDoor(s.intune, sc.seed); err != nil {
			return nil, err
		}
		endpoint = s.door.URL()
		authorities = append(authorities, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.door.certificate().Raw})...)
	}
	ca := filepath.Join(s.dir, "ca.pem")
	if err := os.WriteFile(ca, authorities, 0o600); err != nil {
		return nil, err
	}
	s.settings = fmt.Sprintf("requesters: {groups: [%s]}\napprovers: {groups: [%s]}\nmax_devices: 500\nstore: \"bolt:%s\"\n"+
		"endpoints: {slack: %q, graph: %q, entra: %q}\n%s", requesters, approvers, s.database, s.slack.URL(), endpoint, s.intune.URL(), sc.config)
	app := workspace(sc).App
	s.env = []string{
		"SLACK_BOT_TOKEN=" + app.BotToken, "SLACK_APP_TOKEN=" + app.AppToken, "SSL_CERT_FILE=" + ca,
		"AZURE_TENANT_ID=" + fakeintune.SampleTenant, "AZURE_CLIENT_ID=" + clientID, "AZURE_CLIENT_SECRET=" + clientSecret,
	}
	return s, nil
}

// start starts the bot with some more lines of config, and returns once it
// can be talked to.
func (s *stage) start(ctx context.Context, more string) (err error) {
	if err := os.WriteFile(filepath.Join(s.dir, botprocess.Config), []byte(s.settings+more), 0o600); err != nil {
		return err
	}
	if s.bot, err = botprocess.Start(s.binary, s.dir, s.env); err != nil {
		return err
	}
	if s.began, err = s.bot.AtWork(ctx); err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	return s.slack.Wait(waiting, func() bool { return s.slack.Sockets() == 1 })
}

// stop stops the bot.
func (s *stage) stop() error {
	p := s.bot
	s.bot = nil
	return p.Stop(stopGrace)
}

// kill ends the bot at once, which its database survives.
func (s *stage) kill() error {
	p := s.bot
	s.bot = nil
	return p.Kill()
}

// close ends what is there. A bot that still runs is killed.
func (s *stage) close() error {
	var errs []error
	if s.bot != nil {
		_ = s.bot.Kill() // however it ended
	}
	if s.door != nil {
		s.door.close()
	}
	if s.intune != nil {
		errs = append(errs, s.intune.Close())
	}
	if s.slack != nil {
		errs = append(errs, s.slack.Close())
	}
	return errors.Join(errs...)
}

// The groups of the workspace, the people in each, and its channels.
const (
	requesters = "S0REQUESTERS"
	approvers  = "S0APPROVERS"
	inGroup    = 5
	channels   = 50
)

func asker(n int) string   { return fmt.Sprintf("U0ASKER%02d", n%inGroup) }
func decider(n int) string { return fmt.Sprintf("U0DECIDER%02d", n%inGroup) }
func channel(n int) string { return fmt.Sprintf("C0CHANNEL%03d", n%channels) }

// workspace is a company with people who ask and people who approve.
func workspace(sc scene) fakeslack.Config {
	c := fakeslack.SampleWorkspace()
	c.NoTiers = sc.restarts
	ask, approve := fakeslack.Group{ID: requesters, Handle: "help-desk"}, fakeslack.Group{ID: approvers, Handle: "on-call"}
	members := []string{c.App.BotUser}
	c.People, c.Channels = nil, nil
	for n := range inGroup {
		for id, group := range map[string]*fakeslack.Group{asker(n): &ask, decider(n): &approve} {
			c.People = append(c.People, fakeslack.Person{ID: id, Name: id[2:], RealName: id[2:]})
			group.Members = append(group.Members, id)
			members = append(members, id)
		}
	}
	c.Groups = []fakeslack.Group{ask, approve}
	for n := range channels {
		c.Channels = append(c.Channels, fakeslack.Channel{ID: channel(n), Name: fmt.Sprintf("channel-%03d", n), Members: members})
	}
	return c
}

func deviceID(n int) string { return fmt.Sprintf("d%07d-0000-4000-8000-%012d", n, n) }

// tenant is a fleet of phones that wait to be told to check in.
func tenant(sc scene) fakeintune.Config {
	c := fakeintune.Config{
		Latency: roundTrip, CheckIn: -1, PageSize: 1000,
		Apps: []fakeintune.App{{
			ClientID: clientID, Secret: clientSecret, Roles: []string{fakeintune.RoleRead, fakeintune.RolePrivileged},
		}},
	}
	if sc.unlimited {
		const many = 1 << 30
		c.Writes, c.Requests, c.TenantWrites, c.TenantRequests = many, many, many, many
	}
	now := time.Now().UTC().Truncate(time.Second)
	for n := range sc.devices {
		c.Devices = append(c.Devices, fakeintune.Device{
			ID: deviceID(n), DeviceName: fmt.Sprintf("Phone %05d", n), SerialNumber: fmt.Sprintf("SERIAL%05d", n),
			Manufacturer: "Google", Model: "Pixel 8", OperatingSystem: "Android", OSVersion: "15",
			DeviceType: "androidEnterprise", DeviceEnrollmentType: "androidEnterpriseFullyManaged", ManagedDeviceOwnerType: "company",
			ManagementState: "managed", ComplianceState: "compliant",
			EnrolledDateTime: now.AddDate(-1, 0, 0), LastSyncDateTime: now.Add(-time.Minute),
		})
	}
	return c
}
