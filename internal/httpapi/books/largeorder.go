package books

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/validate"
)

// LargeOrderService has the use cases of orders without a cart.
// *shop.LargeOrders implements it, and documents its errors.
type LargeOrderService interface {
	PlaceOrder(ctx context.Context, c ledger.Customer, key string, w shop.Wanted) (shop.Order, error)
	PlanOrder(ctx context.Context, c ledger.Customer, w shop.Wanted) (shop.Plan, error)
}

// Wanted are the members of a request that orders numbers without a cart: a list,
// or a quantity of numbers that match criteria.
type Wanted struct {
	DIDs     []httpapi.DID  `json:"dids,omitempty" minItems:"1" maxItems:"5000" doc:"The numbers to buy, in place of criteria."`
	Criteria *Criteria      `json:"criteria,omitempty" doc:"Buy as many numbers as quantity says, which match all of these filters, in the order of sort."`
	Quantity int            `json:"quantity,omitempty" minimum:"1" maximum:"5000" doc:"With criteria: how many. With consecutive, a multiple of it."`
	MaxTotal *httpapi.Money `json:"max_total,omitempty" doc:"The most that all may cost. If they cost more, nothing is bought. Not needed for a dry run."`
	Partial  bool           `json:"partial,omitempty" doc:"Buy fewer if not all are available. Without it, it is all or nothing."`
	DryRun   bool           `json:"dry_run,omitempty" doc:"Answer what would be bought and what it would cost, and buy nothing. It needs no Idempotency-Key."`
}

// Criteria are the filters of GET /v1/available-dids.
type Criteria struct {
	Q            string `json:"q,omitempty" maxLength:"200"`
	StartsWith   string `json:"starts_with,omitempty" maxLength:"200" example:"4420"`
	EndsWith     string `json:"ends_with,omitempty" maxLength:"200"`
	Contains     string `json:"contains,omitempty" maxLength:"200"`
	Pattern      string `json:"pattern,omitempty" maxLength:"200"`
	Country      string `json:"country,omitempty" maxLength:"200" example:"GB"`
	Area         string `json:"area,omitempty" maxLength:"200" example:"London"`
	Type         string `json:"type,omitempty" maxLength:"200"`
	Package      string `json:"package,omitempty" maxLength:"200"`
	Features     string `json:"features,omitempty" maxLength:"200"`
	MaxSetup     string `json:"max_setup,omitempty" maxLength:"200"`
	MaxRecurring string `json:"max_recurring,omitempty" maxLength:"200"`
	Interval     string `json:"interval,omitempty" maxLength:"200"`
	Memorable    string `json:"memorable,omitempty" maxLength:"200"`
	Consecutive  int    `json:"consecutive,omitempty" minimum:"2" maximum:"90" doc:"Buy whole blocks of this many consecutive numbers of one package." example:"10"`
	Sort         string `json:"sort,omitempty" enum:"number,price,memorable"`
}

// IsEmpty reports whether a request orders no numbers by a list or by criteria.
func (w Wanted) IsEmpty() bool { return reflect.ValueOf(w).IsZero() }

// read returns the wanted order. Errors: *validate.Invalid.
func (w Wanted) read() (shop.Wanted, error) {
	var f validate.Faults
	f.Unless((w.DIDs == nil) != (w.Criteria == nil), "/dids", "send either dids, or criteria and quantity")
	f.Unless(w.Criteria == nil || w.Quantity > 0, "/quantity", "is missing; send how many of the matching numbers to buy")
	f.Unless(w.Criteria != nil || w.Quantity == 0, "/quantity", "is only for criteria; leave it out with dids")
	f.Unless(w.DryRun || w.MaxTotal != nil, "/max_total", "is missing; send the most that all numbers together may cost")
	wanted := shop.Wanted{Partial: w.Partial, Quantity: w.Quantity}
	if w.Criteria != nil {
		wanted.Criteria = w.Criteria.filters()
		block := max(1, w.Criteria.Consecutive)
		f.Unless(w.Quantity%block == 0, "/quantity", "must be a multiple of consecutive, %d", block)
		f = append(f, faultsOf(wanted.Criteria)...)
	} else {
		wanted.IsList = true
		wanted.Numbers = shop.SortedNumbers(httpapi.Each(w.DIDs, func(d httpapi.DID) e164.Number { return d.Number }))
		wanted.Quantity = len(wanted.Numbers)
	}
	if err := f.Err(); err != nil || w.MaxTotal == nil {
		return wanted, err
	}
	var err error
	wanted.MaxTotal, err = w.MaxTotal.Read("/max_total")
	return wanted, err
}

func (c Criteria) filters() search.Filters {
	return search.Filters{
		Q: c.Q, StartsWith: c.StartsWith, EndsWith: c.EndsWith, Contains: c.Contains, Pattern: c.Pattern,
		Country: c.Country, Area: c.Area, Package: c.Package, Type: c.Type, Features: c.Features, MaxSetup: c.MaxSetup,
		MaxRecurring: c.MaxRecurring, Interval: c.Interval, Memorable: c.Memorable, Consecutive: c.Consecutive, Sort: c.Sort,
	}
}

// faultsOf returns the faults of criteria that can't be read, each with its place.
func faultsOf(filters search.Filters) (faults validate.Faults) {
	_, err := search.ParseQuery(filters)
	var wrong search.FieldErrors
	if errors.As(err, &wrong) {
		for _, w := range wrong {
			faults.Add("/criteria/"+w.Field, "%s", w.Detail)
		}
	}
	return faults
}

// OrderPlan is the result of a dry run.
type OrderPlan struct {
	DryRun      bool          `json:"dry_run" doc:"Always true: nothing was bought or reserved."`
	Requested   int           `json:"requested"`
	Available   int           `json:"available" doc:"How many would be bought."`
	Missing     int           `json:"missing" doc:"How many are not available now. Without partial, the order would be refused."`
	DIDs        []httpapi.DID `json:"dids" doc:"The numbers that would be bought, in their order."`
	Packages    []PlanPackage `json:"packages" doc:"The numbers by package."`
	SetupTotal  httpapi.Money `json:"setup_total"`
	FirstCharge httpapi.Money `json:"first_charge_total" doc:"The first period of all."`
	Tax         httpapi.Money `json:"tax"`
	Total       httpapi.Money `json:"total" doc:"Send it, or more, as max_total."`
}

// PlanPackage counts the numbers of a package.
type PlanPackage struct {
	httpapi.Price
	Count int `json:"count"`
}

func wirePlan(p shop.Plan) OrderPlan {
	return OrderPlan{
		DryRun: true, Requested: p.Wanted.Quantity, Available: len(p.Lines), Missing: p.Missing(),
		DIDs: httpapi.Each(p.Lines, func(l shop.OrderLine) httpapi.DID { return httpapi.DID{Number: l.Number} }),
		Packages: httpapi.Each(p.Counted, func(c shop.Counted) PlanPackage {
			return PlanPackage{httpapi.WirePrice(c.Terms), c.Count}
		}),
		SetupTotal: httpapi.WireMoney(p.Quote.Setup), FirstCharge: httpapi.WireMoney(p.Quote.FirstCharge),
		Tax: httpapi.WireMoney(p.Quote.Tax), Total: httpapi.WireMoney(p.Quote.Total),
	}
}

// OrderOperation returns the operation of a route that orders numbers.
func OrderOperation(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusCreated
	order := reflect.TypeFor[Order]()
	return httpapi.InStatuses(o, map[int]reflect.Type{
		http.StatusOK: reflect.TypeFor[OrderPlan](), http.StatusCreated: order, http.StatusAccepted: order,
	})
}

// Large orders numbers without a cart. It answers 201 for an order that is
// complete, 202 for one that is processing, 200 for a dry run.
func (k OrderKey) Large(ctx context.Context, service LargeOrderService, c ledger.Customer, w Wanted,
	byStaff bool) (*httpapi.Outcome, error) {
	wanted, err := w.read()
	if err != nil {
		return nil, err
	}
	wanted.ByStaff = byStaff
	if w.DryRun {
		plan, err := service.PlanOrder(ctx, c, wanted)
		return outcome(http.StatusOK, wirePlan(plan), err)
	}
	if err := CheckKey(k.Key); err != nil {
		return nil, err
	}
	order, err := service.PlaceOrder(ctx, c, k.Key, wanted)
	return placed(ctx, order, err)
}

// placed answers with a new order: 201 for one that has ended, 202 for any other.
func placed(ctx context.Context, o shop.Order, err error) (*httpapi.Outcome, error) {
	httpapi.NoteOrder(ctx, o)
	if o.Status.Ended() {
		return outcome(http.StatusCreated, WireOrder(o), err)
	}
	return outcome(http.StatusAccepted, WireOrder(o), err)
}

// outcome returns the answer, or the error if there is one.
func outcome(status int, body any, err error) (*httpapi.Outcome, error) {
	if err != nil {
		return nil, err
	}
	return &httpapi.Outcome{Status: status, Body: body}, nil
}

// Confirmed places an order whose total must be exactly the one that was sent: 201,
// or 202 for an order that waits for an approval.
func (k OrderKey) Confirmed(ctx context.Context, total *httpapi.Money, order orderFunc) (*httpapi.Outcome, error) {
	if total == nil {
		return nil, httpapi.BadField("/total", "is missing: send the total that you saw")
	}
	confirmed, err := k.read(*total)
	if err != nil {
		return nil, err
	}
	made, err := order(k.Key, confirmed)
	return placed(ctx, made, err)
}
