package main

import (
	"fmt"
	"slices"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

// The app that the fake Entra knows.
const (
	clientID     = "cba05000-0000-4000-8000-00000000cba0"
	clientSecret = "not-a-secret: it opens the fakes and nothing else"
)

// The groups of the workspace. Some people are in both.
const (
	requesters = "S0REQUESTERS"
	approvers  = "S0APPROVERS"
)

// people is how many people each group has, and both how many are in both.
const people, both = 8, 2

// workspace is a company of people who ask and people who approve, with as
// many channels as are wanted.
func workspace(channels int) fakeslack.Config {
	c := fakeslack.SampleWorkspace()
	c.Channels, c.People = nil, nil
	if !slices.Contains(c.App.Scopes, "im:history") {
		c.App.Scopes = append(c.App.Scopes, "im:history")
	}
	// The limits a minute are counted for one process of the app, and a bot
	// that is killed every few seconds could not keep to them.
	c.NoTiers = true
	c.PingEvery = 2 * time.Second
	ask, approve := fakeslack.Group{ID: requesters, Handle: "help-desk"}, fakeslack.Group{ID: approvers, Handle: "on-call"}
	members := []string{c.App.BotUser}
	for n := range 2*people - both {
		id := fmt.Sprintf("U0PERSON%02d", n)
		c.People = append(c.People, fakeslack.Person{ID: id, Name: fmt.Sprintf("person%02d", n), RealName: fmt.Sprintf("Person %02d", n)})
		members = append(members, id)
		if n < people {
			ask.Members = append(ask.Members, id)
		}
		if n >= people-both {
			approve.Members = append(approve.Members, id)
		}
	}
	c.Groups = []fakeslack.Group{ask, approve}
	for n := range channels {
		c.Channels = append(c.Channels, fakeslack.Channel{ID: fmt.Sprintf("C0CHANNEL%03d", n), Name: fmt.Sprintf("channel-%03d", n), Members: members})
	}
	return c
}

// tenant is a fleet of Android phones. Of every 25, Intune refuses to reset
// one, one fails its reset, and one never checks in.
func tenant(devices int, latency, checkIn time.Duration) fakeintune.Config {
	c := fakeintune.Config{
		Latency: latency, CheckIn: checkIn, PageSize: 200,
		Apps: []fakeintune.App{{
			ClientID: clientID, Secret: clientSecret, Roles: []string{fakeintune.RoleRead, fakeintune.RolePrivileged},
		}},
	}
	now := time.Now().UTC().Truncate(time.Second)
	for n := range devices {
		d := fakeintune.Device{
			ID:         fmt.Sprintf("d%07d-0000-4000-8000-%012d", n, n),
			DeviceName: fmt.Sprintf("Phone %05d", n), SerialNumber: fmt.Sprintf("SERIAL%05d", n),
			Manufacturer: "Google", Model: "Pixel 8", OperatingSystem: "Android", OSVersion: "15",
			DeviceType: "androidEnterprise", DeviceEnrollmentType: "androidEnterpriseFullyManaged", ManagedDeviceOwnerType: "company",
			ManagementState: "managed", ComplianceState: "compliant",
			EnrolledDateTime: now.AddDate(-1, 0, 0), LastSyncDateTime: now.Add(-time.Minute),
		}
		switch n % 25 {
		case 7:
			d.Refuses = "The device has not finished its enrollment."
		case 13:
			d.FailsWith = -2016281112
		case 19:
			d.Offline = true
		}
		c.Devices = append(c.Devices, d)
	}
	return c
}
