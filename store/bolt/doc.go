// Package bolt keeps requests and the event log in one bbolt file, for one
// process. Open opens it; storetest says how it behaves.
//
// # Buckets and keys
//
// Every number in a key is a big-endian uint64, so that bbolt's order of
// bytes is the order of numbers. An instant in a key is its microseconds
// since 1970 with the sign bit turned over.
//
//	passcodebot        "version" -> the version of this layout, in digits; it marks the file as ours
//	requests           id -> version, wake instant or zero, the request as JSON (record.go)
//	open               id -> nothing; the requests that have not ended
//	wake               wake instant, id -> nothing; the requests that need the clock
//	keys               key of a change -> id, or zero where the change had no request
//	events             seq -> SHA-256 of the chain up to here, the event as JSON (event.go)
//	history            id, seq -> nothing; the events of each request
//	cursors/CONSUMER   id -> format, seq of the cursor, first seq after it or zero, note
//	behind/CONSUMER    first seq after the cursor, id -> nothing; the requests with something to tell
//
// The index buckets make Open, Claim, Behind, Keyed and History cost what
// they return, however many requests are stored. They change in the
// transaction of what they point to, so that they are never behind it.
//
// Requests and events are JSON with a version of their own ("v"). A record of
// a newer version is an error, never half understood. Text that is not valid
// UTF-8 is stored with U+FFFD in place of the bytes that are not; keys and
// notes are any bytes.
//
// # The chain
//
// The hash of an event is SHA-256 over the hash of the event before it (32
// zero bytes before the first) and the event's own stored bytes, which hold
// its seq. Verify calculates it anew.
//
// # Commits
//
// One goroutine writes. What comes while it commits is committed together
// next: many at once share the two fsyncs of a commit, and one alone waits
// for nobody.
package bolt
