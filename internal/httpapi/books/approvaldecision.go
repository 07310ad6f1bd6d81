package books

import (
	"context"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/validate"
)

// list answers with a page of waiting orders. An order whose numbers are still being
// reserved, or that was decided in the meantime, is left out.
func (a Approvals) list(ctx context.Context, page httpapi.Page, customer string) (*httpapi.Out[httpapi.List[WaitingOrder]], error) {
	who := httpapi.Caller(ctx)
	if !who.IsStaff() {
		if customer != "" {
			return nil, httpapi.BadParameter("customer", "is for the carrier's staff")
		}
		customer = who.Customer
	}
	wire := WireOrder
	if who.IsStaff() {
		wire = WireOrderForStaff
	}
	return httpapi.AnswerPage("approvals "+customer, page, func(o shop.Order) WaitingOrder {
		return WaitingOrder{wire(o), o.Customer.ID}
	}, func(p shop.Page) (orders []shop.Order, next string, err error) {
		waiting, next, err := a.Records.WaitingOrders(ctx, ledger.Customer{Carrier: who.Carrier, ID: customer}, p)
		for _, w := range waiting {
			o, err := a.Records.Order(ctx, w.Customer, w.OrderID)
			if err != nil {
				return nil, "", err
			}
			if o.Status == shop.AwaitingApproval {
				orders = append(orders, o)
			}
		}
		return orders, next, err
	})
}

func (a Approvals) approve(ctx context.Context, c ledger.Customer, id string, in *ApproveRequest,
	byStaff bool) (*httpapi.Out[Order], error) {
	var confirmed money.Amount
	if in != nil && in.Total != nil {
		var err error
		if confirmed, err = in.Total.Read("/total"); err != nil {
			return nil, err
		}
	}
	o, err := a.Service.Approve(ctx, c, id, confirmed, byStaff)
	return answerDecision(ctx, o, err, byStaff)
}

func (a Approvals) decline(ctx context.Context, c ledger.Customer, id string, in DeclineRequest,
	byStaff bool) (*httpapi.Out[Order], error) {
	var f validate.Faults
	f.Unless(validate.Text(in.Reason, 1, 200), "/reason", "must be 1 to 200 characters, of which one is visible")
	if err := f.Err(); err != nil {
		return nil, err
	}
	o, err := a.Service.Decline(ctx, c, id, in.Reason, byStaff)
	return answerDecision(ctx, o, err, byStaff)
}

func answerDecision(ctx context.Context, o shop.Order, err error, byStaff bool) (*httpapi.Out[Order], error) {
	httpapi.NoteOrder(ctx, o)
	if byStaff {
		return httpapi.Answer(WireOrderForStaff(o), err)
	}
	return httpapi.Answer(WireOrder(o), err)
}

// wireApproval returns nil for an order that needs no approval. Customers do not see
// the names of the carrier's people.
func wireApproval(o shop.Order, forStaff bool) *Approval {
	if o.Large == nil || o.Large.Approval == nil {
		return nil
	}
	a := o.Large.Approval
	wire := &Approval{Total: httpapi.OptionalMoney(a.Total), Decision: httpapi.Optional(string(a.Decision)),
		DecidedAt: httpapi.OptionalTime(a.At), ByStaff: a.ByStaff, Reason: httpapi.Optional(a.Reason)}
	if o.Status == shop.AwaitingApproval {
		wire.Deadline = httpapi.OptionalTime(o.Large.Deadline)
	}
	if a.Decision != "" {
		wire.DecidedBy = httpapi.WireActor(o.Large.DecidedBy)
	}
	if wire.DecidedBy != nil && a.ByStaff && !forStaff {
		wire.DecidedBy.ID, wire.DecidedBy.Name = nil, nil
	}
	return wire
}
