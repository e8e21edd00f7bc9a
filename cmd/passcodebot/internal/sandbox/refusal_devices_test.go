package sandbox_test

import (
	"passcodebot/approvals"
	"passcodebot/graph/fakeintune"
)

// changing are devices that are not what was approved when their turn comes.
func changing() scenes {
	becomes := func(name, code, serial, says string, change func(*stage, fakeintune.Device)) row {
		return row{name: name, code: code, says: says, log: approvals.ResetSkipped, do: func(s *stage) {
			card := s.asks(rita, "serial:"+serial)
			for _, d := range s.world.Intune.Devices() {
				if d.SerialNumber == serial {
					change(s, d)
				}
			}
			s.clicks(ben, card, "approve")
		}}
	}
	edit := func(change func(*fakeintune.Device)) func(*stage, fakeintune.Device) {
		return func(s *stage, d fakeintune.Device) { s.world.Intune.Edit(d.ID, change) }
	}
	return scenes{"devices": {rows: []row{
		becomes("a device that changed hands", "changed-hands", "3A161FDJH004XK", "it has another user since it was checked",
			edit(func(d *fakeintune.Device) {
				d.UserID, d.UserPrincipalName = "e0000001-0000-4000-8000-000000000000", "mallory@contoso.com"
			})),
		becomes("a device that changed its platform", "changed-not-android", "31091JEHN01234", "it has changed since it was checked: it runs iOS, and this bot resets Android passcodes only",
			edit(func(d *fakeintune.Device) { d.OperatingSystem, d.DeviceType = "iOS", "iPhone" })),
		becomes("a device that was enrolled anew", "changed-enrolment", "R5CT90WAREH", "it has been enrolled in another way since it was checked: fully managed",
			edit(func(d *fakeintune.Device) { d.DeviceEnrollmentType = "androidEnterpriseFullyManaged" })),
		becomes("a device that changed its ownership", "changed-ownership", "NKX30FARID01", "its ownership has changed since it was checked: personal",
			edit(func(d *fakeintune.Device) { d.ManagedDeviceOwnerType = "personal" })),
		becomes("a device that is being retired", "changed-not-managed", "R9WT20LOBBY1", "it has changed since it was checked: it is being retired",
			edit(func(d *fakeintune.Device) { d.ManagementState = "retirePending" })),
		becomes("a device that left Intune", "ResourceNotFound", "4C051JEHNDMIT8", "it has left Intune since it was checked",
			func(s *stage, d fakeintune.Device) { s.world.Intune.Remove(d.ID) }),
	}}}
}
