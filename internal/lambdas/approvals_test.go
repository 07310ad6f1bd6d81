package lambdas_test

import (
	"fmt"
	"slices"
	"testing"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/wanttest"
)

// waitingOrders asks for the list of orders that wait for an approval.
func (w *carriers) waitingOrders(who, filter string) (ids []string) {
	w.t.Helper()
	var page httpapi.List[books.WaitingOrder]
	w.as(who, "GET", "/v1/approvals"+filter, "").read(w.t, &page)
	for _, o := range page.Data {
		ids = append(ids, o.Customer+" "+o.Order.ID)
	}
	return ids
}

// TestApprovalOfOrders goes through the life of orders that wait: asked for by a
// buyer, approved by the owner and by staff, declined, withdrawn; and who sees what.
func TestApprovalOfOrders(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	caughtUp := w.follow()
	w.offer("acme", 442071230000, 442071230999)
	w.enrich("1000")
	w.as("ada", "PATCH", "/v1/customers/alice", `{"purchasing":{"mode":"needs_approval","approval_above":{"amount":"3.00","currency":"USD"}}}`)
	var me books.Me
	w.as("alice", "GET", "/v1/me", "").read(t, &me)
	wanttest.Equal(t, "me: mode", me.Customer.Purchasing, "needs_approval")
	wanttest.True(t, "me: a buyer's orders need an approval", me.Customer.Approval.Needed)
	wanttest.Equal(t, "me: above", me.Customer.Approval.Above.Amount, "3.00")
	var may books.Permissions
	w.as("olive", "GET", "/v1/permissions", "").read(t, &may)
	wanttest.True(t, "an owner's orders need none", !may.Approval.Needed && may.Approval.MayApprove)

	w.as("alice", "POST", "/v1/cart/items", `{"start":"+442071230000","count":2}`)
	var cart struct {
		NeedsApproval bool `json:"needs_approval"`
	}
	w.as("alice", "GET", "/v1/cart", "").read(t, &cart)
	wanttest.True(t, "the cart says so", cart.NeedsApproval)
	o := w.order("alice", "/v1/orders", "k", totalOf("6.00"), 202)
	wanttest.Equal(t, "asked: status", o.Status, "awaiting_approval")
	wanttest.Equal(t, "asked: charged", o.Total.Amount, "0.00")
	wanttest.Equal(t, "asked: numbers", len(o.DIDs), 2)
	wanttest.Equal(t, "asked: total", o.Approval.Total.Amount, "6.00")
	wanttest.Equal(t, "asked: by", *o.OrderedBy.ID, "alice")
	again := w.order("alice", "/v1/orders", "k", totalOf("6.00"), 202)
	wanttest.Equal(t, "the same key: order", again.ID, o.ID)
	w.wantLines(o.ID, 2)
	wanttest.Diff(t, "listed for the owner", w.waitingOrders("olive", ""), []string{"alice " + o.ID})
	wanttest.Diff(t, "listed for staff", w.waitingOrders("acme-viewer", "?customer=alice"), []string{"alice " + o.ID})
	wanttest.Equal(t, "listed for others", len(w.waitingOrders("bob", ""))+len(w.waitingOrders("grace", "")), 0)

	refused(t, "by a buyer", w.as("alice", "POST", "/v1/orders/"+o.ID+"/approve", ""), 403, "forbidden")
	refused(t, "another total", w.as("olive", "POST", "/v1/orders/"+o.ID+"/approve", totalOf("5.00")), 409, "total_changed", "6.00")
	approved := w.order("olive", "/v1/orders/"+o.ID+"/approve", "", "", 200)
	wanttest.Equal(t, "approved: status", approved.Status, "completed")
	wanttest.Equal(t, "approved: charged", approved.Total.Amount, "6.00")
	wanttest.Equal(t, "approved: numbers", len(approved.DIDs), 2)
	wanttest.Equal(t, "approved: by", *approved.Approval.DecidedBy.ID, "olive")
	w.order("olive", "/v1/orders/"+o.ID+"/approve", "", "", 200)
	w.order("alice", "/v1/orders", "k", totalOf("6.00"), 201)

	small := w.order("alice", "/v1/orders", "small", `{"dids":["+442071230010"],"max_total":{"amount":"3.00","currency":"USD"}}`, 201)
	wanttest.Equal(t, "up to the threshold", small.Status, "completed")

	most := `"max_total":{"amount":"300.00","currency":"USD"}`
	large := w.order("alice", "/v1/orders", "large", `{"dids":`+didList(442071230100, 95)+`,`+most+`}`, 202)
	w.workOff(large.ID)
	wanttest.Diff(t, "the large one waits", w.waitingOrders("ada", ""), []string{"alice " + large.ID})
	byStaff := w.order("acme-sales", "/v1/customers/alice/orders/"+large.ID+"/approve", "", "", 200)
	wanttest.Equal(t, "by staff: who", *byStaff.Approval.DecidedBy.ID, "acme-sales")
	w.workOff(large.ID)
	var shown books.Order
	w.as("alice", "GET", "/v1/orders/"+large.ID, "").read(t, &shown)
	wanttest.Equal(t, "by staff: status", shown.Status, "completed")
	wanttest.True(t, "a customer does not see who of the staff", shown.Approval.ByStaff && shown.Approval.DecidedBy.ID == nil)

	for i, act := range []struct{ who, path, body, reason string }{
		{"acme-sales", "/v1/customers/alice/orders/%s/decline", `{"reason":"Too many."}`, "declined"},
		{"alice-too", "/v1/orders/%s/cancel", "", "cancelled"},
	} {
		o := w.order("alice", "/v1/orders", act.reason, `{"dids":`+didList(442071230300, 3)+`,`+most+`}`, 202)
		w.order(act.who, fmt.Sprintf(act.path, o.ID), "", act.body, 200)
		w.workOff(o.ID)
		w.as("alice", "GET", "/v1/orders/"+o.ID, "").read(t, &shown)
		wanttest.Equal(t, act.reason+": status", shown.Status, "rejected")
		wanttest.Equal(t, act.reason+": code", shown.Reason.Code, act.reason)
		refused(t, act.reason+": approve it", w.as("olive", "POST", "/v1/orders/"+o.ID+"/approve", ""), 409, "illegal_state")
		wanttest.Equal(t, act.reason+": waiting", len(w.waitingOrders("olive", "")), 0)
		wanttest.Equal(t, fmt.Sprint("numbers are free again ", i), w.as("bob", "POST", "/v1/cart/items", `{"dids":["+442071230300"]}`).Status, 200)
		w.as("bob", "DELETE", "/v1/cart/items/442071230300", "")
	}
	caughtUp()
	d := &day{carriers: w}
	got := map[string][]string{}
	for _, e := range d.entries("action=order.*") {
		got[e.Action] = append(got[e.Action], e.Actor)
		slices.Sort(got[e.Action]) // all have the same time
	}
	wanttest.Diff(t, "the audit", got, map[string][]string{
		"order.submitted": {"alice", "alice", "alice", "alice"}, "order.approved": {"acme-sales", "olive"},
		"order.completed": {"alice", "alice", "alice"}, "order.declined": {"acme-sales"}, "order.withdrawn": {"alice-too"},
	})
	var record struct {
		History []struct {
			To    string         `json:"to"`
			Actor *httpapi.Actor `json:"actor"`
		} `json:"history"`
	}
	w.as("ada", "GET", "/v1/inventory/442071230000", "").read(t, &record)
	steps := []string{}
	for _, s := range record.History {
		if s.Actor != nil && s.Actor.ID != nil {
			steps = append(steps, s.To+" by "+*s.Actor.ID)
		}
	}
	wanttest.Diff(t, "the number's history", steps, []string{"held by alice", "reserved by alice", "active by olive"})
}
