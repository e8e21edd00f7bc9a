// Package storetest is what every store must do, as tests. A backend runs
// them with the way to a fresh place for each case:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Opener {
//			address := "bolt:" + filepath.Join(t.TempDir(), "test.db")
//			return func(ctx context.Context) (store.Store, error) { return store.Open(ctx, address) }
//		})
//	}
//
// Each case says why it is there, in the words of the ports where they have
// them.
package storetest
