package bot

import "time"

// pass lets time pass in a test's bubble, where it costs none. Outside of one
// it must not be used.
func pass(d time.Duration) { <-time.After(d) }
