//go:build race

package main

// race says how the tests were built. What they build is built the same way:
// the Graph SDK is compiled once for each.
const race = true
