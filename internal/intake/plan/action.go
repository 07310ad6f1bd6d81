package plan

// Action is a job's action on the numbers of its rows.
type Action string

// The actions.
const (
	Offer    Action = "offer"
	Withdraw Action = "withdraw" // no longer offered; rentals go on, holds are bought or lapse
	Reprice  Action = "reprice"  // offered under another package
	Withhold Action = "withhold" // taken off sale one by one
	Return   Action = "return"   // offered again after that
	Adopt    Action = "adopt"    // a rental that exists elsewhere is taken over
)

// TouchesDIDs reports whether the action changes single numbers, not ranges.
func (a Action) TouchesDIDs() bool { return a == Withhold || a == Return || a == Adopt }

// NeedsPackage reports whether each row has to name a package.
func (a Action) NeedsPackage() bool { return a == Offer || a == Reprice || a == Adopt }

// Counts are the outcomes of a job's rows, so far or in the end; for a dry run, the
// outcomes of applying it.
type Counts struct {
	Read, Applied, Unchanged, Rejected uint64 // rows
	DIDs                               uint64 // numbers newly offered
	Withdrawn                          uint64 // numbers no longer offered
	Repriced                           uint64 // numbers offered under another package than before
	Updated                            uint64 // numbers offered with another package, area, type or features than before
	Touched                            uint64 // numbers withheld, returned or adopted
	RangesAdded, RangesRemoved         uint64
}
