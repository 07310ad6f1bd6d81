package did

import (
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/e164"
)

// ErrMinimumTerm says that a rental can't end yet.
var ErrMinimumTerm = errors.New("did: the minimum term is not over")

// MinimumTerm is ErrMinimumTerm with the first moment at which the rental can
// end.
type MinimumTerm struct{ First time.Time }

func (e *MinimumTerm) Error() string {
	return fmt.Sprintf("%v: it can end on %s at the earliest", ErrMinimumTerm, e.First.Format(time.DateOnly))
}

// Unwrap makes errors.Is find ErrMinimumTerm.
func (e *MinimumTerm) Unwrap() error { return ErrMinimumTerm }

// Assign makes a hold a rental whose period 0 begins now, at the terms of the
// hold and in the carrier's time zone, which the rental keeps. Errors wrap ErrIllegalMove when the
// hold is over or not a hold.
func Assign(held DID, rentalID string, now time.Time, loc *time.Location) (Move, error) {
	to := held
	to.State, to.Ver, to.Until = Assigned, 0, time.Time{}
	to.rent(rentalID, now, loc)
	return legal(Move{Event: Checkout, At: now, HoldID: held.HoldID, To: to}, held)
}

// TakeBack makes a DID in quarantine a rental of its last customer again, as
// the carrier offers it now. Errors wrap ErrIllegalMove.
func TakeBack(d DID, customer string, offer Offer, rentalID string, now time.Time, loc *time.Location) (Move, error) {
	to := d
	to.State, to.Customer, to.Offer = Assigned, customer, offer
	to.rent(rentalID, now, loc)
	return legal(Move{Event: Reclaim, At: now, From: d.State, To: to}, d)
}

// AllocateTo rents a number that nobody has to a customer, as the carrier offers
// it now; item is the number's, the zero DID for none. Errors wrap
// ErrIllegalMove.
func AllocateTo(carrier, customer string, n e164.Number, item DID, offer Offer, rentalID string, now time.Time, loc *time.Location) (Move, error) {
	to := DID{Carrier: carrier, Number: n, State: Assigned, Customer: customer, Offer: offer}
	to.rent(rentalID, now, loc)
	return legal(Move{Event: Allocate, At: now, To: to}, item)
}

// TakeOver makes a rental that exists elsewhere ours: paid until a moment, from
// which on its periods are counted. What is before is period -1, which nobody
// charges. zone is the carrier's time zone, which the rental keeps. now is when it
// becomes ours.
func TakeOver(carrier, customer string, n e164.Number, offer Offer, rentalID string, paidUntil time.Time, zone string, now time.Time) Move {
	return Move{Event: Adopt, At: now, To: DID{
		Carrier: carrier, Number: n, State: Assigned, RentalID: rentalID, Customer: customer, Offer: offer,
		Rental: Rental{
			Anchor: paidUntil, Period: -1, PeriodStart: earlier(now, paidUntil), PeriodEnd: paidUntil, NextAt: paidUntil,
			Zone: zone, AssignedAt: now,
		},
	}}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// rent begins a rental.
func (d *DID) rent(rentalID string, now time.Time, loc *time.Location) {
	d.RentalID = rentalID
	start, end := d.Terms.Period(now, 0, loc)
	d.Rental = Rental{
		Anchor: start, PeriodStart: start, PeriodEnd: end, NextAt: end, Zone: loc.String(), AssignedAt: now,
		Destination: d.Destination, Label: d.Label, Tags: d.Tags,
	}
}

// Paid makes period the paid one: the rental is active until it ends. While
// that is over already, more is owed. An older rental keeps its time zone from
// then on. Errors wrap ErrIllegalMove.
func (d DID) Paid(period int, now time.Time, older *time.Location) (Move, error) {
	to := d
	to.State, to.Period, to.SuspendedAt, to.Attempts = Assigned, period, time.Time{}, 0
	to.PeriodStart, to.PeriodEnd = d.Span(period, older)
	to.Zone = d.Location(older).String()
	to.NextAt = to.PeriodEnd
	if to.PeriodEnd.After(now) {
		to.UnpaidSince = time.Time{}
	}
	return d.to(Renew, to, now)
}

// StartGrace lets a DID whose charge can't be paid work on for a while, counted
// from when a charge first failed: to pay one period of several does not begin
// it anew.
func (d DID) StartGrace(grace time.Duration, now time.Time) (Move, error) {
	if d.UnpaidSince.IsZero() {
		d.UnpaidSince = now
	}
	return d.toUntil(Unpaid, PastDue, d.UnpaidSince.Add(grace), now)
}

// SuspendUntil stops a DID whose grace is over; at the moment it is released.
func (d DID) SuspendUntil(until, now time.Time) (Move, error) {
	to := d
	to.State, to.NextAt, to.SuspendedAt, to.Attempts = Suspended, until, now, 0
	return d.to(Suspend, to, now)
}

// AgeUntil puts a DID whose time is over into quarantine.
func (d DID) AgeUntil(until, now time.Time) (Move, error) { return d.toUntil(Age, Aging, until, now) }

// FreeNow ends the quarantine: the number may be sold again.
func (d DID) FreeNow(now time.Time) (Move, error) {
	return d.to(Free, DID{Carrier: d.Carrier, Number: d.Number}, now)
}

// EndsAt is when a cancellation made now would take effect: the end of the paid
// period. Errors: *MinimumTerm while that is before the term agreed.
func (d DID) EndsAt(older *time.Location) (time.Time, error) {
	if _, first := d.FirstEnd(older); first.After(d.PeriodEnd) {
		return time.Time{}, &MinimumTerm{First: first}
	}
	return d.PeriodEnd, nil
}

// CancelAtEnd gives a paid rental up at the end of its period. Errors:
// *MinimumTerm; wrapping ErrIllegalMove.
func (d DID) CancelAtEnd(now time.Time, older *time.Location) (Move, error) {
	if d.State != Assigned {
		return d.toUntil(Cancel, PendingRelease, now, now)
	}
	at, err := d.EndsAt(older)
	if err != nil {
		return Move{}, err
	}
	return d.toUntil(Cancel, PendingRelease, at, now)
}

// GiveUpUnpaid gives an unpaid rental up at once; the quarantine lasts until a
// moment.
func (d DID) GiveUpUnpaid(until, now time.Time) (Move, error) {
	return d.toUntil(GiveUp, Aging, until, now)
}

// TakeCancellationBack lets a cancelled rental go on.
func (d DID) TakeCancellationBack(now time.Time) (Move, error) {
	return d.toUntil(Restore, Assigned, d.PeriodEnd, now)
}

// LeaveCarrier ends a rental because the number goes to another carrier; it is
// final. Errors wrap ErrIllegalMove.
func (d DID) LeaveCarrier(now time.Time) (Move, error) {
	return d.toUntil(PortOut, PortedOut, time.Time{}, now)
}

// PostponeUntil tries an event that failed again at a later moment.
func (d DID) PostponeUntil(at, now time.Time) (Move, error) {
	to := d
	to.NextAt, to.Attempts = at, d.Attempts+1
	return d.to(Postpone, to, now)
}

// Edited says where a rental leads and what it is called.
func (d DID) Edited(destination, label string, tags []string, now time.Time) (Move, error) {
	to := d
	to.Destination, to.Label, to.Tags = destination, label, tags
	return d.to(Edit, to, now)
}

// toUntil is the move to a state whose next event is at a moment.
func (d DID) toUntil(e Event, state State, until, now time.Time) (Move, error) {
	to := d
	to.State, to.NextAt, to.SuspendedAt, to.Attempts = state, until, time.Time{}, 0
	return d.to(e, to, now)
}

// to is the move of a rental as it was seen.
func (d DID) to(e Event, to DID, now time.Time) (Move, error) {
	return legal(Move{Event: e, At: now, From: d.State, RentalID: d.RentalID, Period: d.Period, Ver: d.Ver, To: to}, d)
}

func legal(m Move, before DID) (Move, error) {
	if !m.Allows(before) {
		return Move{}, fmt.Errorf("%w: %s of %s, which is %q", ErrIllegalMove, m.Event, before.Number, before.State.Word())
	}
	return m, nil
}
