package bolt

import "context"

// OpenWith is Open with something in place of os.OpenFile.
func OpenWith(ctx context.Context, path string, with opener) (*Store, error) {
	return open(ctx, path, with)
}
