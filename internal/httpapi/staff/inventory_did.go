package staff

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
)

// DIDRecords has the records of single numbers.
type DIDRecords interface {
	// DIDs returns the stored DIDs, keyed by number; numbers without a record
	// are omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Ranges returns the range of each number that is offered.
	Ranges(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]catalogue.Range, error)
	// PriceList returns the carrier's packages and price rules.
	PriceList(ctx context.Context, carrier string) (search.PriceList, error)
	// LastSteps returns the last steps of a number's history, at most max, oldest
	// first.
	LastSteps(ctx context.Context, carrier string, n e164.Number, max int) ([]did.Passage, error)
}

// PortOutService ports numbers out; *desk.Service implements it, and documents
// the errors.
type PortOutService interface {
	PortOut(ctx context.Context, carrier string, n e164.Number) error
}

// InventoryDID is a number of the carrier for its staff.
type InventoryDID struct {
	httpapi.Place
	State     string     `json:"state" enum:"available,held,reserved,active,past_due,suspended,pending_release,aging,ported_out,withheld,not_offered"`
	Package   *string    `json:"package" doc:"The package of its offer, by the price rules, or of its rental."`
	Customer  *string    `json:"customer" doc:"The customer who holds or rents it."`
	HeldUntil *time.Time `json:"held_until"`
	NextEvent *time.Time `json:"next_event_at" doc:"The time of the next automatic change of its state."`
	AsOf      *time.Time `json:"as_of" doc:"The moment that the other members describe, if at= asked for one."`
	History   []Passage  `json:"history" doc:"The steps of its history, oldest first; the last 500, some seconds late. With at= those up to that moment."`
	Earlier   int        `json:"earlier_steps" doc:"The number of steps before those of history; at most 1,500 are counted."`
}

// Passage is one step of a number's history.
type Passage struct {
	At       time.Time      `json:"at"`
	From     string         `json:"from" example:"held"`
	To       string         `json:"to" example:"active"`
	Customer *string        `json:"customer"`
	Package  *string        `json:"package"`
	Actor    *httpapi.Actor `json:"actor" doc:"Who made the step. Missing if unknown: in steps from before actors were recorded, and in a removal from a cart that was recorded minutes late."`
	Changes  []Change       `json:"changes" doc:"What changed within a rental."`
}

// Change is a field that a step changed.
type Change struct {
	Field string `json:"field" enum:"destination,label,tags,period"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

func registerInventoryDIDs(r *httpapi.Routes, inventory DIDRecords, service PortOutService, now func() time.Time) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/inventory/{did}", "get-inventory-did", httpapi.TagStaff,
		"Show a DID and its history", "Any number that your carrier offers or that has a history. With `at` it shows who "+
			"held or rented the number at that moment, by its history; a number that was given back is shown as held up to "+
			"the second in which that happened.",
		http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *inventoryDIDInput) (*httpapi.Out[InventoryDID], error) {
			record, err := recordOf(ctx, inventory, httpapi.Caller(ctx).Carrier, in.DID.Number, now())
			if err != nil {
				return nil, err
			}
			if record.isBefore(in.At) {
				return nil, httpapi.BadParameter("at",
					fmt.Sprintf("is before the last %d steps of the number's history", maxReadSteps))
			}
			return httpapi.Answer(record.shown(in.At), nil)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/inventory/{did}/port-out", "port-out-did",
		httpapi.TagStaff,
		"Port a DID out", "Ends a rental immediately because the number moves to another carrier. It is final: the number "+
			"is never for sale again. It is idempotent.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *httpapi.DIDPath) (*httpapi.Out[InventoryDID], error) {
			of := httpapi.Caller(ctx).Carrier
			if err := service.PortOut(ctx, of, in.DID.Number); err != nil {
				return nil, err
			}
			record, err := recordOf(ctx, inventory, of, in.DID.Number, now())
			if err != nil {
				return nil, err
			}
			return httpapi.Answer(record.shown(time.Time{}), nil)
		})
}

// asOffered adds the properties that the DID's item lacks, as the item of a
// withheld number does: from the range that offers it, else from the numbering
// plan.
func asOffered(d did.DID, offered catalogue.Range) did.DID {
	d.Country = cmp.Or(d.Country, offered.Country, e164.Country(d.Number))
	d.Area = cmp.Or(d.Area, offered.Area)
	d.Type = cmp.Or(d.Type, offered.Type, e164.KindOf(d.Number))
	d.Terms.Package = cmp.Or(d.Terms.Package, offered.Package)
	return d
}

// The largest number of steps of a history that are shown, and that are read.
const (
	maxSteps     = 500
	maxReadSteps = 2_000
)

func earlierSteps(history []did.Passage) int { return max(0, len(history)-maxSteps) }

func wireHistory(history []did.Passage) []Passage {
	history = history[earlierSteps(history):]
	passages := make([]Passage, len(history))
	for i, p := range history {
		passages[i] = Passage{
			At: p.At.UTC(), From: stateOrAvailable(p.From), To: stateOrAvailable(p.To),
			Customer: httpapi.Optional(p.Customer), Package: httpapi.Optional(p.Package), Actor: httpapi.WireActor(p.By),
			Changes: httpapi.Each(p.Changes, func(d did.Difference) Change { return Change(d) }),
		}
	}
	return passages
}

// stateOrAvailable returns the state's name; a number without an item is
// available.
func stateOrAvailable(s did.State) string {
	if s == did.None {
		return "available"
	}
	return httpapi.WireState(s)
}
