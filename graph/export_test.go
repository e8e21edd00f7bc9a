package graph

import (
	"context"
	"time"
)

// SetWait replaces the waits between repetitions.
func (c *Client) SetWait(wait func(context.Context, time.Duration) error) { c.wait = wait }

// SetBounds replaces how much of a tenant is looked through.
func (c *Client) SetBounds(devices, pages int) { c.bounds = bounds{devices, pages} }

// SetNow replaces the clock.
func (c *Client) SetNow(now func() time.Time) { c.now, c.tokens.now = now, now }
