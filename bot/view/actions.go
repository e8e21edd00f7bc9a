package view

// The actions of buttons. Those on requests carry the request's number as
// their value and nothing else.
const (
	ActionApprove = "approve"
	ActionDeny    = "deny"
	ActionCancel  = "cancel"
	ActionDetails = "details"
	ActionAgain   = "again" // asks for the failed devices of a request once more
	// ActionReview signs a review.
	ActionReview = "review"
	// ActionOwn and ActionNotOwn answer whether the person has set a passcode
	// of their own.
	ActionOwn    = "own_passcode"
	ActionNotOwn = "no_own_passcode"
	// ActionLink is a button that only opens an address.
	ActionLink = "link"

	// FormPrefix begins the actions of the form that asks for a reset, and
	// HomePrefix those of App Home that are not on a request.
	FormPrefix = "form_"
	HomePrefix = "home_"
)

// The callback ids of modals.
const (
	CallbackForm    = "form"
	CallbackDeny    = "deny"
	CallbackDetails = "details"
)
