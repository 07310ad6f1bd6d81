package clients

import (
	"time"

	"didpurchase/infra/proof/history"
	"didpurchase/infra/proof/system"
)

// The numbers of the clients that read everything at the end.
const (
	firstLook  = 300
	secondLook = 400
)

// Look reads each cart, each number's stock and each cart again, after everything
// else is answered, so that the history ends with everybody's view.
func Look(s *system.System, h *history.History) {
	c := caller{s, s.NewClient(40 * time.Second), h}
	for _, look := range []int{firstLook, secondLook} {
		for customer := range h.Customers {
			l := &shopper{caller: c, customer: customer}
			l.readCart(look + customer)
		}
		if look == firstLook {
			l := &shopper{caller: c}
			for _, did := range h.DIDs {
				l.readStock(look+len(h.Customers), did)
			}
		}
	}
}
