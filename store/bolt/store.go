package bolt

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"passcodebot/approvals"
)

// Limits of what is stored.
const (
	MaxKey     = 512      // bytes of a Change's Key
	MaxNote    = 64 << 10 // bytes of a Cursor's Note
	MaxSubject = 256      // bytes of a Subject's ID
)

// Store is an open database file. Any number of goroutines may use it.
type Store struct {
	db     *bbolt.DB
	file   *os.File // what db reads and writes
	page   int64    // the size of its pages
	writes chan *write
	torn   bool        // the newest commit could not be read when the file was opened
	doubt  atomic.Bool // a commit was written, and the disk did not say that it is safe

	closing chan struct{} // no more changes are taken
	ended   chan struct{} // the goroutine that writes has returned
	end     sync.Once
	closed  error

	// Leases live in memory: a file has one process, and with the process
	// ends the work that they are for, so that the next one can go on at
	// once instead of waiting for them to run out.
	leasing sync.Mutex
	leases  map[approvals.ID]lease

	tidy  func() error // what is left to do once it is closed
	fault func() error // what befalls a commit after it was written; nil but in tests
}

var (
	_ approvals.Store = (*Store)(nil)
	_ approvals.Queue = (*Store)(nil)
)

// Open opens the database file at path, and makes it where there is none.
// All errors are *approvals.Error with what to do: Conflict where another
// process uses the file, which takes a second; NotFound for a folder that is
// missing; Forbidden; Invalid for a file that is no database, another
// program's, of a newer version, damaged or cut off. Such a file is never
// changed.
func Open(ctx context.Context, path string) (*Store, error) { return open(ctx, path, os.OpenFile) }

func open(ctx context.Context, path string, with opener) (*Store, error) {
	s, err := opened(ctx, path, false, with)
	if err != nil {
		return nil, err
	}
	err = s.upgrade()
	if err == nil {
		err = s.addConsumers()
	}
	if err != nil {
		_ = s.db.Close()
		return nil, unopened(path, err)
	}
	go s.run()
	return s, nil
}

// opened returns what is in the file at path, before anything writes.
func opened(ctx context.Context, path string, readOnly bool, with opener) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, failed(err)
	}
	db, f, err := openFile(ctx, path, readOnly, with)
	if err != nil {
		return nil, err
	}
	first, second := metas(f)
	return &Store{
		torn: !first.valid() || !second.valid(),
		db:   db, file: f, page: int64(db.Info().PageSize), writes: make(chan *write), closing: make(chan struct{}), ended: make(chan struct{}),
		leases: map[approvals.ID]lease{}, tidy: func() error { return nil },
	}, nil
}

// Close ends the store once what is being committed is.
func (s *Store) Close() error {
	s.end.Do(func() {
		close(s.closing)
		<-s.ended
		s.closed = failed(errors.Join(s.db.Close(), s.tidy()))
	})
	return s.closed
}

// view reads what is stored, in one moment.
func (s *Store) view(ctx context.Context, read func(*bbolt.Tx) error) error {
	err := ctx.Err()
	if err == nil && s.doubt.Load() {
		err = s.settle()
	}
	if err == nil {
		err = s.within(false, read)
	}
	return failed(err)
}

// update commits what change does. It returns errNothing and commits nothing
// where change does. An error of kind UnknownOutcome says that the change
// may be stored; after any other it is not.
func (s *Store) update(change func(*bbolt.Tx) error) error {
	if s.doubt.Load() {
		if err := s.settle(); err != nil {
			return err
		}
	}
	applied, number := false, 0
	err := s.within(true, func(tx *bbolt.Tx) error {
		number = tx.ID()
		err := change(tx)
		applied = err == nil
		return err
	})
	if err == nil || !applied {
		return err
	}
	// The last step of a commit can fail after it was written: bbolt then
	// goes on from it, though the disk may not have it.
	if now, looked := s.number(); looked == nil && now < number {
		return err
	}
	s.doubt.Store(true)
	if s.settle() == nil {
		return nil
	}
	return doubtful(err)
}

// number returns the number of the commit that bbolt goes on from.
func (s *Store) number() (n int, err error) {
	err = s.within(false, func(tx *bbolt.Tx) error {
		n = tx.ID()
		return nil
	})
	return n, err
}

// settle ends the doubt whether a commit is safe: an empty commit after it
// makes it so.
func (s *Store) settle() error {
	err := s.within(true, func(*bbolt.Tx) error { return nil })
	if err == nil {
		s.doubt.Store(false)
	}
	return err
}

// within runs do in a transaction of its own and commits it where it may
// write. bbolt's own View and Update would keep their locks for ever where
// the disk can't be read while they begin or roll back.
func (s *Store) within(writes bool, do func(*bbolt.Tx) error) error {
	var tx *bbolt.Tx
	err := guarded(func() error {
		if err := s.readable(); err != nil {
			return err
		}
		var err error
		if tx, err = s.db.Begin(writes); err != nil {
			return err
		}
		if err := do(tx); err != nil || !writes {
			return err
		}
		return tx.Commit()
	})
	if tx != nil && tx.DB() != nil { // neither committed nor rolled back
		err = errors.Join(err, guarded(tx.Rollback))
	}
	if err == nil && writes && s.fault != nil {
		err = s.fault()
	}
	return err
}

// readable says why the pages that every transaction begins with can't be
// read, or nil.
func (s *Store) readable() error {
	if s.file == nil {
		return nil
	}
	var b [metaSize]byte
	for _, at := range []int64{0, s.page} {
		// One that is closed is the database's own affair.
		if _, err := s.file.ReadAt(b[:], at); err != nil && !errors.Is(err, os.ErrClosed) {
			return err
		}
	}
	return nil
}

// errClosed is the error of every call after Close.
func errClosed() error { return failed(berrors.ErrDatabaseNotOpen) }
