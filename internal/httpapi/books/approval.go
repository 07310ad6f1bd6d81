package books

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// ApprovalService has the use cases of orders that wait for an approval.
// *shop.LargeOrders implements it, and documents its errors.
type ApprovalService interface {
	Approve(ctx context.Context, c ledger.Customer, id string, confirmed money.Amount, byStaff bool) (shop.Order, error)
	Decline(ctx context.Context, c ledger.Customer, id, reason string, byStaff bool) (shop.Order, error)
}

// WaitingRecords lists the orders that wait for an approval.
type WaitingRecords interface {
	OrderRecords
	// WaitingOrders returns the customer's orders that wait for an approval, or soon
	// will. Without a customer's id it returns the orders of all customers.
	WaitingOrders(ctx context.Context, c ledger.Customer, p shop.Page) ([]shop.Waiting, string, error)
}

// Approvals has the routes of orders that wait for an approval, for the customer's
// owners and for the carrier's staff.
type Approvals struct {
	Service ApprovalService
	Records WaitingRecords
}

// Approval is the state of an order's approval, on the wire.
type Approval struct {
	Total     *httpapi.Money `json:"total" doc:"The numbers' total when the order began to wait; null until all are reserved."`
	Deadline  *time.Time     `json:"deadline" doc:"When the order is rejected if nobody has decided. null if nobody can decide yet or any more."`
	Decision  *string        `json:"decision" enum:"approved,declined,withdrawn,expired" doc:"null while it waits."`
	DecidedAt *time.Time     `json:"decided_at"`
	DecidedBy *httpapi.Actor `json:"decided_by" doc:"For a decision by the carrier's staff, customers see neither id nor name."`
	ByStaff   bool           `json:"by_staff" doc:"Whether the carrier's staff decided."`
	Reason    *string        `json:"reason" doc:"Why the order was declined."`
}

// WaitingOrder is an order that waits for an approval, with its customer.
type WaitingOrder struct {
	Order
	Customer string `json:"customer" example:"alice"`
}

// ApproveRequest confirms a total.
type ApproveRequest struct {
	Total *httpapi.Money `json:"total,omitempty" doc:"The total that you saw, if it differs from approval.total. The order is refused if its total is another one; then nothing is charged."`
}

// DeclineRequest has the reason.
type DeclineRequest struct {
	Reason string `json:"reason" maxLength:"200" doc:"1 to 200 characters. The person who ordered reads it." example:"We have numbers left in Leeds."`
}

// CustomerOrderPath is an order of one of the carrier's customers.
type CustomerOrderPath struct {
	CustomerPath
	Order string `path:"order"`
}

const (
	approveText = "Pays an order that waits for an approval, and rents its numbers. It costs approval.total; when that is not " +
		"today's total, the answer is 409 total_changed with both, and the order waits on: send today's total to confirm it. It " +
		"waits on, too, when the account can't pay it. To approve it again is answered with the order, and charges nothing."
	declineText = "Rejects an order that waits for an approval: nothing is charged, and its numbers become free. To decline it " +
		"again is answered with the order."
)

// Register implements httpapi.Group.
func (a Approvals) Register(r *httpapi.Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/approvals", "list-approvals", httpapi.TagOrders,
		"List orders that wait for an approval", "The orders of your company, or, for staff, of all of the carrier's customers, by customer and oldest first.",
		http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			httpapi.Page
			Customer string `query:"customer" maxLength:"40" doc:"Staff: of this customer only."`
		}) (*httpapi.Out[httpapi.List[WaitingOrder]], error) {
			return a.list(ctx, in.Page, in.Customer)
		})
	a.registerOwn(r)
	a.registerStaff(r)
}

// decision returns the operation of a route that decides about an order.
func decision(path, id, summary, text string) huma.Operation {
	o := httpapi.Operation(http.MethodPost, path, id, httpapi.TagOrders, summary, text, http.StatusNotFound, http.StatusConflict,
		http.StatusPaymentRequired)
	o.DefaultStatus = http.StatusOK
	return o
}

func (a Approvals) registerOwn(r *httpapi.Routes) {
	httpapi.Register(r, decision("/v1/orders/{id}/approve", "approve-order", "Approve an order", approveText),
		func(ctx context.Context, in *struct {
			ID   string `path:"id"`
			Body *ApproveRequest
		}) (*httpapi.Out[Order], error) {
			return a.approve(ctx, httpapi.Customer(ctx), in.ID, in.Body, false)
		})
	httpapi.Register(r, decision("/v1/orders/{id}/decline", "decline-order", "Decline an order", declineText),
		func(ctx context.Context, in *struct {
			ID   string `path:"id"`
			Body DeclineRequest
		}) (*httpapi.Out[Order], error) {
			return a.decline(ctx, httpapi.Customer(ctx), in.ID, in.Body, false)
		})
}

func (a Approvals) registerStaff(r *httpapi.Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/orders/{order}", "get-customer-order", httpapi.TagStaff,
		"Show an order of a customer", "One of the customer's orders.", http.StatusNotFound),
		func(ctx context.Context, in *CustomerOrderPath) (*httpapi.Out[Order], error) {
			o, err := a.Records.Order(ctx, in.Customer(ctx), in.Order)
			httpapi.NoteOrder(ctx, o)
			return httpapi.Answer(WireOrderForStaff(o), err)
		})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/orders/{order}/lines", "list-customer-order-lines",
		httpapi.TagStaff, "List the DIDs of a customer's order",
		"The numbers that the order bought, or that are reserved while it waits for an approval.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerOrderPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[OrderLine]], error) {
			return AnswerOrderLines(ctx, a.Records, in.Customer(ctx), in.Order, in.Page)
		})
	httpapi.Register(r, decision("/v1/customers/{id}/orders/{order}/approve", "approve-customer-order",
		"Approve an order of a customer", approveText),
		func(ctx context.Context, in *struct {
			CustomerOrderPath
			Body *ApproveRequest
		}) (*httpapi.Out[Order], error) {
			return a.approve(ctx, in.Customer(ctx), in.Order, in.Body, true)
		})
	httpapi.Register(r, decision("/v1/customers/{id}/orders/{order}/decline", "decline-customer-order",
		"Decline an order of a customer", declineText),
		func(ctx context.Context, in *struct {
			CustomerOrderPath
			Body DeclineRequest
		}) (*httpapi.Out[Order], error) {
			return a.decline(ctx, in.Customer(ctx), in.Order, in.Body, true)
		})
}
