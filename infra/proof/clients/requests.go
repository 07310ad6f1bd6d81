package clients

import (
	"strings"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/history"
)

func (s *shopper) hold(id int, dids []string) {
	r := history.Request{Client: id, Customer: s.customer, Kind: history.Hold, DIDs: dids}
	request := client.AddToCart(client.HoldRequest{DIDs: dids})
	r, reply, kept := s.ask(r, s.user(s.customer), request.Call)
	if answer, err := request.Read(reply); err == nil {
		r.Outcomes, r.Cart = outcomes(answer), ends(answer.Cart)
		for did, o := range r.Outcomes {
			if o.Outcome == "unavailable" {
				s.wanted.tried(did)
			}
		}
	}
	s.keep(r, kept)
}

func (s *shopper) remove(id int, did string) {
	r := history.Request{Client: id, Customer: s.customer, Kind: history.Remove, DIDs: []string{did}}
	r, _, kept := s.ask(r, s.user(s.customer), client.RemoveFromCart(did).Call)
	s.keep(r, kept)
}

func (s *shopper) extend(id int) {
	r := history.Request{Client: id, Customer: s.customer, Kind: history.Extend}
	r, reply, kept := s.ask(r, s.user(s.customer), client.ExtendCart().Call)
	if shown, err := client.ExtendCart().Read(reply); err == nil {
		r.Cart = ends(shown)
	}
	s.keep(r, kept)
}

// readCart returns the cart; false if it could not be read.
func (s *shopper) readCart(id int) (shown client.CartView, ok bool) {
	r := history.Request{Client: id, Customer: s.customer, Kind: history.ReadCart}
	r, reply, kept := s.ask(r, s.user(s.customer), client.GetCart().Call)
	shown, err := client.GetCart().Read(reply)
	if err == nil {
		r.Cart = ends(shown)
	}
	s.keep(r, kept)
	return shown, err == nil
}

func (s *shopper) checkout(id int, key string, total client.Money) {
	r := history.Request{Client: id, Customer: s.customer, Kind: history.Checkout, Key: key}
	request := client.CreateOrder(client.OrderRequest{Total: new(total)})
	r, reply, kept := s.ask(r, s.user(s.customer), request.Call)
	order(&r, request, reply)
	for _, did := range r.Bought {
		s.wanted.tried(did)
	}
	s.keep(r, kept)
}

func (s *shopper) allocate(id, customer int, did, key string) {
	r := history.Request{Client: id, Customer: customer, Kind: history.Allocate, DIDs: []string{did}, Key: key}
	request := client.AllocateDIDs(s.user(customer),
		client.AllocationRequest{DIDs: []string{did}, Total: new(priceOf(did))})
	r, reply, kept := s.ask(r, Admin, request.Call)
	order(&r, request, reply)
	s.keep(r, kept)
}

func (s *shopper) cancel(id int, did string) {
	s.change(id, history.Cancel, did, client.CancelDID(did))
}

func (s *shopper) restore(id int, did string) {
	s.change(id, history.Restore, did, client.RestoreDID(did))
}

func (s *shopper) change(id int, kind history.Kind, did string, request client.Request[client.Rental]) {
	r := history.Request{Client: id, Customer: s.customer, Kind: kind, DIDs: []string{did}}
	r, reply, kept := s.ask(r, s.user(s.customer), request.Call)
	if rental, err := request.Read(reply); err == nil {
		r.Until = milliseconds(rental.NextEventAt)
	}
	s.keep(r, kept)
}

func (s *shopper) readRental(id int, did string) {
	r := history.Request{Client: id, Customer: s.customer, Kind: history.ReadOwn, DIDs: []string{did}}
	r, reply, kept := s.ask(r, s.user(s.customer), client.GetDID(did).Call)
	if rental, err := client.GetDID(did).Read(reply); err == nil {
		r.State = rental.State
	}
	s.keep(r, kept)
}

func (s *shopper) readStock(id int, did string) {
	r := history.Request{Client: id, Customer: -1, Kind: history.ReadStock, DIDs: []string{did}}
	r, reply, kept := s.ask(r, Admin, client.GetInventoryDID(did).Call)
	if stock, err := client.GetInventoryDID(did).Read(reply); err == nil {
		r.State, r.Customer = stock.State, s.CustomerAt(client.Text(stock.Customer))
		r.Until = milliseconds(stock.HeldUntil)
	}
	s.keep(r, kept)
}

func (s *shopper) keep(r history.Request, kept bool) {
	if kept {
		s.Add(r)
	}
}

// The numbers of a proof, in two blocks, and the price of each.
const (
	MonthlyPrefix = "+44207946"
	DailyPrefix   = "+44207947"
	monthlyPrice  = "3.00"
	DailyPrice    = "0.10" // of a DID of DailyPrefix, without setup
)

func priceOf(did string) client.Money {
	if strings.HasPrefix(did, DailyPrefix) {
		return client.Money{Amount: DailyPrice, Currency: "USD"}
	}
	return client.Money{Amount: monthlyPrice, Currency: "USD"}
}
