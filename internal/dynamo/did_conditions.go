package dynamo

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/did"
)

// CauseAttribute of a DID's item is the correlation id of its last move, for
// consumers of the table's stream.
const CauseAttribute = "cause"

// newRental are the attributes that a new rental writes.
var newRental = []string{"state", "rentalId", "offer", "anchor", "period", "start", "end", "zone", "since", "unpaid",
	"suspended", "attempts", "nextAt", "duePK", "began", "price"}

// ofNobodys are the attributes that a new rental of an available number writes.
var ofNobodys = slices.Concat([]string{"holdId", "until", "customer", "carrier", "owner", "label",
	"tags"}, routeNames, newRental)

func claimable(m did.Move) expression.ConditionBuilder {
	return absent().Or(lapsed(m), coveredHold(m).And(notLonger(m)))
}

func extendable(m did.Move) expression.ConditionBuilder { return liveHold(m).And(notLonger(m)) }

// notLonger is the opposite of did.Move.shortens.
func notLonger(m did.Move) expression.ConditionBuilder {
	return expression.Name("until").LessThanEqual(expression.Value(stamp(m.To.Until)))
}

// coveredHold is did.Move.covers.
func coveredHold(m did.Move) expression.ConditionBuilder {
	notLater := expression.Name("holdId").LessThanEqual(expression.Value(m.HoldID))
	return equal("state", did.Held).And(equal("customer", m.To.Customer), notLater)
}

func nobodys(did.Move) expression.ConditionBuilder { return absent() }

func withheld(did.Move) expression.ConditionBuilder { return equal("state", did.Withheld) }

func unclaimed(m did.Move) expression.ConditionBuilder { return absent().Or(lapsed(m)) }

func itsHold(m did.Move) expression.ConditionBuilder {
	return equal("state", did.Held).And(equal("holdId", m.HoldID))
}

// reservedForIt is did's sameOrder.
func reservedForIt(m did.Move) expression.ConditionBuilder {
	return equal("state", did.Reserved).And(equal("holdId", m.HoldID))
}

func lapsed(m did.Move) expression.ConditionBuilder {
	over := expression.Name("until").LessThan(expression.Value(ceiling(m.At.Add(-did.Grace))))
	return equal("state", did.Held).And(over)
}

func itsLapsedHold(m did.Move) expression.ConditionBuilder { return coveredHold(m).And(lapsed(m)) }

func liveHold(m did.Move) expression.ConditionBuilder {
	return itsHold(m).And(expression.Name("until").GreaterThanEqual(expression.Value(ceiling(m.At))))
}

// sameRental: the domain has checked that the event is allowed in From.
func sameRental(m did.Move) expression.ConditionBuilder {
	return equal("state", m.From).And(equal("rentalId", m.RentalID))
}

func samePeriod(m did.Move) expression.ConditionBuilder {
	return sameRental(m).And(equal("period", m.Period))
}

// samePrice is did's samePrice.
func samePrice(m did.Move) expression.ConditionBuilder {
	if m.Change == "" {
		return samePeriod(m).And(expression.Name("price").AttributeNotExists())
	}
	return samePeriod(m).And(equal("price.id", m.Change))
}

func sameVersion(m did.Move) expression.ConditionBuilder {
	return sameRental(m).And(equal("ver", m.Ver))
}

func restorable(m did.Move) expression.ConditionBuilder { return sameRental(m).And(nextAfter(m)) }

func reclaimable(m did.Move) expression.ConditionBuilder {
	return equal("state", did.Aging).And(equal("customer", m.To.Customer), nextAfter(m))
}

func sameRentalDue(m did.Move) expression.ConditionBuilder {
	return sameRental(m).And(expression.Name("nextAt").LessThanEqual(expression.Value(stamp(m.At))))
}

func nextAfter(m did.Move) expression.ConditionBuilder {
	return expression.Name("nextAt").GreaterThan(expression.Value(stamp(m.At)))
}
