package clients

import (
	"time"

	"didpurchase/infra/proof/model"
)

// Money is an amount on the wire.
type Money struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// Parts of answers that the clients read.
type (
	cart struct {
		Items []struct {
			DID       string
			HeldUntil time.Time `json:"held_until"`
		}
		Total Money
	}
	holdAnswer struct {
		Results []struct{ DID, Outcome, Detail string }
		Cart    cart
	}
	orderAnswer struct {
		ID   string
		DIDs []string
	}
	rentalAnswer struct {
		State     string
		NextEvent *time.Time `json:"next_event_at"`
	}
	stockAnswer struct {
		State, Customer string
		HeldUntil       *time.Time `json:"held_until"`
	}
)

// ends maps the cart's DIDs to the ends of their holds.
func (c cart) ends() map[string]int64 {
	ends := map[string]int64{}
	for _, i := range c.Items {
		ends[i.DID] = i.HeldUntil.UnixMilli()
	}
	return ends
}

func milliseconds(at *time.Time) int64 {
	if at == nil {
		return 0
	}
	return at.UnixMilli()
}

// reasons are how the system begins the sentence that explains a refused hold. A
// sentence that begins otherwise explains nothing to the model.
var reasons = []struct {
	begins string
	why    model.Reason
}{
	{"was just taken", model.HeldByOther},
	{"is yours", model.OwnRental},
	{"is sold", model.Sold},
	{"was removed from your cart", model.Overtaken},
}
