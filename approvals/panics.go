package approvals

import (
	"fmt"
	"runtime/debug"
)

// panicError is a panic that was caught.
type panicError struct {
	value any
	stack []byte
}

// Error returns the panic with its stack, for the log.
func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// caught returns what do returns. A panic in it becomes an error with the
// stack, so that one device or request that breaks something leaves the
// others, and the process, alone. A goroutine needs its own.
func caught(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p, debug.Stack()}
		}
	}()
	return do()
}
