// Package bot is passcodebot's Slack side: it receives commands and clicks
// over Socket Mode, turns each into one call of the rules, and tells people
// what came of it.
//
// Receiving (socket.go, line.go, dispatch.go, commands.go, clicks.go) opens one
// socket after the other and acknowledges an envelope only after its effect is
// stored. Telling (publisher.go, follower.go, lane.go) follows the event log
// three times, for the cards, for their threads and for what single people are
// told (cards.go, threads.go, direct.go), each from a cursor of its own for
// each request, so that what could not be told is told later, and once. Both
// know nothing of each other.
//
// Package command reads what people type; package view renders what they
// read. Neither talks to Slack.
package bot
