package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// waitingOrderItem lists an order that waits for an approval.
type waitingOrderItem struct {
	Carrier  string `dynamodbav:"carrier"`
	Customer string `dynamodbav:"customer"`
	OrderID  string `dynamodbav:"orderId"`
}

func waitingOrderPK(carrier string) string { return "WAITING#" + carrier }

func waitingOrderKey(c ledger.Customer, orderID string) key {
	return key{waitingOrderPK(c.Carrier), c.ID + "#" + orderID}
}

// WaitingOrders returns the orders that wait for an approval, by their id. Without a
// customer's id it returns the orders of all customers, by customer.
func (s *Store) WaitingOrders(ctx context.Context, c ledger.Customer,
	p shop.Page) (waiting []shop.Waiting, next string, err error) {
	l := listing{pk: waitingOrderPK(c.Carrier), after: p.After}
	if c.ID != "" {
		l.prefix = c.ID + "#"
	}
	items, next, err := s.page(ctx, l, p.Limit)
	if err != nil {
		return nil, "", err
	}
	waiting, err = readEach(items, readWaitingOrder)
	return waiting, next, err
}

// writeWaitingOrder lists an order once, or removes it from the list.
func (s *Store) writeWaitingOrder(w shop.Waiting) (write, error) {
	wrote := write{change: w, current: reading(readWaitingOrder)}
	k := waitingOrderKey(w.Customer, w.OrderID)
	var err error
	if w.Ended {
		wrote.action, err = s.remove(k, expression.AttributeExists(expression.Name("pk")))
		return wrote, err
	}
	wrote.action, err = s.put(k, waitingOrderItem{w.Customer.Carrier, w.Customer.ID, w.OrderID}, absent())
	return wrote, err
}

func readWaitingOrder(i item) (shop.Waiting, error) {
	var w waitingOrderItem
	err := decode(i, &w)
	return shop.Waiting{Customer: ledger.Customer{Carrier: w.Carrier, ID: w.Customer}, OrderID: w.OrderID}, err
}
