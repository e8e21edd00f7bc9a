// Package policycases judges made-up requests by a policy, without asking
// anybody: one that is described on the command line, or a file of cases, each
// with what is expected of it.
//
//	file, err := policycases.Read("cases.yml", data)
//	for _, c := range file {
//		differences := c.Check(policy)
//	}
//
// It knows the names of the configuration's keys and nothing of Slack. What
// is made up is turned into an approvals.Case, and package approvals judges it.
package policycases
