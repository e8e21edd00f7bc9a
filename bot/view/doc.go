// Package view renders what people read in Slack: the card of a request, the
// messages of its thread, and the sentences that one person alone sees. It
// is pure: the same request at the same instant in the same language gives the
// same blocks.
//
// Everything that people typed, and everything that Intune says, goes
// through Plain: it can't ping anybody, format anything or hide characters.
package view
