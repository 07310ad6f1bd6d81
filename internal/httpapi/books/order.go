package books

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// OrderRecords has the customer's orders.
type OrderRecords interface {
	// Order returns one of the customer's orders. Errors: commit.ErrNotFound.
	Order(ctx context.Context, c ledger.Customer, id string) (shop.Order, error)
	// OrderLines returns up to limit numbers that an order bought, from a place
	// on, and the place of the next; the zero place at the end. Errors:
	// commit.ErrNotFound.
	OrderLines(ctx context.Context, c ledger.Customer, id string, from shop.LinePlace,
		limit int) ([]shop.OrderLine, shop.LinePlace, error)
	// Orders returns orders, newest first. Errors: shop.ErrCursor.
	Orders(ctx context.Context, c ledger.Customer, p shop.Page) ([]shop.Order, string, error)
}

// Order is an order on the wire.
type Order struct {
	ID        string        `json:"id"`
	Number    string        `json:"number" doc:"For people; counted within the account." example:"alice-7"`
	Status    string        `json:"status" enum:"completed,processing,awaiting_approval,rejected" doc:"An order of more than 90 numbers is processing until it ends, or until it waits for an approval. A rejected order charged nothing and has no number."`
	DIDs      []httpapi.DID `json:"dids" doc:"Empty of an order of more than 90 numbers: GET /v1/orders/{id}/lines lists them."`
	Lines     []OrderLine   `json:"lines" doc:"Empty of an order of more than 90 numbers, as dids."`
	Total     httpapi.Money `json:"total" doc:"What was charged: 0 until the order is paid."`
	InvoiceID *string       `json:"invoice_id" doc:"null until the order is paid." example:"alice-inv-7"`
	CreatedAt time.Time     `json:"created_at"`

	Requested int            `json:"requested" doc:"How many numbers were ordered."`
	Reserved  int            `json:"reserved" doc:"How many of them were reserved."`
	Bought    int            `json:"bought" doc:"How many of them are rented."`
	Missing   int            `json:"missing" doc:"How many of them are not reserved; of a completed order, how many were not available."`
	MaxTotal  *httpapi.Money `json:"max_total,omitempty" doc:"Of an order of more than 90 numbers, or one that needs an approval: the total that was confirmed with the order, as the most that it may cost."`
	Reason    *OrderReason   `json:"reason,omitempty" doc:"Why an order was or is being rejected."`
	OrderedBy *httpapi.Actor `json:"ordered_by" doc:"Who ordered. A customer sees it of orders that need an approval only, as staff may order for a customer."`
	Approval  *Approval      `json:"approval" doc:"null of an order that needs no approval."`
}

// OrderReason is why an order was rejected.
type OrderReason struct {
	Code   string `json:"code" doc:"A problem's code, such as insufficient_funds or dids_unavailable, or cancelled, timed_out, account_closed, too_many_packages, declined or approval_expired."`
	Detail string `json:"detail"`
}

// OrderLine is one DID of an order, at the agreed price.
type OrderLine struct {
	httpapi.Offer
	RentalID string `json:"rental_id"`
}

// ReclaimRequest confirms the total that the customer saw.
type ReclaimRequest struct {
	Total httpapi.Money `json:"total" doc:"The total as you saw it. Another total is refused and nothing is charged."`
}

// OrderKey makes repeated requests one order.
type OrderKey struct {
	Key string `header:"Idempotency-Key" doc:"Required. 1 to 255 printable characters of your choice, a new one for each order." example:"2f9c1b7e"`
}

// orderFunc makes an order.
type orderFunc = func(key string, confirmed money.Amount) (shop.Order, error)

// Order makes an order, by the key and for the confirmed total.
func (k OrderKey) Order(ctx context.Context, total httpapi.Money,
	order orderFunc) (*httpapi.Out[Order], error) {
	confirmed, err := k.read(total)
	if err != nil {
		return nil, err
	}
	made, err := order(k.Key, confirmed)
	return AnswerOrder(ctx, made, err)
}

// read checks the key and reads the total.
func (k OrderKey) read(total httpapi.Money) (money.Amount, error) {
	if err := CheckKey(k.Key); err != nil {
		return money.Amount{}, err
	}
	return total.Read("/total")
}

// CheckKey returns the fault of an Idempotency-Key other than 1 to 255 printable
// ASCII characters.
func CheckKey(key string) error {
	field := httpapi.FieldError{Code: "required", Detail: "send 1 to 255 printable characters, one key for each order",
		Parameter: "Idempotency-Key"}
	if key == "" {
		return httpapi.NewProblem(http.StatusBadRequest, httpapi.CodeIdempotencyKeyRequired,
			"the header Idempotency-Key is missing", field)
	}
	for _, c := range []byte(key) {
		if c < ' ' || c > '~' || len(key) > 255 {
			return httpapi.BadParameter("Idempotency-Key", "must be 1 to 255 printable ASCII characters")
		}
	}
	return nil
}

// AnswerOrder answers with an order, and notes it for the log.
func AnswerOrder(ctx context.Context, o shop.Order, err error) (*httpapi.Out[Order], error) {
	httpapi.NoteOrder(ctx, o)
	return httpapi.Answer(WireOrder(o), err)
}

// WireOrder returns an order as its customer sees it.
func WireOrder(o shop.Order) Order { return wireOrder(o, false) }

// WireOrderForStaff returns an order as the carrier's staff see it.
func WireOrderForStaff(o shop.Order) Order { return wireOrder(o, true) }

func wireOrder(o shop.Order, forStaff bool) Order {
	order := Order{
		ID: o.ID, Number: o.Number, Status: "processing", Total: httpapi.WireMoney(o.Total),
		InvoiceID: httpapi.Optional(o.InvoiceID), CreatedAt: o.CreatedAt.UTC(),
		DIDs: make([]httpapi.DID, len(o.Lines)), Lines: httpapi.Each(o.Lines, WireOrderLine),
		Requested: len(o.Lines), Reserved: len(o.Lines), Bought: len(o.Lines),
	}
	for i, l := range o.Lines {
		order.DIDs[i] = httpapi.DID{Number: l.Number}
	}
	if o.Status.Ended() || o.Status == shop.AwaitingApproval {
		order.Status = string(o.Status)
	}
	if order.Approval = wireApproval(o, forStaff); order.Approval != nil || forStaff {
		order.OrderedBy = httpapi.WireActor(o.By)
	}
	if l := o.Large; l != nil {
		order.Requested, order.Reserved, order.Bought, order.Missing = l.Wanted.Quantity, l.Reserved, l.Bought, l.Missing()
		order.MaxTotal = httpapi.OptionalMoney(l.Wanted.MaxTotal)
		if l.Stopped.Code != "" {
			order.Reason = &OrderReason{l.Stopped.Code, l.Stopped.Detail}
		}
	}
	return order
}

// AnswerOrderLines answers with a page of an order's lines.
func AnswerOrderLines(ctx context.Context, records OrderRecords, c ledger.Customer, id string,
	page httpapi.Page) (*httpapi.Out[httpapi.List[OrderLine]], error) {
	return httpapi.AnswerPage("order-lines "+id, page, WireOrderLine, func(p shop.Page) ([]shop.OrderLine, string, error) {
		from, ok := shop.ParseLinePlace(p.After)
		if !ok {
			return nil, "", httpapi.BadCursor()
		}
		lines, next, err := records.OrderLines(ctx, c, id, from, p.Limit)
		return lines, next.String(), err
	})
}

// WireOrderLine returns a line on the wire.
func WireOrderLine(l shop.OrderLine) OrderLine {
	return OrderLine{Offer: httpapi.WireOffer(l.Number, l.Offer), RentalID: l.RentalID}
}
