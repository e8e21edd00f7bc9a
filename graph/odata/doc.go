// Package odata understands the part of OData's $filter language that can be
// both handed to Intune and checked here, on the devices that come back:
//
//	e, err := odata.Parse("operatingSystem eq 'Android' and not contains(deviceName,'kiosk')", schema)
//	e.Properties() // deviceName, operatingSystem
//	e.Matches(func(property string) any { … })
//
// Intune may ignore a filter without a word and answer with every device of
// the tenant, so an expression that can't be evaluated here is refused, with
// the place, the reason and a corrected example (Error). What Parse accepts it
// can evaluate; nothing is guessed.
//
// The language: eq ne gt ge lt le in, and or not, parentheses, contains,
// startswith, endswith, tolower, toupper, trim, null, texts in single quotes,
// whole numbers, true, false, and instants such as 2026-01-31T00:00:00Z. Each
// comparison is between one property and a value. Texts are compared without
// regard to case, as Intune does.
//
// The package does not know Graph: a Schema names the properties. Its examples
// take it for granted that deviceName, operatingSystem and complianceState are
// among them.
package odata
