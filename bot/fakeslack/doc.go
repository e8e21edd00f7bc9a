// Package fakeslack is Slack, faked: its Web API over HTTP and its Socket
// Mode over a real WebSocket, on loopback, for tests and for the sandbox.
//
// It is written from Slack's published contract and imports no client of it,
// so that it can disagree with the client that the product uses. It is as
// strict as Slack: it checks tokens, scopes, arguments, Block Kit, rates,
// the lifetimes of trigger_ids and response_urls, and the time that an
// acknowledgement takes. It misbehaves on request (Fail, Disconnect,
// CutSockets, SendFrame, Deliver), and forgets everything when it is closed.
//
//	slack, err := fakeslack.Start(fakeslack.SampleWorkspace())
//	…
//	defer slack.Close()
//	client := … // with slack.URL() as Slack's address
//	seen, err := slack.Command(ctx, "U0RITA", "C0INCIDENTS", "/reset-passcode help")
//
// People act through Command, Click, Say, Shortcut, MessageShortcut, OpenHome,
// Act, Suggest, Submit and CloseView, and see through Messages, Views and
// Home; AlteredCommand and AlteredClick send payloads that Slack would not.
// Calls, Envelopes and Refused tell what the app did. Wait waits for any of
// it. Supported lists what of Slack there is.
package fakeslack
