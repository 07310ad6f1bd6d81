package clients

import (
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/model"
)

// ends maps the cart's DIDs to the ends of their holds.
func ends(c client.CartView) map[string]int64 {
	byDID := map[string]int64{}
	for _, i := range c.Items {
		byDID[i.DID] = i.HeldUntil.UnixMilli()
	}
	return byDID
}

func milliseconds(at *time.Time) int64 {
	if at == nil {
		return 0
	}
	return at.UnixMilli()
}

// reasons are the beginnings of the sentences that explain a refused hold. A
// sentence with another beginning explains nothing to the model.
var reasons = []struct {
	begins string
	why    model.Reason
}{
	{"was just taken", model.HeldByOther},
	{"is yours", model.OwnRental},
	{"is sold", model.Sold},
	{"was removed from your cart", model.Overtaken},
}
