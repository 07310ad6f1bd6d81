package staff

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/money"
	"didpurchase/internal/repricing"
	"didpurchase/internal/shop"
)

// PriceChangeService has the use cases of price changes; *repricing.Service
// implements it, and documents the errors.
type PriceChangeService interface {
	Begin(ctx context.Context, wanted repricing.Wanted) (repricing.Change, error)
	Preview(ctx context.Context, wanted repricing.Wanted) (repricing.Preview, error)
	Change(ctx context.Context, ref repricing.Ref) (repricing.Change, error)
	Changes(ctx context.Context, carrier, pkg, after string, limit int) ([]repricing.Change, string, error)
	Report(ctx context.Context, ref repricing.Ref, from int) (lines []repricing.Line, next int, err error)
	Cancel(ctx context.Context, ref repricing.Ref) (repricing.Change, error)
}

// PriceChangeRequest asks for a price change of running rentals.
type PriceChangeRequest struct {
	NewVersion int               `json:"new_version" minimum:"1" doc:"The version of the package with the new price. Rentals with an older version get it."`
	Effective  string            `json:"effective" maxLength:"20" example:"2027-02-01" doc:"next_period, or the day from which the new price holds, in your time zone."`
	NoticeDays int               `json:"notice_days" minimum:"0" maximum:"365" doc:"No rental pays the new price before this many days are over, counted from the moment at which its new price is agreed."`
	Select     *PriceChangeScope `json:"select,omitempty" doc:"The rentals that get the new price; all of the package if missing. All conditions must hold."`
	DryRun     bool              `json:"dry_run,omitempty" doc:"Answer how much more or less each customer would pay, and change nothing."`
}

// PriceChangeScope selects rentals.
type PriceChangeScope struct {
	Customers []string      `json:"customers,omitempty" maxItems:"200" doc:"The ids of customers."`
	Versions  []int         `json:"versions,omitempty" maxItems:"200" doc:"The versions of the package that rentals have now."`
	Country   string        `json:"country,omitempty" maxLength:"200" example:"GB"`
	Area      string        `json:"area,omitempty" maxLength:"200"`
	Type      string        `json:"type,omitempty" maxLength:"40"`
	Tag       string        `json:"tag,omitempty" maxLength:"50"`
	DIDs      []httpapi.DID `json:"dids,omitempty" maxItems:"1000" doc:"Only these numbers."`
}

// PriceChange is a price change of running rentals on the wire.
type PriceChange struct {
	ID         *string           `json:"id" doc:"null of a dry run."`
	Package    string            `json:"package"`
	NewVersion int               `json:"new_version"`
	Recurring  httpapi.Money     `json:"recurring" doc:"The new charge of each period, before tax."`
	Effective  string            `json:"effective"`
	NoticeDays int               `json:"notice_days"`
	Select     *PriceChangeScope `json:"select"`
	Status     string            `json:"status" enum:"dry_run,applying,scheduled,cancelling,cancelled" doc:"scheduled: each selected rental has its new price agreed. cancelled: rentals whose new price did not hold yet keep their price."`
	CreatedAt  time.Time         `json:"created_at"`
	By         *httpapi.Actor    `json:"by"`
	FirstAt    *time.Time        `json:"first_at" doc:"The earliest start of a period at the new price, of the rentals so far; null for none."`
	Customers  int               `json:"customers" doc:"Customers with a rental that gets the new price, so far."`
	Rentals    RentalOutcomes    `json:"rentals" doc:"How many rentals were looked at so far, by their outcome."`

	YearlyBefore     httpapi.Money `json:"yearly_before" doc:"The charges of 365 days of the rentals that get the new price, before it."`
	YearlyAfter      httpapi.Money `json:"yearly_after"`
	YearlyDifference httpapi.Money `json:"yearly_difference" doc:"How much more the customers pay a year; negative for less."`

	ByCustomer []CustomerPriceChange `json:"by_customer,omitempty" doc:"Of a dry run: the customers who would pay the most more, at most 200."`
}

// RentalOutcomes counts rentals.
type RentalOutcomes struct {
	Agreed     int `json:"agreed" doc:"They get the new price."`
	Unchanged  int `json:"unchanged" doc:"They have this version, or a newer one, already."`
	Cancelled  int `json:"cancelled" doc:"Their customers cancelled them: they end without the new price."`
	OtherPrice int `json:"other_price" doc:"Another price change is agreed for them, and does not hold yet. Cancel it first."`
	Unlike     int `json:"unlike" doc:"The new version has another currency, interval or calendar days than they do, so they keep their price."`
	TakenBack  int `json:"taken_back" doc:"The change was cancelled before it held: they keep their price."`
}

// CustomerPriceChange is the effect of a dry run on a customer.
type CustomerPriceChange struct {
	Customer         string        `json:"customer"`
	Numbers          int           `json:"numbers"`
	FirstAt          time.Time     `json:"first_at" doc:"The earliest start of a period at the new price."`
	YearlyDifference httpapi.Money `json:"yearly_difference"`
}

// PriceChangeLine is the outcome for one rental.
type PriceChangeLine struct {
	Customer string        `json:"customer"`
	DID      httpapi.DID   `json:"did"`
	Outcome  string        `json:"outcome" enum:"agreed,unchanged,cancelled,other_price,unlike,taken_back"`
	Old      httpapi.Money `json:"old" doc:"The charge of each period before."`
	From     *time.Time    `json:"from" doc:"The start of the first period at the new price; null if there is none."`
}

// PackagePath names a package.
type PackagePath struct {
	ID string `path:"id" maxLength:"40" doc:"The package's id."`
}

// PriceChangePath names a price change.
type PriceChangePath struct {
	PackagePath
	Change string `path:"change" maxLength:"40" doc:"The price change's id."`
}

func (p PriceChangePath) ref(ctx context.Context) repricing.Ref {
	return repricing.Ref{Carrier: httpapi.Caller(ctx).Carrier, Package: p.ID, ID: p.Change}
}

func registerPriceChanges(r *httpapi.Routes, service PriceChangeService) {
	begin := httpapi.InStatuses(httpapi.Operation(http.MethodPost, "/v1/packages/{id}/price-changes", "change-price",
		httpapi.TagStaff, "Change the price of running rentals",
		"Gives running rentals of the package the price of a newer version, in the background. A rental pays it from "+
			"its first period that begins on or after the effective day, after the notice and after the minimum term; "+
			"paid periods do not change. Setup charge, interval and minimum term stay as agreed. "+
			"Each customer gets the event price.changed, and a rental that is cancelled in time never pays the new price. "+
			"dry_run answers 200 and changes nothing.", http.StatusNotFound),
		map[int]reflect.Type{http.StatusOK: reflect.TypeFor[PriceChange](),
			http.StatusAccepted: reflect.TypeFor[PriceChange]()})
	httpapi.Register(r, begin, func(ctx context.Context, in *struct {
		PackagePath
		Body PriceChangeRequest
	}) (*httpapi.Outcome, error) {
		wanted := in.Body.read(httpapi.Caller(ctx).Carrier, in.ID)
		if in.Body.DryRun {
			p, err := service.Preview(ctx, wanted)
			if err != nil {
				return nil, err
			}
			return &httpapi.Outcome{Status: http.StatusOK, Body: wirePreview(p)}, nil
		}
		c, err := service.Begin(ctx, wanted)
		if err != nil {
			return nil, err
		}
		return &httpapi.Outcome{Status: http.StatusAccepted, Body: wirePriceChange(c)}, nil
	})
	registerPriceChangeReads(r, service)

	cancel := httpapi.Operation(http.MethodPost, "/v1/packages/{id}/price-changes/{change}/cancel",
		"cancel-price-change", httpapi.TagStaff, "Cancel a price change",
		"Rentals whose first period at the new price has not been charged keep their price, and their customers get "+
			"the event. It runs in the background; cancelling again changes nothing.", http.StatusNotFound)
	httpapi.Register(r, cancel, func(ctx context.Context, in *PriceChangePath) (*httpapi.Out[PriceChange], error) {
		c, err := service.Cancel(ctx, in.ref(ctx))
		return answerIfOK(c, err)
	})
}

func registerPriceChangeReads(r *httpapi.Routes, service PriceChangeService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/packages/{id}/price-changes", "list-price-changes",
		httpapi.TagStaff, "List price changes", "The price changes of the package's running rentals, newest first.",
		http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			PackagePath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[PriceChange]], error) {
			return httpapi.AnswerPage("price changes", in.Page, wirePriceChange,
				func(p shop.Page) ([]repricing.Change, string, error) {
					return service.Changes(ctx, httpapi.Caller(ctx).Carrier, in.ID, p.After, p.Limit)
				})
		})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/packages/{id}/price-changes/{change}", "get-price-change",
		httpapi.TagStaff, "Show a price change", "Its progress: while status is applying or cancelling, the counts grow.",
		http.StatusNotFound),
		func(ctx context.Context, in *PriceChangePath) (*httpapi.Out[PriceChange], error) {
			c, err := service.Change(ctx, in.ref(ctx))
			return answerIfOK(c, err)
		})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/packages/{id}/price-changes/{change}/report",
		"list-price-change-rentals", httpapi.TagStaff, "List the rentals of a price change",
		"Each rental that was looked at, with its outcome, by customer and "+
			"number. A rental of a cancelled change has a second line. A page has up to 3,000 lines.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			PriceChangePath
			Cursor string `query:"cursor" doc:"next_cursor of the previous page."`
		}) (*httpapi.Out[httpapi.List[PriceChangeLine]], error) {
			after, err := httpapi.DecodeCursor("price change report", in.Cursor)
			if err != nil {
				return nil, err
			}
			from, err := strconv.Atoi(cmp.Or(after, "0"))
			if err != nil {
				return nil, httpapi.BadParameter("cursor", "is not a cursor of this list")
			}
			lines, next, err := service.Report(ctx, in.ref(ctx), from)
			page := httpapi.List[PriceChangeLine]{Data: httpapi.Each(lines, wirePriceChangeLine)}
			if next > 0 {
				page.NextCursor = httpapi.EncodeCursor("price change report", strconv.Itoa(next))
			}
			return httpapi.Answer(page, err)
		})
}

// read returns the price change that the request asks for.
func (r PriceChangeRequest) read(carrier, pkg string) repricing.Wanted {
	w := repricing.Wanted{Carrier: carrier, Package: pkg, Version: r.NewVersion, NoticeDays: r.NoticeDays}
	if r.Effective != repricing.NextPeriod {
		w.Date = cmp.Or(r.Effective, "-")
	}
	if s := r.Select; s != nil {
		w.Select = repricing.Selection{
			Customers: s.Customers, Versions: s.Versions, Country: s.Country, Area: s.Area, Type: s.Type, Tag: s.Tag,
		}
		if s.DIDs != nil {
			w.Select.Numbers = httpapi.Each(s.DIDs, func(d httpapi.DID) e164.Number { return d.Number })
		}
	}
	return w
}

func wirePriceChange(c repricing.Change) PriceChange {
	return PriceChange{
		ID: httpapi.Optional(c.ID), Package: c.Package, NewVersion: c.To.Version,
		Recurring: httpapi.WireMoney(c.To.Recurring), Effective: c.EffectiveText(), NoticeDays: c.NoticeDays,
		Select: wireScope(c.Select), Status: string(c.Status), CreatedAt: c.CreatedAt.UTC(), By: httpapi.WireActor(c.By),
		FirstAt: httpapi.OptionalTime(c.First), Customers: c.Reached,
		Rentals: RentalOutcomes{
			Agreed: c.Counts[repricing.Agreed], Unchanged: c.Counts[repricing.Unchanged], Cancelled: c.Counts[repricing.Ending],
			OtherPrice: c.Counts[repricing.Other], Unlike: c.Counts[repricing.Unlike], TakenBack: c.Counts[repricing.TakenBack],
		},
		YearlyBefore: httpapi.WireMoney(c.Before), YearlyAfter: httpapi.WireMoney(c.Later),
		YearlyDifference: httpapi.WireMoney(difference(c.Before, c.Later)),
	}
}

// answerIfOK answers a change; one that is not there has no sums to show.
func answerIfOK(c repricing.Change, err error) (*httpapi.Out[PriceChange], error) {
	if err != nil {
		return nil, err
	}
	return httpapi.Answer(wirePriceChange(c), nil)
}

func wireScope(s repricing.Selection) *PriceChangeScope {
	scope := PriceChangeScope{
		Customers: s.Customers, Versions: s.Versions, Country: s.Country, Area: s.Area, Type: s.Type, Tag: s.Tag,
	}
	for _, n := range s.Numbers {
		scope.DIDs = append(scope.DIDs, httpapi.DID{Number: n})
	}
	if reflect.ValueOf(scope).IsZero() {
		return nil
	}
	return &scope
}

// maxByCustomer is the most customers that a dry run names.
const maxByCustomer = 200

func wirePreview(p repricing.Preview) PriceChange {
	answer := wirePriceChange(p.Change)
	answer.ID, answer.Status = nil, "dry_run"
	slices.SortStableFunc(p.Customers, func(a, b repricing.CustomerPreview) int {
		order, _ := difference(b.Before, b.Later).Cmp(difference(a.Before, a.Later)) // of one currency
		return order
	})
	for _, c := range p.Customers[:min(maxByCustomer, len(p.Customers))] {
		answer.ByCustomer = append(answer.ByCustomer, CustomerPriceChange{c.Customer, c.Numbers, c.First.UTC(),
			httpapi.WireMoney(difference(c.Before, c.Later))})
	}
	return answer
}

// difference returns later minus before.
func difference(before, later money.Amount) money.Amount {
	d, err := later.Sub(before)
	if err != nil { // both have one currency; a wrong sum must not be shown
		panic(err)
	}
	return d
}

func wirePriceChangeLine(l repricing.Line) PriceChangeLine {
	return PriceChangeLine{Customer: l.Customer, DID: httpapi.DID{Number: l.Number}, Outcome: string(l.Outcome),
		Old: httpapi.WireMoney(l.Old), From: httpapi.OptionalTime(l.From)}
}
