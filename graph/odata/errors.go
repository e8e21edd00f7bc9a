package odata

import "fmt"

// Error is why an expression is not accepted.
type Error struct {
	// Position is where, counted in characters from 1.
	Position int
	// Word is what stands there; empty at the end of the expression.
	Word string
	// Reason says what is wrong with it.
	Reason string
	// Example is an expression that is right, as near to what was meant as
	// can be told.
	Example string
}

// Error returns the place and the reason.
func (e *Error) Error() string {
	if e.Word == "" {
		return fmt.Sprintf("at its end (character %d): %s", e.Position, e.Reason)
	}
	return fmt.Sprintf("at “%s” (character %d): %s", e.Word, e.Position, e.Reason)
}
