package fakeintune

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// audit is one entry of remoteActionAudits.
type audit struct {
	id, device, deviceName, by, owner string
	at                                time.Time
	// state is how it ended when another reset took its place; empty for the
	// device's latest, whose state is on the device.
	state string
}

// resetDevice takes a resetPasscode, or refuses it in Intune's words.
func (s *Server) resetDevice(c *call, rec record) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	m := s.fleet.get(c.device)
	if m == nil {
		return notFound(c)
	}
	if why := m.refusesReset(); why != "" {
		return intuneRefuses(http.StatusBadRequest, "BadRequest", why)
	}
	s.queue(m, c.who.name())
	rec.took()
	s.changed()
	return answer{status: http.StatusNoContent}
}

// queue gives a device a reset to carry out. The lock is held.
func (s *Server) queue(m *managed, by string) {
	now := s.now()
	if earlier := m.reset(); earlier != nil {
		for _, a := range slices.Backward(s.audits) {
			if a.device == m.ID {
				a.state = earlier.State
				break
			}
		}
	}
	m.Actions = slices.DeleteFunc(m.Actions, func(a Action) bool { return a.Name == resetPasscode })
	m.Actions = append(m.Actions, Action{Name: resetPasscode, State: statePending, Started: now, Updated: now})
	s.fleet.look(m)
	s.audits = append(s.audits, &audit{
		id: newGUID(), device: m.ID, deviceName: m.DeviceName, by: by, owner: m.UserPrincipalName, at: now,
	})
}

// ResetInAdminCenter is a reset by somebody else, who is named by their user
// principal name. It is seen in deviceActionResults and remoteActionAudits.
func (s *Server) ResetInAdminCenter(id, by string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.fleet.get(id); m != nil {
		s.advance()
		s.queue(m, by)
		s.changed()
	}
}

// refusesReset says why Intune would not reset a device, or nothing.
// memdocs, device-passcode-reset: what is supported by how it is enrolled.
func (d *Device) refusesReset() string {
	const unsupported = "The action resetPasscode is not supported on this device: "
	major, _, _ := strings.Cut(d.OSVersion, ".")
	version, _ := strconv.Atoi(major)
	switch {
	case d.Refuses != "":
		return d.Refuses
	case d.ManagementState != "" && d.ManagementState != "managed":
		return "The device is not in a state in which it can be managed: " + d.ManagementState + "."
	case slices.Contains([]string{"windowsRT", "desktop", "mac", "macMDM", "chromeOS", "windows10x", "cloudPC", "linux", "holoLens", "surfaceHub"}, d.DeviceType):
		return unsupported + d.OperatingSystem + "."
	case d.DeviceType == "android" && version >= 7 && d.DeviceEnrollmentType == "userEnrollment":
		return unsupported + "device administrator, Android " + d.OSVersion + "."
	case d.DeviceType == "androidForWork" && version > 0 && version < 8:
		return unsupported + "work profile, Android " + d.OSVersion + "."
	}
	return ""
}

// stateOf is how far the reset of an audit is. The lock is held.
func (s *Server) stateOf(a *audit) string {
	if m := s.fleet.get(a.device); m != nil && m.reset() != nil && a.state == "" {
		return m.reset().State
	}
	return cmp.Or(a.state, "unknown")
}

// listAudits answers a query of remoteActionAudits, newest first. Like other
// filters that Intune does not support, a $filter is ignored.
func (s *Server) listAudits(c *call) answer {
	query, err := url.ParseQuery(c.url.RawQuery)
	if err != nil {
		return refuse(http.StatusBadRequest, "BadRequest", "The query string could not be read.")
	}
	at, bad := s.page(query)
	if bad != nil {
		return answer{refusal: bad}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	shown := []any{}
	for i := at.from; i < min(at.from+at.size, len(s.audits)); i++ {
		a := s.audits[len(s.audits)-1-i]
		shown = append(shown, map[string]any{
			"id": a.id, "deviceDisplayName": a.deviceName, "userName": a.owner, "initiatedByUserPrincipalName": a.by,
			"action": resetPasscode, "requestDateTime": stamp(a.at), "deviceOwnerUserPrincipalName": a.owner,
			"deviceIMEI": "", "actionState": s.stateOf(a), "managedDeviceId": a.device,
		})
	}
	return s.listed(c, query, at, shown, len(s.audits))
}
