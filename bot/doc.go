// Package bot is passcodebot's Slack side: it receives commands and clicks
// over Socket Mode, turns each into one call of the rules, and tells people
// what came of it.
//
// Receiving (socket.go, dispatch.go, commands.go, clicks.go) acknowledges an
// envelope only after its effect is stored. Telling (publisher.go, lane.go)
// follows the event log from a cursor for each request, so that what could
// not be posted is posted later, and once. Both know nothing of each other.
//
// Package command reads what people type; package view renders what they
// read. Neither talks to Slack.
package bot
