package dynamo

import (
	"context"
	"fmt"
	"time"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// largeItem is the progress of a large order, within its item.
type largeItem struct {
	IsList   bool               `dynamodbav:"list,omitempty"`
	Criteria *criteriaItem      `dynamodbav:"criteria,omitempty"`
	Quantity int                `dynamodbav:"quantity"`
	Partial  bool               `dynamodbav:"partial,omitempty"`
	MaxTotal amount             `dynamodbav:"maxTotal"`
	ByStaff  bool               `dynamodbav:"byStaff,omitempty"`
	Deadline time.Time          `dynamodbav:"deadline"`
	At       time.Time          `dynamodbav:"at"`
	Tried    int                `dynamodbav:"tried"`
	After    e164.Number        `dynamodbav:"after,omitempty"`
	Price    string             `dynamodbav:"afterPrice,omitempty"`
	Done     int                `dynamodbav:"done"`
	Claim    int                `dynamodbav:"claim,omitempty"`
	Reserved int                `dynamodbav:"reserved"`
	Bought   int                `dynamodbav:"bought"`
	Counted  []packageCountItem `dynamodbav:"counted,omitempty"`
	PaidAt   time.Time          `dynamodbav:"paidAt,omitempty"`
	Zone     string             `dynamodbav:"zone,omitempty"`
	Code     string             `dynamodbav:"stopped,omitempty"`
	Detail   string             `dynamodbav:"detail,omitempty"`

	Approval  *approvalItem `dynamodbav:"approval,omitempty"`
	DecidedBy *actorItem    `dynamodbav:"decidedBy,omitempty"`
}

// approvalItem is the approval that an order waits or waited for.
type approvalItem struct {
	Total    *amount       `dynamodbav:"total,omitempty"`
	Decision shop.Decision `dynamodbav:"decision,omitempty"`
	At       time.Time     `dynamodbav:"at,omitempty"`
	ByStaff  bool          `dynamodbav:"byStaff,omitempty"`
	Reason   string        `dynamodbav:"reason,omitempty"`
}

func approvalItemOf(a *shop.Approval) *approvalItem {
	if a == nil {
		return nil
	}
	return &approvalItem{optionalAmount(a.Total), a.Decision, a.At, a.ByStaff, a.Reason}
}

func (i *approvalItem) approval() *shop.Approval {
	if i == nil {
		return nil
	}
	return &shop.Approval{Total: i.Total.amount(), Decision: i.Decision, At: i.At, ByStaff: i.ByStaff, Reason: i.Reason}
}

// packageCountItem is the number of an order's numbers of a package version.
type packageCountItem struct {
	termsItem
	Numbers int `dynamodbav:"numbers"`
}

// criteriaItem are the filters by which an order finds its numbers.
type criteriaItem struct {
	Q            string `dynamodbav:"q,omitempty"`
	StartsWith   string `dynamodbav:"startsWith,omitempty"`
	EndsWith     string `dynamodbav:"endsWith,omitempty"`
	Contains     string `dynamodbav:"contains,omitempty"`
	Pattern      string `dynamodbav:"pattern,omitempty"`
	Country      string `dynamodbav:"country,omitempty"`
	Area         string `dynamodbav:"area,omitempty"`
	Package      string `dynamodbav:"package,omitempty"`
	Type         string `dynamodbav:"type,omitempty"`
	Features     string `dynamodbav:"features,omitempty"`
	MaxSetup     string `dynamodbav:"maxSetup,omitempty"`
	MaxRecurring string `dynamodbav:"maxRecurring,omitempty"`
	Interval     string `dynamodbav:"interval,omitempty"`
	Memorable    string `dynamodbav:"memorable,omitempty"`
	Consecutive  int    `dynamodbav:"consecutive,omitempty"`
	Sort         string `dynamodbav:"sort,omitempty"`
}

func criteriaItemOf(f search.Filters) *criteriaItem {
	return &criteriaItem{
		Q: f.Q, StartsWith: f.StartsWith, EndsWith: f.EndsWith, Contains: f.Contains, Pattern: f.Pattern,
		Country: f.Country, Area: f.Area, Package: f.Package, Type: f.Type, Features: f.Features, MaxSetup: f.MaxSetup,
		MaxRecurring: f.MaxRecurring, Interval: f.Interval, Memorable: f.Memorable, Consecutive: f.Consecutive, Sort: f.Sort,
	}
}

func (c *criteriaItem) filters() search.Filters {
	return search.Filters{
		Q: c.Q, StartsWith: c.StartsWith, EndsWith: c.EndsWith, Contains: c.Contains, Pattern: c.Pattern,
		Country: c.Country, Area: c.Area, Package: c.Package, Type: c.Type, Features: c.Features, MaxSetup: c.MaxSetup,
		MaxRecurring: c.MaxRecurring, Interval: c.Interval, Memorable: c.Memorable, Consecutive: c.Consecutive, Sort: c.Sort,
	}
}

// setLarge sets the fields of a large order.
func (i *orderItem) setLarge(o shop.Order) {
	l := o.Large
	if l == nil {
		return
	}
	i.Ver, i.NextAt = l.Ver, l.NextAt
	if !l.NextAt.IsZero() {
		i.DuePK = duePK(o.Customer)
	}
	w := l.Wanted
	i.Large = &largeItem{
		IsList: w.IsList, Quantity: w.Quantity, Partial: w.Partial, MaxTotal: amount{w.MaxTotal}, ByStaff: w.ByStaff,
		Deadline: l.Deadline, At: l.At, Tried: l.Tried, After: l.After.Number, Price: l.After.Price, Done: l.Done,
		Claim: l.Claim, Reserved: l.Reserved, Bought: l.Bought, PaidAt: l.PaidAt, Zone: l.Zone, Code: l.Stopped.Code,
		Detail: l.Stopped.Detail, Approval: approvalItemOf(l.Approval), DecidedBy: actorItemOf(l.DecidedBy),
	}
	if !w.IsList {
		i.Large.Criteria = criteriaItemOf(w.Criteria)
	}
	for _, c := range l.Counted {
		i.Large.Counted = append(i.Large.Counted, packageCountItem{termsItemOf(c.Terms), c.Count})
	}
}

// large returns the progress of a large order.
func (l *largeItem) large(ver int, nextAt time.Time) *shop.Large {
	large := &shop.Large{
		Ver: ver, NextAt: nextAt, Deadline: l.Deadline, At: l.At, Tried: l.Tried,
		After: search.Cursor{Number: l.After, Price: l.Price}, Done: l.Done,
		Claim: l.Claim, Reserved: l.Reserved, Bought: l.Bought, PaidAt: l.PaidAt, Zone: l.Zone,
		Stopped: shop.Stopped{Code: l.Code, Detail: l.Detail}, Approval: l.Approval.approval(), DecidedBy: l.DecidedBy.actor(),
		Wanted: shop.Wanted{IsList: l.IsList, Quantity: l.Quantity, Partial: l.Partial, MaxTotal: l.MaxTotal.Amount,
			ByStaff: l.ByStaff},
	}
	if l.Criteria != nil {
		large.Wanted.Criteria = l.Criteria.filters()
	}
	for _, c := range l.Counted {
		large.Counted = append(large.Counted, shop.Counted{Terms: c.terms(), Count: c.Numbers})
	}
	return large
}

func (s *Store) writeOrderUpdate(u shop.OrderUpdate) (write, error) {
	action, err := s.put(orderKey(u.To.Customer, u.To.ID), orderItemOf(u.To), unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readOrder)}, err
}

// partItem is a part of a large order. Its offers are stored once each: most
// numbers of a part share one.
type partItem struct {
	Carrier  string         `dynamodbav:"carrier"`
	Customer string         `dynamodbav:"customer"`
	OrderID  string         `dynamodbav:"orderId"`
	Index    int            `dynamodbav:"index"`
	Ver      int            `dynamodbav:"ver"`
	Numbers  []e164.Number  `dynamodbav:"numbers,omitempty"`
	Lines    []partLineItem `dynamodbav:"lines,omitempty"`
	Offers   []*offerItem   `dynamodbav:"offers,omitempty"`
}

// partLineItem has short names, as a part has ninety lines.
type partLineItem struct {
	Number   e164.Number `dynamodbav:"n"`
	RentalID string      `dynamodbav:"r"`
	Offer    int         `dynamodbav:"o"` // index in the part's offers
}

func (s *Store) writePart(p shop.Part) (write, error) {
	action, err := s.put(partKey(p.Customer, p.OrderID, p.Index), partItemOf(p), unmoved(p.Ver-1))
	return write{change: p, action: action, current: reading(readPart)}, err
}

func partItemOf(p shop.Part) partItem {
	i := partItem{
		Carrier: p.Customer.Carrier, Customer: p.Customer.ID, OrderID: p.OrderID, Index: p.Index, Ver: p.Ver,
		Numbers: p.Numbers,
	}
	at := map[did.Offer]int{}
	for _, l := range p.Lines {
		place, known := at[l.Offer]
		if !known {
			place = len(i.Offers)
			at[l.Offer], i.Offers = place, append(i.Offers, offerItemOf(l.Offer))
		}
		i.Lines = append(i.Lines, partLineItem{l.Number, l.RentalID, place})
	}
	return i
}

func readPart(i item) (shop.Part, error) {
	var v partItem
	if err := decode(i, &v); err != nil {
		return shop.Part{}, err
	}
	p := shop.Part{
		Customer: ledger.Customer{Carrier: v.Carrier, ID: v.Customer}, OrderID: v.OrderID, Index: v.Index, Ver: v.Ver,
		Numbers: v.Numbers,
	}
	for _, l := range v.Lines {
		if l.Offer < 0 || l.Offer >= len(v.Offers) {
			return shop.Part{}, damaged(i, fmt.Errorf("line %s has no offer", l.Number))
		}
		p.Lines = append(p.Lines, shop.OrderLine{Number: l.Number, RentalID: l.RentalID, Offer: v.Offers[l.Offer].offer()})
	}
	return p, nil
}

// Parts returns up to max parts of a large order, ascending, from an index on.
func (s *Store) Parts(ctx context.Context, c ledger.Customer, orderID string, from, max int) ([]shop.Part, error) {
	l := listing{pk: customerPK(c), prefix: partPrefix(orderID), max: max}
	if from > 0 {
		l.after = partKey(c, orderID, from-1).sk
	}
	items, err := s.list(ctx, l)
	if err != nil {
		return nil, err
	}
	return readEach(items, readPart)
}

// partsAtOnce is the number of parts in one read of an order's lines.
const partsAtOnce = 3

// OrderLines returns up to limit numbers that an order bought, or that are reserved
// while it waits for an approval, from a place on, and the place of the next; the
// zero place at the end. Any other order that is not paid has none.
func (s *Store) OrderLines(ctx context.Context, c ledger.Customer, id string, from shop.LinePlace,
	limit int) (lines []shop.OrderLine, next shop.LinePlace, err error) {
	o, err := s.Order(ctx, c, id)
	if err != nil {
		return nil, next, err
	}
	if o.Large == nil {
		lines, next = from.Take([]shop.Part{{Lines: o.Lines}}, limit)
		return lines, next, nil
	}
	shown := o.EntrySeq > 0 || o.Status == shop.AwaitingApproval
	for next = from; shown && len(lines) < limit; {
		parts, err := s.Parts(ctx, c, id, next.Part, partsAtOnce)
		if err != nil || len(parts) == 0 {
			return lines, shop.LinePlace{}, err
		}
		var more []shop.OrderLine
		more, next = next.Take(parts, limit-len(lines))
		lines = append(lines, more...)
		if after := parts[len(parts)-1].Index + 1; next == (shop.LinePlace{}) && after < o.Large.Tried {
			next.Part = after
		}
		if next == (shop.LinePlace{}) {
			break
		}
	}
	if !shown {
		next = shop.LinePlace{}
	}
	return lines, next, nil
}
