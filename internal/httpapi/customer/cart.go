package customer

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// CartService has the use cases of the cart's routes; *shop.Service implements
// it, and documents the errors.
type CartService interface {
	View(context.Context, ledger.Customer) (shop.View, error)
	Hold(context.Context, ledger.Customer, []e164.Number) ([]shop.Result, shop.View, error)
	Remove(context.Context, ledger.Customer, e164.Number) error
	Extend(context.Context, ledger.Customer) (shop.View, error)
}

// Cart has the cart's routes.
type Cart struct{ Service CartService }

// CartView is the cart on the wire.
type CartView struct {
	Items            []CartItem         `json:"items"`
	SetupTotal       httpapi.Money      `json:"setup_total" doc:"All setup charges."`
	FirstChargeTotal httpapi.Money      `json:"first_charge_total" doc:"The first interval of all items."`
	Tax              httpapi.Money      `json:"tax"`
	Total            httpapi.Money      `json:"total" doc:"The price of a checkout now; confirm it in POST /v1/orders."`
	Today            books.ComingDate   `json:"today" doc:"The amount that a checkout charges immediately."`
	NextCharges      []books.ComingDate `json:"next_charges" doc:"The later charges of these DIDs if you buy them now: the next 12 dates."`
	HeldUntil        *time.Time         `json:"held_until" doc:"The end of the first hold that ends; null for an empty cart."`
	Version          int                `json:"version" doc:"Grows with every change of the cart."`
	NeedsApproval    bool               `json:"needs_approval" doc:"Your order of the cart would wait for an approval, and charge nothing until then."`

	Cooling     []CoolingDID  `json:"cooling,omitempty" doc:"DIDs that you held and did not buy, and can't hold again yet."`
	NotExtended []HoldOutcome `json:"not_extended,omitempty" doc:"After an extension: the DIDs that are not extended, because you may hold no more."`
}

// CoolingDID is a DID that the customer can't hold again yet.
type CoolingDID struct {
	DID    httpapi.DID `json:"did"`
	FreeAt time.Time   `json:"free_at" doc:"When you can hold it again, if it is available then."`
}

// CartItem is one held DID.
type CartItem struct {
	httpapi.Offer
	HeldUntil time.Time `json:"held_until"`
}

// HoldOutcome is the outcome for one requested DID.
type HoldOutcome struct {
	DID     httpapi.DID `json:"did"`
	Outcome string      `json:"outcome" enum:"held,already_held,unavailable,not_offered,cart_full,hold_limit,cooldown"`
	Detail  *string     `json:"detail" doc:"The reason in a sentence; null if the DID is held now."`
}

// HoldAnswer has the outcome of every requested DID, and the cart.
type HoldAnswer struct {
	Results []HoldOutcome `json:"results"`
	Cart    CartView      `json:"cart"`
}

// HoldRequest names the DIDs one by one, or as a run.
type HoldRequest struct {
	DIDs  []httpapi.DID `json:"dids,omitempty" minItems:"1" maxItems:"100" doc:"The DIDs, at most 100."`
	Start *httpapi.DID  `json:"start,omitempty" doc:"Instead of dids: the first of a run of consecutive DIDs."`
	Count int           `json:"count,omitempty" minimum:"1" maximum:"100" doc:"With start: the number of DIDs."`
}

// Register implements httpapi.Group.
func (c Cart) Register(r *httpapi.Routes) {
	service := c.Service
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/cart", "get-cart", httpapi.TagCart,
		"Show the cart", "The DIDs that are held for you now, and the price of buying them."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[CartView], error) {
			view, err := service.View(ctx, httpapi.Customer(ctx))
			return httpapi.Answer(wireCart(view), err)
		})
	registerHold(r, service)

	remove := httpapi.Operation(http.MethodDelete, "/v1/cart/items/{did}", "remove-from-cart", httpapi.TagCart,
		"Take a DID out of the cart",
		"Releases the DID immediately. A DID that is not in your cart is not changed, so you can repeat this safely.",
		http.StatusBadRequest)
	remove.DefaultStatus = http.StatusNoContent
	httpapi.Register(r, remove, func(ctx context.Context, in *struct {
		DID httpapi.DID `path:"did"`
	}) (*struct{}, error) {
		return nil, service.Remove(ctx, httpapi.Customer(ctx), in.DID.Number)
	})

	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/cart/extend", "extend-cart", httpapi.TagCart,
		"Hold the cart longer", "Extends all holds of the cart to 15 minutes from now. One hold of a DID lasts at most 60 "+
			"minutes in all, even if it is extended, or removed from the cart and held again. "+
			"Only as many DIDs are extended as you may hold now: not_extended names the others.",
		http.StatusConflict),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[CartView], error) {
			view, err := service.Extend(ctx, httpapi.Customer(ctx))
			return httpapi.Answer(wireCart(view), err)
		})
}

func registerHold(r *httpapi.Routes, service CartService) {
	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/cart/items", "add-to-cart", httpapi.TagCart,
		"Hold DIDs in the cart",
		"Holds each DID for 15 minutes. Unavailable DIDs do not affect the rest. A DID that you hold already keeps "+
			"its time. cart_full: the cart has as many DIDs as the carrier allows. hold_limit: you can hold 10 DIDs while your "+
			"available funds don't cover the cart. cooldown: you held the DID and did not buy it; detail has the time from "+
			"which you can hold it again. A closed account can't hold.",
		http.StatusBadRequest, http.StatusConflict),
		func(ctx context.Context, in *struct{ Body HoldRequest }) (*httpapi.Out[HoldAnswer], error) {
			numbers, err := in.Body.numbers()
			if err != nil {
				return nil, err
			}
			results, view, err := service.Hold(ctx, httpapi.Customer(ctx), numbers)
			return httpapi.Answer(HoldAnswer{Results: wireOutcomes(results), Cart: wireCart(view)}, err)
		})
}

// numbers returns the numbers of the request: the list, or the run.
func (r HoldRequest) numbers() ([]e164.Number, error) {
	switch {
	case len(r.DIDs) > 0 && r.Start == nil && r.Count == 0:
		numbers := make([]e164.Number, len(r.DIDs))
		for i, d := range r.DIDs {
			numbers[i] = d.Number
		}
		return numbers, nil
	case r.Start != nil && len(r.DIDs) == 0 && r.Count > 0:
		return r.run()
	case r.Start != nil && len(r.DIDs) == 0:
		return nil, httpapi.BadField("/count", "is missing: how many DIDs from start on")
	}
	return nil, httpapi.BadField("/dids", "send either dids, or start and count")
}

func (r HoldRequest) run() ([]e164.Number, error) {
	last := r.Start.Number + e164.Number(r.Count) - 1
	if last.Len() != r.Start.Len() {
		return nil, httpapi.BadField("/count", "the run leaves the numbers of this length")
	}
	numbers := make([]e164.Number, 0, r.Count)
	for n := r.Start.Number; n <= last; n++ {
		numbers = append(numbers, n)
	}
	return numbers, nil
}

func wireCart(v shop.View) CartView {
	net, err := v.Quote.Setup.Add(v.Quote.FirstCharge)
	if err != nil { // a quote has one currency; a wrong sum must not be shown
		panic(err)
	}
	items := make([]CartItem, len(v.Items))
	for i, item := range v.Items {
		items[i] = CartItem{Offer: httpapi.WireOffer(item.Number, item.Offer), HeldUntil: item.Until.UTC()}
	}
	return CartView{
		Items: items, SetupTotal: httpapi.WireMoney(v.Quote.Setup), FirstChargeTotal: httpapi.WireMoney(v.Quote.FirstCharge),
		Tax: httpapi.WireMoney(v.Quote.Tax), Total: httpapi.WireMoney(v.Quote.Total),
		Today: books.ComingDate{
			At: httpapi.OptionalTime(v.At), Charges: len(v.Items), Net: httpapi.WireMoney(net),
			Tax: httpapi.WireMoney(v.Quote.Tax), Amount: httpapi.WireMoney(v.Quote.Total),
		},
		NextCharges: httpapi.Each(v.Next, books.WireDate), HeldUntil: httpapi.OptionalTime(v.HeldUntil), Version: v.Version,
		NeedsApproval: v.NeedsApproval,
		Cooling: httpapi.Each(v.Cooling, func(r shop.Rest) CoolingDID {
			return CoolingDID{httpapi.DID{Number: r.Number}, r.Free.UTC()}
		}),
		NotExtended: wireOutcomes(v.NotExtended),
	}
}

func wireOutcomes(results []shop.Result) []HoldOutcome {
	outcomes := make([]HoldOutcome, len(results))
	for i, r := range results {
		outcomes[i] = HoldOutcome{DID: httpapi.DID{Number: r.Number}, Outcome: string(r.Outcome),
			Detail: httpapi.Optional(r.Detail)}
	}
	return outcomes
}
