package event

import (
	"time"

	"didpurchase/internal/repricing"
)

// PriceChange is the data of a price change of a customer's rentals.
type PriceChange struct {
	ID        string     `json:"id" doc:"Of the price change."`
	Version   int        `json:"version" doc:"1, and 2 when the change was cancelled."`
	Package   string     `json:"package"`
	Name      string     `json:"name" doc:"Of the package."`
	Recurring Amount     `json:"recurring" doc:"The new charge of each period, before tax."`
	Numbers   int        `json:"numbers" doc:"How many numbers it concerns."`
	From      time.Time  `json:"from" doc:"The earliest start of a period at the new price. A number whose period begins later pays the new price from then on; next_price of each rental has its own time."`
	Old       []OldPrice `json:"old" doc:"The prices until then, ascending."`
	Cancelled bool       `json:"cancelled" doc:"The change was cancelled before it held: the numbers keep their price."`
}

// OldPrice is a price that numbers pay before a change.
type OldPrice struct {
	Recurring Amount    `json:"recurring"`
	Numbers   int       `json:"numbers"`
	From      time.Time `json:"from" doc:"The earliest start of a period at the new price."`
}

// OfAnnouncement returns the event of a price change, or of its cancellation. A
// cancellation has none for a customer who got no event of the change.
func OfAnnouncement(before, after repricing.Announcement) (Event, bool) {
	if before.Ver == after.Ver || after.IsOff && before.Ver == 0 {
		return Event{}, false
	}
	data := PriceChange{
		ID: after.Change.ID, Version: after.Ver, Package: after.Terms.Package, Name: after.Terms.Name,
		Recurring: moneyOf(after.Terms.Recurring), Cancelled: after.IsOff,
	}
	for i, l := range after.Lines {
		data.Numbers += l.Numbers
		data.Old = append(data.Old, OldPrice{moneyOf(l.Old), l.Numbers, l.First.UTC()})
		if i == 0 || l.First.Before(data.From) {
			data.From = l.First.UTC()
		}
	}
	key := id("price change", after.Customer.Carrier, after.Customer.ID, after.Change.ID, version(after.Ver))
	return of(after.Customer, PriceChanged, after.At, key, data).by(after.By), true
}
