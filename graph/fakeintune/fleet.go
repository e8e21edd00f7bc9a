package fakeintune

import (
	"slices"
	"strings"
	"time"
)

// fleet is the tenant's devices, in the order in which they were enrolled.
type fleet struct {
	enrolled []*managed
	byID     map[string]*managed // by id in lower case
	// queued are the devices that have an action to carry out.
	queued map[*managed]bool
}

// managed is a device and when it was last found to be online.
type managed struct {
	Device
	onlineSince time.Time
}

// put adds devices; one with an id that is known takes the other's place.
func (f *fleet) put(devices ...Device) {
	if f.byID == nil {
		f.byID, f.queued = map[string]*managed{}, map[*managed]bool{}
	}
	for _, d := range devices {
		key := strings.ToLower(d.ID)
		m := f.byID[key]
		if m == nil {
			m = &managed{}
			f.byID[key] = m
			f.enrolled = append(f.enrolled, m)
		}
		m.Device = d.clone()
		f.look(m)
	}
}

// look finds out whether a device has something to carry out.
func (f *fleet) look(m *managed) {
	if m.reset().open() {
		f.queued[m] = true
		return
	}
	delete(f.queued, m)
}

func (f *fleet) get(id string) *managed { return f.byID[strings.ToLower(id)] }

func (f *fleet) remove(id string) bool {
	m := f.get(id)
	if m == nil {
		return false
	}
	delete(f.byID, strings.ToLower(id))
	delete(f.queued, m)
	f.enrolled = slices.DeleteFunc(f.enrolled, func(other *managed) bool { return other == m })
	return true
}

// Device returns a device as it is now.
func (s *Server) Device(id string) (Device, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	m := s.fleet.get(id)
	if m == nil {
		return Device{}, false
	}
	return m.clone(), true
}

// Devices returns the fleet, in the order of its names.
func (s *Server) Devices() []Device {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	return s.byName()
}

func (s *Server) byName() []Device {
	devices := make([]Device, 0, len(s.fleet.enrolled))
	for _, m := range s.fleet.enrolled {
		devices = append(devices, m.clone())
	}
	slices.SortStableFunc(devices, func(a, b Device) int {
		return strings.Compare(strings.ToLower(a.DeviceName), strings.ToLower(b.DeviceName))
	})
	return devices
}

// Edit changes a device, if there is one with this id. The id itself stays.
// A device that is put online checks in a while later.
func (s *Server) Edit(id string, change func(*Device)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	m := s.fleet.get(id)
	if m == nil {
		return
	}
	edited := m.clone()
	change(&edited)
	edited.ID = m.ID
	if m.Offline && !edited.Offline {
		m.onlineSince = s.now()
	}
	m.Device = edited.clone()
	s.fleet.look(m)
	s.changed()
}

// Add adds a device; one with the same id takes the other's place.
func (s *Server) Add(d Device) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fleet.put(d)
	s.changed()
}

// Remove takes a device out of the tenant.
func (s *Server) Remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fleet.remove(id) {
		s.changed()
	}
}
