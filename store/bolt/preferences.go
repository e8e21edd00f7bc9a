package bolt

import (
	"context"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// preferencesFormat is the version of preferencesRecord.
const preferencesFormat = 1

// preferencesRecord is the stored form of what somebody wants to be told
// directly. Whoever wants the usual has none.
type preferencesRecord struct {
	Format     int  `json:"v"`
	NoRequests bool `json:"no_requests,omitempty"`
	NoNamed    bool `json:"no_named,omitempty"`
}

// Preferences returns what somebody wants to be told directly; the zero
// Preferences where they have never said.
func (s *Store) Preferences(ctx context.Context, person string) (approvals.Preferences, error) {
	var p approvals.Preferences
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		if data := in(tx, bucketPreferences).Get([]byte(person)); data != nil {
			p, err = decodePreferences(person, data)
		}
		return err
	})
	return p, err
}

func decodePreferences(person string, data []byte) (approvals.Preferences, error) {
	var rec preferencesRecord
	err := json.Unmarshal(data, &rec)
	if err := understood("What "+person+" wants to be told", data, rec.Format, preferencesFormat, err); err != nil {
		return approvals.Preferences{}, err
	}
	return approvals.Preferences{NoRequests: rec.NoRequests, NoNamed: rec.NoNamed}, nil
}

// preferencesFit returns why preferences can't be stored, or nil.
func preferencesFit(all map[string]approvals.Preferences) error {
	for person := range all {
		if person == "" || len(person) > MaxSubject {
			return failure(approvals.Invalid, "store-person",
				fmt.Sprintf("Whoever has preferences needs an id, which has %d bytes at the most.", MaxSubject), "", nil)
		}
	}
	return nil
}

func putPreferences(tx *bbolt.Tx, all map[string]approvals.Preferences) error {
	for person, p := range all {
		if p == (approvals.Preferences{}) {
			if err := in(tx, bucketPreferences).Delete([]byte(person)); err != nil {
				return err
			}
			continue
		}
		body, err := json.Marshal(preferencesRecord{Format: preferencesFormat, NoRequests: p.NoRequests, NoNamed: p.NoNamed})
		if err != nil {
			return err
		}
		if err := in(tx, bucketPreferences).Put([]byte(person), body); err != nil {
			return err
		}
	}
	return nil
}
