package fakeintune

import (
	"encoding/json"
	"fmt"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Control serves the fleet as JSON below /fleet/, for the page of a sandbox:
// what the devices are, how that changes, and what a person does to them.
// A test in another process also finds there what has arrived, and makes
// calls go wrong. It answers to loopback names only, and acts only for a page that sends the
// header X-Sandbox, which no other site's page can.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /fleet/devices", s.controlDevices)
	mux.HandleFunc("GET /fleet/changes", s.controlChanges)
	mux.HandleFunc("POST /fleet/device", s.controlDevice)
	s.controlTests(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		ip := net.ParseIP(strings.Trim(host, "[]"))
		if host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "This address is for this machine only.", http.StatusForbidden)
			return
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if r.Method == http.MethodPost && (r.Header.Get("X-Sandbox") != "1" || err != nil || kind != "application/json") {
			http.Error(w, "Only the sandbox page may do this.", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// shownDevice is a device as the page shows it.
type shownDevice struct {
	ID              string     `json:"id"`
	Name            string     `json:"name"`
	Manufacturer    string     `json:"manufacturer"`
	Model           string     `json:"model"`
	Serial          string     `json:"serial"`
	OS              string     `json:"os"`
	OSVersion       string     `json:"os_version"`
	Enrollment      string     `json:"enrollment"`
	Ownership       string     `json:"ownership"`
	ManagementState string     `json:"management_state"`
	Compliance      string     `json:"compliance"`
	Owner           string     `json:"owner"`
	LastCheckIn     time.Time  `json:"last_check_in"`
	Offline         bool       `json:"offline"`
	FailsWith       int        `json:"fails_with"`
	Refuses         string     `json:"refuses"`
	Reset           shownReset `json:"reset"`
}

type shownReset struct {
	State   string     `json:"state"`
	Started *time.Time `json:"started,omitempty"`
	Updated *time.Time `json:"updated,omitempty"`
}

type shownPost struct {
	Seq    int       `json:"seq"`
	Device string    `json:"device"`
	At     time.Time `json:"at"`
	Status int       `json:"status"`
}

func (s *Server) controlDevices(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	s.advance()
	rev, away, devices, posts := s.rev, s.away, s.byName(), slices.Clone(s.posts) // their statuses come later
	s.mu.Unlock()
	shown, log := []shownDevice{}, []shownPost{}
	for _, d := range devices {
		v := shownDevice{
			ID: d.ID, Name: d.DeviceName, Manufacturer: d.Manufacturer, Model: d.Model, Serial: d.SerialNumber, OS: d.OperatingSystem,
			OSVersion: d.OSVersion, Enrollment: d.enrolledAs(), Ownership: d.ManagedDeviceOwnerType, ManagementState: d.ManagementState,
			Compliance: d.ComplianceState, Owner: d.UserPrincipalName, LastCheckIn: d.LastSyncDateTime,
			Offline: d.Offline || away, FailsWith: d.FailsWith, Refuses: d.Refuses, Reset: shownReset{State: "none"},
		}
		if a := d.reset(); a != nil {
			v.Reset = shownReset{State: a.State, Started: &a.Started, Updated: &a.Updated}
		}
		shown = append(shown, v)
	}
	for _, p := range posts {
		log = append(log, shownPost{p.Seq, p.Device, p.At, p.Status})
	}
	writeJSON(w, http.StatusOK, map[string]any{"rev": rev, "devices": shown, "posts": log})
}

// enrolledAs says in Graph's words how a device is enrolled.
func (d *Device) enrolledAs() string {
	if d.DeviceType == "androidForWork" {
		return "androidForWork"
	}
	return d.DeviceEnrollmentType
}

// controlChanges tells the page, as server-sent events, that it should look
// again.
func (s *Server) controlChanges(w http.ResponseWriter, r *http.Request) {
	since, err := strconv.Atoi(r.URL.Query().Get("since"))
	if err != nil {
		since = 0
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	if _, err := fmt.Fprint(w, ": hello\n\n"); err != nil || out.Flush() != nil {
		return
	}
	for {
		s.mu.Lock()
		rev, changes := s.rev, s.changes
		s.mu.Unlock()
		if rev > since {
			since = rev
			if _, err := fmt.Fprintf(w, "data: {\"rev\":%d}\n\n", rev); err != nil || out.Flush() != nil {
				return
			}
			continue
		}
		select {
		case <-changes:
		case <-beat.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil || out.Flush() != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
	}
}

// controlDevice does to a device what the page says.
func (s *Server) controlDevice(w http.ResponseWriter, r *http.Request) {
	var act struct {
		ID        string  `json:"id"`
		Offline   *bool   `json:"offline"`
		FailsWith *int    `json:"fails_with"`
		Refuses   *string `json:"refuses"`
		CheckIn   bool    `json:"check_in"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&act); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "That could not be read."})
		return
	}
	d, known := s.Device(act.ID)
	s.mu.Lock()
	away := s.away
	s.mu.Unlock()
	switch {
	case !known:
		writeJSON(w, http.StatusNotFound, map[string]string{"error": "There is no such device."})
		return
	case away && (act.CheckIn || act.Offline != nil && !*act.Offline):
		writeJSON(w, http.StatusOK, map[string]string{"error": "All devices are offline. Put them online first."})
		return
	case act.CheckIn && d.Offline && act.Offline == nil:
		writeJSON(w, http.StatusOK, map[string]string{"error": "The device is offline. Put it online first."})
		return
	}
	s.Edit(act.ID, func(d *Device) {
		if act.Offline != nil {
			d.Offline = *act.Offline
		}
		if act.FailsWith != nil {
			d.FailsWith = *act.FailsWith
		}
		if act.Refuses != nil {
			d.Refuses = *act.Refuses
		}
	})
	if act.CheckIn {
		s.CheckIn(act.ID)
	}
	writeJSON(w, http.StatusOK, map[string]string{"error": ""})
}
