package graph

import "time"

// Limits are how many calls Intune takes within a while. Zeros mean what
// Microsoft publishes for managed devices.
// Microsoft Learn: Microsoft Graph service-specific throttling limits, Intune devices service.
type Limits struct {
	Writes, Calls             int           // of one app: 200 writes, 2,000 calls of any kind
	TenantWrites, TenantCalls int           // of all apps of the tenant together: 400 and 4,000
	Window                    time.Duration // 20 s
}

func (l Limits) withDefaults() Limits {
	for _, d := range []struct {
		value     *int
		published int
	}{{&l.Writes, 200}, {&l.Calls, 2000}, {&l.TenantWrites, 400}, {&l.TenantCalls, 4000}} {
		if *d.value <= 0 {
			*d.value = d.published
		}
	}
	if l.Window <= 0 {
		l.Window = 20 * time.Second
	}
	return l
}
