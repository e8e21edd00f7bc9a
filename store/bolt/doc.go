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
//	                   "cut" -> how far the log was purged (cut.go)
//	requests           id -> version, wake instant or zero, the request as JSON (record.go)
//	open               id -> nothing; the requests that have not ended
//	wake               wake instant, id -> nothing; the requests that need the clock
//	keys               key of a change -> id, or zero where the change had no request
//	keyed              id as in keys, the last seq then, key of a change -> nothing; whose the keys are
//	finished           last seq of a request, id -> nothing; those that ended and need the clock no more
//	traces             kind, 0, subject, 0, instant, request, device -> nothing; what happened with a subject
//	traced             request, key in traces -> nothing; whose the traces are
//	preferences        person -> what they want to be told directly, as JSON (preferences.go)
//	events             seq -> SHA-256 of the chain up to here, the event as JSON (event.go)
//	history            id, seq -> nothing; the events of each request; under zero those without one that Notices tells of
//	cursors/CONSUMER   id -> format, seq of the cursor, first seq after it or zero, note
//	behind/CONSUMER    first seq after the cursor, id -> nothing; the requests with something to tell
//
// The index buckets make Open, Claim, Behind, Keyed, History and Purge cost
// what they return, however many requests are stored. They change in the
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
// Purge cuts the chain at the front. The hash of the last event that went is
// kept twice: beside the version, for Verify to begin with, and in the event
// LogCut, which is a link of the chain that stays. Who shortens the log by
// hand has to alter both, and the chain shows the second. A request that is
// missing while it has events must be named by a LogCut too.
//
// # Damage
//
// Open recognises a file that is cut off, whose two meta pages or list of free
// pages are damaged, and damage in the upper pages of each bucket and in the
// ones that were written last. It looks at every page of a file of a few
// megabytes, and at no more pages of a larger one, so that it takes about a
// millisecond for a million requests as well. A damaged page further down is
// met when it is read: bbolt sees that it is not the page that it should be,
// or what is on it makes no sense, and that is an error of whoever reads it.
// Events show any change in Verify. Nothing is ever repaired.
//
// # Privacy
//
// The file and every draft of one are readable and writable by their owner
// alone, from the first moment and under any umask. Open takes a file with
// other rights as it is: who runs the machine may have given them on purpose,
// and Compact keeps them. Inspect says who else may read and write it.
//
// # Commits
//
// One goroutine writes. What comes while it commits is committed together
// next: many at once share the two fsyncs of a commit, and one alone waits
// for nobody. A purge takes its turn like any other change, and little at a
// time; it is the last in its commit, since bbolt's cursors are not to be
// trusted beside pages that were just emptied.
//
// Pages that are freed are used again, and the file keeps its size; Compact
// makes it smaller. bbolt writes the list of free pages with each commit, so
// that a file from which most was purged at once is worth compacting.
package bolt
