// Package routing has the entries of numbers for carriers' switches: where calls to
// each number go, and which entries changed. It knows neither the table nor HTTP,
// and no switch.
package routing

import (
	"fmt"
	"time"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// Status is a number's state as a switch has to know it. A rented number's is
// its state on the wire.
type Status string

// The statuses besides those of rented numbers.
const (
	NotRented Status = "not_rented"
	PortedOut Status = "ported_out"
)

// Statuses are all of them.
var Statuses = []Status{"active", "past_due", "suspended", "pending_release", PortedOut, NotRented}

// Entry is one number as a switch has to know it.
type Entry struct {
	Number   e164.Number
	Status   Status
	Route    destination.Route // of a rented number
	Customer string            // of a rented number
	// Version orders the entries of a number, as a text: a greater one is newer.
	// It is "" for a number that is not rented and has no rental to remember.
	Version string
	At      time.Time // of the write that led to it
}

// EntryOf returns the entry of a number's item, the zero DID for none.
func EntryOf(d did.DID) Entry {
	e := Entry{Number: d.Number, Status: statusOf(d.State), Version: versionOf(d), At: d.MovedAt}
	if e.Status != NotRented && e.Status != PortedOut {
		e.Route, e.Customer = d.Route, d.Customer
	}
	return e
}

func statusOf(s did.State) Status {
	switch s {
	case did.Assigned, did.PastDue, did.Suspended, did.PendingRelease:
		return Status(s.Word())
	case did.PortedOut:
		return PortedOut
	}
	return NotRented
}

// versionOf begins with the moment at which the rental began, because an item's
// versions are counted anew when the number was free in between.
func versionOf(d did.DID) string {
	if d.RentalID == "" {
		return ""
	}
	return fmt.Sprintf("%s.%010d", d.AssignedAt.UTC().Format("20060102T150405.000"), d.Ver)
}

// Changed returns the entry that a switch needs after a step from one item of a
// number to the next. ok is false if the step does not matter to a switch, such as
// a renewal or a new label. A hold has no version, so neither it nor the end of a
// quarantine is an entry.
func Changed(before, after did.DID) (e Entry, ok bool) {
	was := EntryOf(before)
	if e = EntryOf(after); after.State == did.None && was.Status != NotRented {
		removed := before
		removed.State, removed.Ver = did.None, before.Ver+1
		e = EntryOf(removed)
	}
	same := was.Status == e.Status && was.Customer == e.Customer && was.Route.Equal(e.Route)
	return e, !same && e.Version != ""
}
