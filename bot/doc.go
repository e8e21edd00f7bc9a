// Package bot is passcodebot's Slack side: it receives commands and clicks
// over Socket Mode, turns each into one call of the rules, and tells people
// what came of it.
//
// Receiving (socket.go, line.go, link.go, dispatch.go, commands.go, clicks.go)
// opens one socket after the other and acknowledges an envelope only after its
// effect is stored; what comes from elsewhere is turned down first
// (refusals.go). Telling (publisher.go, follower.go, lane.go) follows the event
// log four times, for the cards, for their threads, for what single people are
// told, and for what is said in channels of its own (cards.go, threads.go,
// direct.go, notices.go), each from a cursor of its own for each request, so
// that what could not be told is told later, and once. Both know nothing of
// each other. Every message that is out is an event (posted.go).
//
// Examine (examine.go and its fellows) looks whether Slack is as passcodebot
// needs it, and changes nothing.
//
// Package command reads what people type; package view renders what they
// read. Neither talks to Slack.
package bot
