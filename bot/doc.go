// Package bot is passcodebot's Slack side: it receives what people do over
// Socket Mode, turns each act into one call of the rules, and tells people
// what came of it.
//
// Receiving (socket.go, line.go, link.go, dispatch.go) opens one socket after
// the other and acknowledges an envelope only after its effect is stored.
// routing.go leads each act to who does it, once what comes from elsewhere is
// turned down (refusals.go): commands (commands.go), clicks on requests
// (clicks.go, deciding.go), the form that asks for a reset (asking*.go),
// mentions (mentions.go), and App Home (home.go), which is kept fresh for the
// people who look at it (homes*.go, health.go).
//
// Telling (publisher.go, follower.go, lane.go) follows the event log five
// times: for the cards, for their threads and the files in them, for what the
// requester alone is told where they asked, for direct messages, and for what
// is said in channels of its own (cards.go, threads.go, files.go, direct.go,
// personal.go, notices.go), each from a cursor of its own for each request, so
// that what could not be told is told later, and once. Receiving and telling
// know nothing of each other. Every message that is out is an event
// (posted.go).
//
// What single people read is in their own language (locales.go).
//
// Examine (examine.go and its fellows) looks whether Slack is as passcodebot
// needs it, and changes nothing.
//
// Package command reads what people type; package view renders what they
// read, in the words of package words. None of them talks to Slack.
package bot
