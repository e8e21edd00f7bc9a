package bolt

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// cut is how far the beginning of the log was purged. The file has a record
// of it, where the chain begins, and the chain has an event of it, the last
// LogCut. Each alone can be altered; both agree only where nobody did.
type cut struct {
	through  approvals.Seq // the last event that is gone
	hash     link          // its hash
	requests int           // how many requests went with the last purge
	event    approvals.Seq // the LogCut of the last purge; zero where there was none
}

// keyCut is where the record of the cut is, beside the version.
const keyCut = "cut"

// cutSize is the size of the record: three numbers and the hash.
const cutSize = 3*8 + sha256.Size

func (c cut) encode() []byte {
	return append(append(pair(c.through, c.event), number(uint64(c.requests))...), c.hash[:]...)
}

func readCut(tx *bbolt.Tx) (cut, error) {
	data := in(tx, bucketMark).Get([]byte(keyCut))
	switch {
	case data == nil:
		return cut{}, nil
	case len(data) != cutSize:
		return cut{}, damaged("The record of what was purged from the log is damaged in the database.", nil)
	}
	return cut{
		through: approvals.Seq(first(data)), event: approvals.Seq(second(data)),
		requests: int(first(data[16:])), hash: link(data[24:]),
	}, nil
}

// data is what the LogCut says. Requests that went while events of theirs had
// to stay are named: nothing else in the chain tells that they are missing
// by right.
func (c cut) data(staying []approvals.ID) map[string]string {
	data := map[string]string{
		"through":  strconv.FormatUint(uint64(c.through), 10),
		"hash":     hex.EncodeToString(c.hash[:]),
		"requests": strconv.Itoa(c.requests),
	}
	if len(staying) > 0 {
		names := make([]string, len(staying))
		for i, id := range staying {
			names[i] = id.String()
		}
		data["purged"] = strings.Join(names, " ")
	}
	return data
}

// saidBy says whether a LogCut is the one that belongs to the record.
func (c cut) saidBy(e approvals.Event) bool {
	want := c.data(nil)
	return e.Seq == c.event && e.Data["through"] == want["through"] && e.Data["hash"] == want["hash"] && e.Data["requests"] == want["requests"]
}

// purgedBy returns the requests that a LogCut names.
func purgedBy(e approvals.Event) []approvals.ID {
	var ids []approvals.ID
	for name := range strings.FieldsSeq(e.Data["purged"]) {
		if id, err := approvals.ParseID(name); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
