package graph

import "runtime"

const (
	// quiet is how many yields in a row must bring nothing new, and
	// maxYields how many there are at most.
	quiet     = 3
	maxYields = 200
)

// gather lets those run who are ready to, for as long as more and more are
// waiting, so that what belongs together is known together. Where nobody else
// is ready it takes no time.
func gather(waiting func() int) {
	for yields, still, n := 0, 0, waiting(); still < quiet && yields < maxYields; yields++ {
		runtime.Gosched()
		if now := waiting(); now != n {
			n, still = now, 0
		} else {
			still++
		}
	}
}
