package history

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/shop"
)

// numberActs are the events of a number that are in the audit if a person, a
// program or an operator caused them. A purchase is in it as its order; changes by
// timers are only in the number's history.
var numberActs = map[event.Type]audit.Action{
	event.Updated: audit.NumberEdited, event.Cancelled: audit.NumberCancelled, event.Restored: audit.NumberRestored,
	event.Released: audit.NumberReleased, event.PortedOut: audit.NumberPortedOut,
}

// isAct reports whether the actor's changes are acts.
func isAct(by auth.Actor) bool {
	return slices.Contains([]auth.ActorKind{auth.ByUser, auth.ByKey, auth.ByOperator}, by.Kind)
}

// auditStep writes the entry of a number's step, if it is an act. The event's id
// is the same each time, so a repeat writes nothing.
func (h history) auditStep(ctx context.Context, e event.Event, step did.Passage) error {
	action, shown := numberActs[e.Type]
	if !shown || !isAct(step.By) {
		return nil
	}
	entry := audit.Entry{
		Carrier: step.Carrier, ID: e.ID, At: step.At, By: step.By, Action: action, Customer: step.Customer,
		Subject: step.Number.String(), Numbers: []e164.Number{step.Number}, Old: audit.Values{}, New: audit.Values{},
	}
	if step.From != step.To {
		entry.Old["state"], entry.New["state"] = step.From.Word(), step.To.Word()
	}
	for _, c := range step.Changes {
		entry.Old[c.Field], entry.New[c.Field] = c.Old, c.New
	}
	return h.store.PutAudit(ctx, entry.Differing())
}

// orderActs are the acts of orders, by their events. The act of a rejected order
// depends on the decision: decisionActs.
var orderActs = map[event.Type]audit.Action{
	event.OrderWaiting: audit.OrderSubmitted, event.OrderApproved: audit.OrderApproved, event.OrderCompleted: audit.OrderCompleted,
}

// decisionActs are the acts that end an order's wait without a purchase.
var decisionActs = map[shop.Decision]audit.Action{shop.Declined: audit.OrderDeclined, shop.Withdrawn: audit.OrderWithdrawn}

// actOf returns the act of an order's event, and who made it. false if it is none.
func actOf(e event.Event, o shop.Order) (action audit.Action, by auth.Actor, isOne bool) {
	action, by = orderActs[e.Type], o.By
	if e.Type == event.OrderRejected && o.Large != nil && o.Large.Approval != nil {
		action = decisionActs[o.Large.Approval.Decision]
	}
	if e.Type == event.OrderRejected || e.Type == event.OrderApproved {
		by = o.Actor()
	}
	return action, by, action != "" && isAct(by)
}

// orderValues returns what the audit says of an order.
func orderValues(o shop.Order) audit.Values {
	v := audit.Values{"invoice": o.InvoiceID}
	if o.InvoiceID != "" {
		v["total"] = o.Total.String()
	}
	if o.Large == nil {
		return v
	}
	if v["numbers"] = strconv.Itoa(o.Large.Bought); o.Large.Bought == 0 {
		v["numbers"] = strconv.Itoa(o.Large.Reserved)
	}
	if a := o.Large.Approval; a != nil {
		v["ordered_by"], v["asked_total"], v["reason"] = o.By.ID, a.Total.String(), a.Reason
		if a.Decision == shop.Approved {
			v["approved_by"] = o.Large.DecidedBy.ID
		}
	}
	return v
}

// auditOrder writes the entry of an order that was completed, or of its approval.
func (h history) auditOrder(ctx context.Context, r events.DynamoDBStreamRecord, e event.Event) error {
	if e.ID == "" {
		return nil
	}
	order, err := image(r.NewImage, dynamo.ReadOrderImage)
	if err != nil {
		return stream.Poison(err)
	}
	action, by, isOne := actOf(e, order)
	if !isOne {
		return nil
	}
	entry := audit.Entry{
		Carrier: e.Carrier, ID: e.ID, At: e.Time, By: by, Action: action, Customer: e.Customer,
		Subject: order.Number, New: orderValues(order),
	}
	for _, l := range order.Lines {
		entry.Numbers = append(entry.Numbers, l.Number)
	}
	return h.store.PutAudit(ctx, entry)
}

// errTampered means that an entry of the audit was changed or deleted, which no
// function of ours may do.
var errTampered = errors.New("an entry of the audit was changed or deleted")

// watchAudit returns an error, as poison, for a record of the audit that is not a
// first write: the record is set aside with the earlier entry, and the error line
// raises the alarm.
func watchAudit(r events.DynamoDBStreamRecord) error {
	if r.OldImage == nil {
		return nil
	}
	return stream.Poison(errTampered)
}
