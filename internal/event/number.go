package event

import (
	"slices"
	"time"

	"didpurchase/internal/did"
)

// Number is the data of the events of a number.
type Number struct {
	DID      string        `json:"did" example:"+442071234567"`
	RentalID string        `json:"rental_id,omitempty" doc:"Missing of a number that nobody rents."`
	Version  int           `json:"version" doc:"Grows with each change of one rental. Events may arrive out of order: ignore one with a lower version than you have seen of its rental."`
	Old      *NumberValues `json:"old,omitempty" doc:"The rental before; missing where it began."`
	New      *NumberValues `json:"new,omitempty" doc:"The rental now; missing where the number is available."`
}

// NumberValues are the values of a rental.
type NumberValues struct {
	State       string     `json:"state" enum:"active,past_due,suspended,pending_release,aging,ported_out"`
	Package     string     `json:"package"`
	Period      int        `json:"period" doc:"The paid period, counted from 0."`
	PeriodStart *time.Time `json:"period_start,omitempty"`
	PeriodEnd   *time.Time `json:"period_end,omitempty"`
	Destination string     `json:"destination,omitempty" doc:"Where calls go first."`
	Label       string     `json:"label,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
}

// change is a step between two states.
type change struct{ from, to did.State }

// changes has the events of the steps that have one; other fields may change too.
var changes = map[change]Type{
	{did.None, did.Assigned}:            Rented,
	{did.Held, did.Assigned}:            Rented,
	{did.Reserved, did.Assigned}:        Rented,
	{did.Aging, did.Assigned}:           Rented,
	{did.Assigned, did.PastDue}:         PastDue,
	{did.PastDue, did.Suspended}:        Suspended,
	{did.PastDue, did.Assigned}:         Reactivated,
	{did.Suspended, did.Assigned}:       Reactivated,
	{did.Assigned, did.PendingRelease}:  Cancelled,
	{did.PendingRelease, did.Assigned}:  Restored,
	{did.PendingRelease, did.Aging}:     Released,
	{did.PastDue, did.Aging}:            Released,
	{did.Suspended, did.Aging}:          Released,
	{did.Aging, did.None}:               Available,
	{did.Withheld, did.None}:            Available,
	{did.Assigned, did.PortedOut}:       PortedOut,
	{did.PastDue, did.PortedOut}:        PortedOut,
	{did.Suspended, did.PortedOut}:      PortedOut,
	{did.PendingRelease, did.PortedOut}: PortedOut,
}

// OfNumber returns the event of a number's step, false if there is none, as for
// holds and postponed timers.
func OfNumber(before, after did.DID, step did.Passage) (Event, bool) {
	t, told := changes[change{before.State, after.State}]
	if before.State == after.State && after.RentalID != "" {
		t, told = sameState(before, after)
	}
	if !told {
		return Event{}, false
	}
	e := Event{
		ID:   id("did", step.Carrier, step.Number.Digits(), step.Incarnation, version(step.Ver)),
		Type: t, Time: step.At.UTC(), Carrier: step.Carrier, Customer: step.Customer,
		Data: Number{DID: step.Number.String(), RentalID: after.RentalID, Version: step.Ver, Old: valuesOf(before),
			New: valuesOf(after)},
	}
	e = e.by(step.By)
	if t == Available {
		e.Customer = "" // the number is no longer the last customer's
		e.Data = Number{DID: step.Number.String(), Version: step.Ver}
	}
	return e, true
}

func sameState(before, after did.DID) (Type, bool) {
	switch {
	case after.Period > before.Period:
		return Renewed, true
	case !sameSettings(before, after):
		return Updated, true
	default:
		return "", false
	}
}

func sameSettings(a, b did.DID) bool {
	return a.Route.Equal(b.Route) && a.Label == b.Label && slices.Equal(a.Tags, b.Tags)
}

// valuesOf returns nothing for a number that is not rented: an earlier hold may be
// another customer's.
func valuesOf(d did.DID) *NumberValues {
	if d.RentalID == "" || d.State == did.None {
		return nil
	}
	return &NumberValues{
		State: d.State.Word(), Package: d.Terms.Package, Period: d.Period,
		PeriodStart: moment(d.PeriodStart), PeriodEnd: moment(d.PeriodEnd),
		Destination: d.Route.First(), Label: d.Label, Tags: d.Tags,
	}
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
