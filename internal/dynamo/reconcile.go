package dynamo

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/reconcile"
	"didpurchase/internal/shop"
)

// Part reads a part of the whole table, of one carrier or of all for "": the
// customers with an account in it, the blocks with their own item or a DID in
// it, and the holds in it. It reads every item, so it is only for operators'
// commands. A block may be in several parts, but once in each. Errors:
// ErrCursor.
func (s *Store) Part(ctx context.Context, carrier, cursor string) (part reconcile.Part, err error) {
	isAccount := expression.Name("pk").BeginsWith(within("CUSTOMER#", carrier)).And(equal("sk", skAccount))
	items, next, err := s.scan(ctx, ofBlocks(carrier).Or(isAccount), cursor, "state", "customer")
	if err != nil {
		return reconcile.Part{}, err
	}
	part.Next = next
	var others []item
	for _, i := range items {
		if rest, ok := strings.CutPrefix(text(i, "pk"), "CUSTOMER#"); ok {
			part.Customers = append(part.Customers, customerOf(rest))
		} else {
			others = append(others, i)
		}
	}
	if part.Blocks, err = distinctBlocks(others); err != nil {
		return reconcile.Part{}, err
	}
	part.Holds, err = holdsOf(others)
	return part, err
}

// holdsOf returns the held and the reserved numbers among the items, by customer.
func holdsOf(items []item) (map[ledger.Customer][]e164.Number, error) {
	holds := map[ledger.Customer][]e164.Number{}
	for _, i := range items {
		if state := did.State(text(i, "state")); state != did.Held && state != did.Reserved {
			continue
		}
		carrier, n, err := parseDIDKey(text(i, "pk"), text(i, "sk"))
		if err != nil {
			return nil, err
		}
		c := ledger.Customer{Carrier: carrier, ID: text(i, "customer")}
		holds[c] = append(holds[c], n)
	}
	return holds, nil
}

// EntriesAfter returns up to limit of the customer's ledger entries after the
// one with that seq, ascending.
func (s *Store) EntriesAfter(ctx context.Context, c ledger.Customer, seq, limit int) ([]ledger.Entry, error) {
	items, err := s.list(ctx, listing{pk: customerPK(c), prefix: prefixEntry, after: entryKey(c, seq).sk, max: limit})
	if err != nil {
		return nil, err
	}
	return readEach(items, readEntry)
}

// OrdersAfter returns up to limit of the customer's orders after the one with
// that id, ascending.
func (s *Store) OrdersAfter(ctx context.Context, c ledger.Customer, id string, limit int) ([]shop.Order, error) {
	items, err := s.list(ctx, listing{pk: customerPK(c), prefix: prefixOrder, after: orderKey(c, id).sk, max: limit})
	if err != nil {
		return nil, err
	}
	return readEach(items, readOrder)
}
