package did

import (
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/e164"
)

// ErrMinimumTerm means that a rental can't end yet.
var ErrMinimumTerm = errors.New("did: the minimum term is not over")

// MinimumTerm is ErrMinimumTerm with the first moment at which the rental can
// end.
type MinimumTerm struct{ First time.Time }

func (e *MinimumTerm) Error() string {
	return fmt.Sprintf("%v: it can end on %s at the earliest", ErrMinimumTerm, e.First.Format(time.DateOnly))
}

// Unwrap makes errors.Is find ErrMinimumTerm.
func (e *MinimumTerm) Unwrap() error { return ErrMinimumTerm }

// Assign makes a hold a rental. Its period 0 begins now, at the terms of the
// hold and in the carrier's time zone, which the rental keeps. Errors wrap
// ErrIllegalMove if the hold is over or the item is not a hold.
func Assign(held DID, rentalID string, now time.Time, loc *time.Location) (Move, error) {
	to := held
	to.State, to.Ver, to.Until = Assigned, 0, time.Time{}
	to.rent(rentalID, now, loc)
	return legal(Move{Event: Checkout, At: now, HoldID: held.HoldID, To: to}, held)
}

// TakeBack makes an aging DID a rental of its last customer again, on the
// carrier's current offer. Errors wrap ErrIllegalMove.
func TakeBack(d DID, customer string, offer Offer, rentalID string, now time.Time, loc *time.Location) (Move, error) {
	to := d
	to.State, to.Customer, to.Offer = Assigned, customer, offer
	to.rent(rentalID, now, loc)
	return legal(Move{Event: Reclaim, At: now, From: d.State, To: to}, d)
}

// AllocateTo rents an available number to a customer, on the carrier's current
// offer; item is the number's, the zero DID if it has none. Errors wrap
// ErrIllegalMove.
func AllocateTo(carrier, customer string, n e164.Number, item DID, offer Offer, rentalID string, now time.Time,
	loc *time.Location) (Move, error) {
	to := DID{Carrier: carrier, Number: n, State: Assigned, Customer: customer, Offer: offer}
	to.rent(rentalID, now, loc)
	return legal(Move{Event: Allocate, At: now, To: to}, item)
}

// TakeOver adopts a rental that exists elsewhere. It is paid until a moment;
// its periods are counted from there. The time before is period -1, which is
// never charged. zone is the carrier's time zone, which the rental keeps. now
// is the moment of the adoption.
func TakeOver(carrier, customer string, n e164.Number, offer Offer, rentalID string, paidUntil time.Time, zone string,
	now time.Time) Move {
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
		Route: d.Route, Label: d.Label, Tags: d.Tags,
	}
}

// Paid makes period the paid one: the rental is active until the period ends.
// If it has ended already, more is owed. An older rental keeps its time zone
// from then on. The price at which the period is charged is the agreed one from
// then on. Errors wrap ErrIllegalMove.
func (d DID) Paid(period int, now time.Time, older *time.Location) (Move, error) {
	to := d
	to.State, to.Period, to.SuspendedAt, to.Attempts = Assigned, period, time.Time{}, 0
	to.PeriodStart, to.PeriodEnd = d.Span(period, older)
	to.Zone = d.Location(older).String()
	to.NextAt = to.PeriodEnd
	if to.Terms = d.TermsFor(period, older); to.Terms != d.Terms {
		to.NextPrice = NextPrice{}
	}
	if to.PeriodEnd.After(now) {
		to.UnpaidSince = time.Time{}
	}
	return d.to(Renew, to, now)
}

// StartGrace lets a DID with an unpaid charge work on for a while, counted from
// the first failed charge: paying one of several periods does not start the
// grace again.
func (d DID) StartGrace(grace time.Duration, now time.Time) (Move, error) {
	if d.UnpaidSince.IsZero() {
		d.UnpaidSince = now
	}
	return d.toUntil(Unpaid, PastDue, d.UnpaidSince.Add(grace), now)
}

// SuspendUntil suspends a DID after its grace; it is released at the given
// moment.
func (d DID) SuspendUntil(until, now time.Time) (Move, error) {
	to := d
	to.State, to.NextAt, to.SuspendedAt, to.Attempts = Suspended, until, now, 0
	return d.to(Suspend, to, now)
}

// AgeUntil starts the quarantine of a DID after its suspension or cancellation.
func (d DID) AgeUntil(until, now time.Time) (Move, error) { return d.toUntil(Age, Aging, until, now) }

// FreeNow ends the quarantine: the number may be sold again.
func (d DID) FreeNow(now time.Time) (Move, error) {
	return d.to(Free, DID{Carrier: d.Carrier, Number: d.Number}, now)
}

// EndsAt returns the moment at which a cancellation made now takes effect: the
// end of the paid period. Errors: *MinimumTerm if that is before the end of the
// agreed term.
func (d DID) EndsAt(older *time.Location) (time.Time, error) {
	if _, first := d.FirstEnd(older); first.After(d.PeriodEnd) {
		return time.Time{}, &MinimumTerm{First: first}
	}
	return d.PeriodEnd, nil
}

// CancelAtEnd cancels a paid rental at the end of its period. Errors:
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

// GiveUpUnpaid ends an unpaid rental immediately; the quarantine lasts until a
// moment.
func (d DID) GiveUpUnpaid(until, now time.Time) (Move, error) {
	return d.toUntil(GiveUp, Aging, until, now)
}

// TakeCancellationBack restores a cancelled rental.
func (d DID) TakeCancellationBack(now time.Time) (Move, error) {
	return d.toUntil(Restore, Assigned, d.PeriodEnd, now)
}

// LeaveCarrier ends a rental because the number moves to another carrier. It is
// final. Errors wrap ErrIllegalMove.
func (d DID) LeaveCarrier(now time.Time) (Move, error) {
	return d.toUntil(PortOut, PortedOut, time.Time{}, now)
}

// PostponeUntil moves the next try of a failed event to a later moment.
func (d DID) PostponeUntil(at, now time.Time) (Move, error) {
	to := d
	to.NextAt, to.Attempts = at, d.Attempts+1
	return d.to(Postpone, to, now)
}

// Edited changes the route, label and tags of a rental.
func (d DID) Edited(settings Settings, now time.Time) (Move, error) {
	to := d
	to.Route, to.Label, to.Tags = settings.Route, settings.Label, settings.Tags
	return d.to(Edit, to, now)
}

// toUntil returns the move to a state with its next event at a moment.
func (d DID) toUntil(e Event, state State, until, now time.Time) (Move, error) {
	to := d
	to.State, to.NextAt, to.SuspendedAt, to.Attempts = state, until, time.Time{}, 0
	return d.to(e, to, now)
}

// to returns a move that is guarded by the rental as it was read.
func (d DID) to(e Event, to DID, now time.Time) (Move, error) {
	return legal(Move{Event: e, At: now, From: d.State, RentalID: d.RentalID, Period: d.Period, Ver: d.Ver,
		Change: d.NextPrice.Change, To: to}, d)
}

func legal(m Move, before DID) (Move, error) {
	if !m.Allows(before) {
		return Move{}, fmt.Errorf("%w: %s of %s, which is %q", ErrIllegalMove, m.Event, before.Number, before.State.Word())
	}
	return m, nil
}
