package shop_test

import (
	"context"
	"sync"
	"testing"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// memory is a store without a database, for many more plays than a database has
// time for. The table of moves decides which moves are allowed; a test of the real
// store compares the database's conditions with it.
type memory struct {
	shop.Store // none; methods that the plays don't need
	terms      pricing.Terms

	mu    sync.Mutex // guards the items
	dids  map[e164.Number]did.DID
	items map[string]any // by the change's target
}

func newMemory() *memory {
	terms := pricing.Terms{
		Package: "standard", Version: 1, Name: "standard", Setup: usd("1"), Recurring: usd("2"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}
	return &memory{terms: terms, dids: map[e164.Number]did.DID{}, items: map[string]any{}}
}

// of returns the item of the change's kind and target.
func of[T commit.Change](m *memory, key T) (found T, exists bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	item, exists := m.items[key.Target()]
	if exists {
		found = item.(T)
	}
	return found, exists
}

func (m *memory) customer(_ testing.TB, id, balance string) ledger.Customer {
	c := ledger.Customer{Carrier: "acme", ID: id}
	u := ledger.Update{To: ledger.Account{Customer: c, Name: id, Status: ledger.Active, Currency: "USD",
		Balance: usd(balance), CreditLimit: usd("0"), Ver: 1}}
	m.items[u.Target()] = u
	return c
}

func (m *memory) Account(_ context.Context, c ledger.Customer) (ledger.Account, error) {
	u, _ := of(m, ledger.Update{To: ledger.Account{Customer: c}})
	return u.To, nil
}

func (m *memory) Cart(_ context.Context, c ledger.Customer) (shop.Cart, error) {
	u, exists := of(m, shop.Update{To: shop.Cart{Customer: c}})
	if !exists {
		return shop.Cart{Customer: c}, nil
	}
	return u.To, nil
}

func (m *memory) Carrier(context.Context, string) (carrier.Carrier, error) {
	return carrier.New("acme", "Acme", "UTC", "USD"), nil
}

func (m *memory) PriceList(context.Context, string) (search.PriceList, error) {
	return search.PriceList{Versions: []pricing.Package{{Terms: m.terms}}}, nil
}

func (m *memory) Ranges(_ context.Context, _ string, numbers []e164.Number) (map[e164.Number]catalogue.Range, error) {
	ranges := map[e164.Number]catalogue.Range{}
	for _, n := range numbers {
		ranges[n] = catalogue.Range{Carrier: "acme", Package: "standard", Country: "GB"}
	}
	return ranges, nil
}

func (m *memory) DIDs(_ context.Context, _ string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[e164.Number]did.DID{}
	for _, n := range numbers {
		if d, exists := m.dids[n]; exists {
			found[n] = d
		}
	}
	return found, nil
}

func (m *memory) Order(_ context.Context, c ledger.Customer, id string) (shop.Order, error) {
	order, exists := of(m, shop.Order{Customer: c, ID: id})
	if !exists {
		return order, commit.ErrNotFound
	}
	return order, nil
}

func (m *memory) Idempotency(_ context.Context, c ledger.Customer, key string) (shop.IdempotencyRecord, error) {
	record, exists := of(m, shop.IdempotencyRecord{Customer: c, Key: key})
	if !exists {
		return record, commit.ErrNotFound
	}
	return record, nil
}

func (m *memory) Orders(_ context.Context, c ledger.Customer, _ shop.Page) (orders []shop.Order, _ string, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, item := range m.items {
		if o, isOrder := item.(shop.Order); isOrder && o.Customer == c {
			orders = append(orders, o)
		}
	}
	return orders, "", nil
}

// Commit writes the changes whole or not at all.
func (m *memory) Commit(_ context.Context, b commit.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var refused commit.Refused
	for _, c := range b.Changes {
		if current, allowed := m.allows(c); !allowed {
			refused.Refusals = append(refused.Refusals, commit.Refusal{Change: c, Current: current})
		}
	}
	if len(refused.Refusals) > 0 {
		return &refused
	}
	for _, c := range b.Changes {
		m.write(c)
	}
	return nil
}

func (m *memory) allows(c commit.Change) (current any, allowed bool) {
	before, exists := m.items[c.Target()]
	switch change := c.(type) {
	case did.Move:
		d := m.dids[change.To.Number]
		return d, change.Allows(d)
	case shop.Update:
		cart, _ := before.(shop.Update)
		return cart.To, cart.To.Ver == change.SeenVer
	case ledger.Update:
		return nil, before.(ledger.Update).To.Ver == change.SeenVer
	default: // entries, orders, invoices and records are written once
		return before, !exists
	}
}

func (m *memory) write(c commit.Change) {
	move, isMove := c.(did.Move)
	if !isMove {
		m.items[c.Target()] = c
		return
	}
	after := move.To
	if move.Event == did.Extend {
		after = m.dids[after.Number]
		after.Until = move.To.Until
	}
	if after.Ver = m.dids[after.Number].Ver + 1; after.State == did.None {
		delete(m.dids, after.Number)
		return
	}
	m.dids[after.Number] = after
}
