package clients

import (
	"net/http"
	"strings"

	"didpurchase/infra/proof/history"
)

func (s *shopper) hold(client int, dids []string) {
	r := history.Request{Client: client, Customer: s.customer, Kind: history.Hold, DIDs: dids}
	r, reply, kept := s.ask(r, s.user(s.customer), http.MethodPost, "/v1/cart/items", map[string]any{"dids": dids})
	var answer holdAnswer
	if reply.Read(http.StatusOK, &answer) {
		r.Outcomes, r.Cart = outcomes(answer), answer.Cart.ends()
		for did, o := range r.Outcomes {
			if o.Outcome == "unavailable" {
				s.wanted.tried(did)
			}
		}
	}
	s.keep(r, kept)
}

func (s *shopper) remove(client int, did string) {
	r := history.Request{Client: client, Customer: s.customer, Kind: history.Remove, DIDs: []string{did}}
	r, _, kept := s.ask(r, s.user(s.customer), http.MethodDelete, "/v1/cart/items/"+did, nil)
	s.keep(r, kept)
}

func (s *shopper) extend(client int) {
	r := history.Request{Client: client, Customer: s.customer, Kind: history.Extend}
	r, reply, kept := s.ask(r, s.user(s.customer), http.MethodPost, "/v1/cart/extend", nil)
	var shown cart
	if reply.Read(http.StatusOK, &shown) {
		r.Cart = shown.ends()
	}
	s.keep(r, kept)
}

// readCart returns the cart, and false when it could not be read.
func (s *shopper) readCart(client int) (shown cart, ok bool) {
	r := history.Request{Client: client, Customer: s.customer, Kind: history.ReadCart}
	r, reply, kept := s.ask(r, s.user(s.customer), http.MethodGet, "/v1/cart", nil)
	if ok = reply.Read(http.StatusOK, &shown); ok {
		r.Cart = shown.ends()
	}
	s.keep(r, kept)
	return shown, ok
}

func (s *shopper) checkout(client int, key string, total Money) {
	r := history.Request{Client: client, Customer: s.customer, Kind: history.Checkout, Key: key}
	r, reply, kept := s.ask(r, s.user(s.customer), http.MethodPost, "/v1/orders", map[string]any{"total": total})
	order(&r, reply)
	for _, did := range r.Bought {
		s.wanted.tried(did)
	}
	s.keep(r, kept)
}

func (s *shopper) allocate(client, customer int, did, key string) {
	r := history.Request{Client: client, Customer: customer, Kind: history.Allocate, DIDs: []string{did}, Key: key}
	body := map[string]any{"dids": []string{did}, "total": priceOf(did)}
	r, reply, kept := s.ask(r, Admin, http.MethodPost, "/v1/customers/"+s.user(customer)+"/dids", body)
	order(&r, reply)
	s.keep(r, kept)
}

func (s *shopper) cancel(client int, did string) {
	s.change(client, history.Cancel, did, http.MethodDelete, "/v1/dids/"+did)
}

func (s *shopper) restore(client int, did string) {
	s.change(client, history.Restore, did, http.MethodPost, "/v1/dids/"+did+"/restore")
}

func (s *shopper) change(client int, kind history.Kind, did, method, path string) {
	r := history.Request{Client: client, Customer: s.customer, Kind: kind, DIDs: []string{did}}
	r, reply, kept := s.ask(r, s.user(s.customer), method, path, nil)
	var rental rentalAnswer
	if reply.Read(http.StatusOK, &rental) {
		r.Until = milliseconds(rental.NextEvent)
	}
	s.keep(r, kept)
}

func (s *shopper) readRental(client int, did string) {
	r := history.Request{Client: client, Customer: s.customer, Kind: history.ReadOwn, DIDs: []string{did}}
	r, reply, kept := s.ask(r, s.user(s.customer), http.MethodGet, "/v1/dids/"+did, nil)
	var rental rentalAnswer
	if reply.Read(http.StatusOK, &rental) {
		r.State = rental.State
	}
	s.keep(r, kept)
}

func (s *shopper) readStock(client int, did string) {
	r := history.Request{Client: client, Customer: -1, Kind: history.ReadStock, DIDs: []string{did}}
	r, reply, kept := s.ask(r, Admin, http.MethodGet, "/v1/inventory/"+did, nil)
	var stock stockAnswer
	if reply.Read(http.StatusOK, &stock) {
		r.State, r.Customer, r.Until = stock.State, s.CustomerAt(stock.Customer), milliseconds(stock.HeldUntil)
	}
	s.keep(r, kept)
}

func (s *shopper) keep(r history.Request, kept bool) {
	if kept {
		s.Add(r)
	}
}

// The numbers that a proof uses, in two blocks, and what one of each costs.
const (
	MonthlyPrefix = "+44207946"
	DailyPrefix   = "+44207947"
	monthlyPrice  = "3.00"
	DailyPrice    = "0.10" // of a DID of DailyPrefix, without setup
)

func priceOf(did string) Money {
	if strings.HasPrefix(did, DailyPrefix) {
		return Money{DailyPrice, "USD"}
	}
	return Money{monthlyPrice, "USD"}
}
