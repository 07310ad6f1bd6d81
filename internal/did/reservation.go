package did

import (
	"time"

	"didpurchase/internal/e164"
)

// ReserveFor takes an available number for a large order, on the carrier's current
// offer. A reserved number has no end: only its order frees it or rents it.
func ReserveFor(carrier, customer string, n e164.Number, orderID string, offer Offer, now time.Time) Move {
	return Move{Event: Reserve, At: now, HoldID: orderID, To: DID{
		Carrier: carrier, Number: n, State: Reserved, HoldID: orderID, Customer: customer, Offer: offer,
	}}
}

// SubmitFor reserves a held number for an order that waits for an approval, on the
// offer of its hold. The hold ends, and from then on the order decides.
func SubmitFor(held DID, orderID string, now time.Time) Move {
	to := held
	to.State, to.HoldID, to.Until = Reserved, orderID, time.Time{}
	return Move{Event: Submit, At: now, HoldID: held.HoldID, To: to}
}

// FreeReserved frees a number that is reserved for the order.
func FreeReserved(carrier, customer string, n e164.Number, orderID string, now time.Time) Move {
	return Move{Event: Unreserve, At: now, HoldID: orderID, To: DID{Carrier: carrier, Number: n, Customer: customer}}
}

// Fulfilled makes a reserved number a rental, on the offer by which its order was
// paid. Period 0 begins when the order was paid, because that period was charged,
// not when this number is processed.
func Fulfilled(reserved DID, rentalID string, paid, now time.Time, loc *time.Location) Move {
	to := reserved
	to.State = Assigned
	to.rent(rentalID, paid, loc)
	return Move{Event: Fulfil, At: now, HoldID: reserved.HoldID, To: to}
}

// IsAvailable reports whether any customer may take the number: there is no item,
// or it is a hold that is over. The move's condition decides.
func (d DID) IsAvailable(now time.Time) bool { return d.State == None || d.Lapsed(now) }
