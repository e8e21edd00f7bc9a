// Package fakeintune is Microsoft Entra's token endpoint and Intune's part of
// Graph beta, faked over HTTPS on loopback, for tests and for the sandbox.
//
//	fake, err := fakeintune.Start(fakeintune.Config{Devices: fakeintune.SampleFleet(time.Now())})
//	defer fake.Close()
//	client := fake.Client() // trusts the certificate authority that Start made
//	get(client, fake.URL()+"/beta/deviceManagement/managedDevices")
//
// It is written from what Microsoft publishes, and it is meant to disagree with
// a client that guesses: it refuses what the real services refuse, answers
// some filters with the whole tenant as Intune does, throttles by Intune's
// numbers and misbehaves on request (Fail). It keeps everything in memory and
// listens on 127.0.0.1 only; its tokens are worth nothing anywhere else.
//
// It must not know who uses it: neither passcodebot's packages nor the Graph
// SDK nor testing are imported here, so that a mistake in the client cannot
// be repeated on this side.
package fakeintune
