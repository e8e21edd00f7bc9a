package command

import "passcodebot/approvals"

// Verb is what somebody wants.
type Verb string

// The verbs.
const (
	Ask    Verb = "ask" // no word: devices and a reason
	DryRun Verb = "dry-run"
	List   Verb = "list"
	Show   Verb = "show"
	Cancel Verb = "cancel"
	Help   Verb = "help"
)

// DefaultMaxReason is how many characters a reason may have where Options
// does not say.
const DefaultMaxReason = 1000

// Bounds of one command.
const (
	maxSelectors = 200
	maxValue     = 1000 // characters behind one key of devices
)

// Options are the limits that the configuration sets.
type Options struct {
	// MaxReason is in runes, and holds for each text of the Statement but the
	// ticket too. Zero means DefaultMaxReason.
	MaxReason int
}

// Command is what somebody typed.
type Command struct {
	Verb         Verb
	Selectors    []approvals.Selector // each once, in the order in which they were typed
	Reason       string               // on one line, as people read it
	Statement    approvals.Statement  // what else is said, each on one line
	AllOrNothing bool
	Request      approvals.ID // for Show and Cancel
	// Pings are the people whom the reason and the Statement name, as people
	// read them (@alice). Nobody is notified by them.
	Pings []string
}

// Parse reads the text behind the command. Nothing at all asks for help. The
// error is an *approvals.Error of kind Invalid about the first mistake, with
// a code of Refusals.
func Parse(text string, o Options) (Command, error) {
	if o.MaxReason <= 0 {
		o.MaxReason = DefaultMaxReason
	}
	p := &parser{cells: read(text), max: o.MaxReason, seen: map[approvals.Selector]bool{}}
	if err := p.command(); err != nil {
		return Command{}, err
	}
	return p.out, nil
}
