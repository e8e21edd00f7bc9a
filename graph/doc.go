// Package graph is Microsoft Graph beta, as far as a passcode reset needs it:
// it finds, reads and resets Intune's managed devices (approvals.Devices).
//
//	c, err := graph.New(graph.Config{Cloud: graph.Global, Credentials: …})
//	err = c.SignIn(ctx) // says which secret or permission is wrong
//	x := c.Examine(ctx) // says all that is wrong, and changes nothing
//	found, err := c.Find(ctx, approvals.Selector{Kind: approvals.ByUser, Value: "alice@contoso.com"}, 100)
//	receipt, err := c.Reset(ctx, found.Devices[0].ID)
//
// What it holds on to:
//
//   - A reset is sent once. Only after a 429, by which Intune says that it has
//     not taken it, is it sent again; after a 5xx, a timeout or a cut
//     connection it may have happened, and the error is an UnknownOutcome.
//   - No more is sent than Intune's limits let through, and requests
//     (approvals.Behalf) take turns, so that none waits behind a larger one.
//   - An answer to a filter is not trusted: each device in it is checked here.
//   - The temporary passcode that Intune keeps beside a reset is never asked
//     of its answer: what reads the answer does not know its name.
//   - An answer is given up where it is longer than any of Graph's.
//   - Errors are *approvals.Error and hold no tokens and no secrets, also where
//     a service repeats them. A certificate or a secret that is exchanged on
//     disk counts without a restart.
//
// It is the only home of the Graph SDK, of which it uses the request builders
// of devicemanagement on an adapter of its own. Importing the SDK's root
// package would compile all of Graph.
package graph
