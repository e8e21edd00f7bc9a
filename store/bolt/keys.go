package bolt

import (
	"bytes"
	"encoding/binary"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// The buckets; see the package comment.
const (
	bucketMark     = "passcodebot"
	bucketRequests = "requests"
	bucketOpen     = "open"
	bucketWake     = "wake"
	bucketKeys     = "keys"
	bucketEvents   = "events"
	bucketHistory  = "history"
	bucketKeyed    = "keyed"
	bucketFinished = "finished"
	bucketTraces   = "traces"
	bucketTraced   = "traced"

	bucketPreferences = "preferences"
)

// buckets lists those that every file of a layout has.
func buckets(version string) []string {
	all := []string{bucketMark, bucketRequests, bucketOpen, bucketWake, bucketKeys, bucketEvents, bucketHistory}
	if version != firstLayout {
		all = append(all, bucketKeyed, bucketFinished)
	}
	if version != firstLayout && version != secondLayout {
		all = append(all, bucketTraces, bucketTraced)
	}
	if version == layout {
		all = append(all, bucketPreferences)
	}
	return all
}

func bucketCursors(c approvals.Consumer) string { return "cursors/" + string(c) }
func bucketBehind(c approvals.Consumer) string  { return "behind/" + string(c) }

// in returns a bucket that Open has found to be there.
func in(tx *bbolt.Tx, name string) *bbolt.Bucket { return tx.Bucket([]byte(name)) }

// has says whether a key is there. Get can't: a value of no bytes that was
// put in the same transaction is nil.
func has(b *bbolt.Bucket, key []byte) bool {
	found, _ := b.Cursor().Seek(key)
	return bytes.Equal(found, key)
}

// number returns a number as a key.
func number[N ~uint64](n N) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// pair returns a key of two numbers.
func pair[A, B ~uint64](a A, b B) []byte { return binary.BigEndian.AppendUint64(number(a), uint64(b)) }

// first and second read the numbers of a key.
func first(key []byte) uint64  { return binary.BigEndian.Uint64(key) }
func second(key []byte) uint64 { return binary.BigEndian.Uint64(key[8:]) }

// wakeNumber returns an instant as it stands in keys; zero for the zero time,
// which is never. The sign bit is turned over so that what lies before 1970
// sorts first.
func wakeNumber(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixMicro()) ^ 1<<63
}
