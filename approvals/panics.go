package approvals

import (
	"fmt"
	"runtime/debug"
)

// caught returns what do returns. A panic in it becomes an error with the
// stack, so that one device or request that breaks something leaves the
// others, and the process, alone. A goroutine needs its own.
func caught(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}
