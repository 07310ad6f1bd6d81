package dynamo

import (
	"context"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// cartItem is a customer's cart. It has the timer of its first line, or of its guard.
type cartItem struct {
	Carrier  string     `dynamodbav:"carrier"`
	Customer string     `dynamodbav:"customer"`
	Ver      int        `dynamodbav:"ver"`
	Lines    []lineItem `dynamodbav:"lines"`
	Rests    []restItem `dynamodbav:"rests,omitempty"`
	NextAt   time.Time  `dynamodbav:"nextAt,omitempty"`
	DuePK    string     `dynamodbav:"duePK,omitempty"`
	Cause    string     `dynamodbav:"cause,omitempty"`

	GuardFrom int       `dynamodbav:"guard,omitempty"`
	GuardAt   time.Time `dynamodbav:"guardAt,omitempty"`
}

// lineItem has short names, as a cart may have hundreds of lines.
type lineItem struct {
	Number e164.Number `dynamodbav:"n"`
	HoldID string      `dynamodbav:"h"`
	// missing in most lines: the hold began with the try, whose time is in HoldID
	Since  time.Time  `dynamodbav:"s,omitempty"`
	Never  bool       `dynamodbav:"w,omitempty"` // it was never held, so there is no such time
	Until  time.Time  `dynamodbav:"u"`
	GoneAt time.Time  `dynamodbav:"x,omitempty"`
	GoneBy *actorItem `dynamodbav:"b,omitempty"`
}

func lineItemOf(l shop.Line) lineItem {
	i := lineItem{Number: l.Number, HoldID: l.HoldID, Since: l.Since, Until: l.Until, GoneAt: l.GoneAt,
		GoneBy: actorItemOf(l.GoneBy)}
	if tried, ok := timeOfID(l.HoldID); ok && tried.Equal(l.Since) {
		i.Since = time.Time{}
	}
	i.Never = l.Since.IsZero()
	return i
}

func (i lineItem) line() shop.Line {
	l := shop.Line{Number: i.Number, HoldID: i.HoldID, Since: i.Since, Until: i.Until, GoneAt: i.GoneAt,
		GoneBy: i.GoneBy.actor()}
	if tried, ok := timeOfID(i.HoldID); ok && i.Since.IsZero() && !i.Never {
		l.Since = tried
	}
	return l
}

// timeOfID returns the time in a ULID; ok is false for another id.
func timeOfID(id string) (at time.Time, ok bool) {
	parsed, err := ulid.ParseStrict(id)
	return ulid.Time(parsed.Time()).UTC(), err == nil
}

type restItem struct {
	Number e164.Number `dynamodbav:"n"`
	Since  time.Time   `dynamodbav:"s"`
	Free   time.Time   `dynamodbav:"f"`
	Lapsed bool        `dynamodbav:"l,omitempty"`
}

// Cart returns the customer's cart, empty with Ver 0 if it was never written.
func (s *Store) Cart(ctx context.Context, c ledger.Customer) (shop.Cart, error) {
	i, err := s.get(ctx, cartKey(c))
	if err != nil || i == nil {
		return shop.Cart{Customer: c}, err
	}
	return readCart(i)
}

func (s *Store) writeCart(u shop.Update) (write, error) {
	action, err := s.put(cartKey(u.To.Customer), cartItemOf(u.To), unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readCart)}, err
}

func cartItemOf(c shop.Cart) cartItem {
	i := cartItem{Carrier: c.Customer.Carrier, Customer: c.Customer.ID, Ver: c.Ver, Lines: []lineItem{},
		NextAt: c.NextAt(), Cause: c.Cause, GuardFrom: c.Guard.From, GuardAt: c.Guard.At}
	for _, l := range c.Lines {
		i.Lines = append(i.Lines, lineItemOf(l))
	}
	for _, r := range c.Rests {
		i.Rests = append(i.Rests, restItem(r))
	}
	if !i.NextAt.IsZero() {
		i.DuePK = duePK(c.Customer)
	}
	return i
}

func readCart(i item) (shop.Cart, error) {
	var c cartItem
	if err := decode(i, &c); err != nil {
		return shop.Cart{}, err
	}
	cart := shop.Cart{Customer: ledger.Customer{Carrier: c.Carrier, ID: c.Customer}, Ver: c.Ver, Cause: c.Cause,
		Guard: shop.Guard{From: c.GuardFrom, At: c.GuardAt}}
	for _, l := range c.Lines {
		cart.Lines = append(cart.Lines, l.line())
	}
	for _, r := range c.Rests {
		cart.Rests = append(cart.Rests, shop.Rest(r))
	}
	return cart, nil
}
