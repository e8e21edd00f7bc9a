package pictures_test

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write testdata, docs/messages.md and docs/pictures again")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
