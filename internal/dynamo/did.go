package dynamo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"didpurchase/internal/auth"
	"didpurchase/internal/correlation"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
)

// didItem is a DID's item. Its names are short, because there are many of these
// items.
type didItem struct {
	State    did.State  `dynamodbav:"state"`
	Ver      int        `dynamodbav:"ver"`
	HoldID   string     `dynamodbav:"holdId,omitempty"`
	RentalID string     `dynamodbav:"rentalId,omitempty"`
	Carrier  string     `dynamodbav:"carrier,omitempty"` // for the index due
	Customer string     `dynamodbav:"customer,omitempty"`
	MovedAt  time.Time  `dynamodbav:"at,omitempty"`
	By       *actorItem `dynamodbav:"by,omitempty"`
	Until    time.Time  `dynamodbav:"until,omitempty"`
	Offer    *offerItem `dynamodbav:"offer,omitempty"`

	Anchor      time.Time `dynamodbav:"anchor,omitempty"`
	Period      int       `dynamodbav:"period"` // 0 is a period, so it is never left out
	PeriodStart time.Time `dynamodbav:"start,omitempty"`
	PeriodEnd   time.Time `dynamodbav:"end,omitempty"`
	Zone        string    `dynamodbav:"zone,omitempty"`
	AssignedAt  time.Time `dynamodbav:"since,omitempty"`
	UnpaidSince time.Time `dynamodbav:"unpaid,omitempty"`
	SuspendedAt time.Time `dynamodbav:"suspended,omitempty"`
	Attempts    int       `dynamodbav:"attempts,omitempty"`
	routeAttributes
	Label string   `dynamodbav:"label,omitempty"`
	Tags  []string `dynamodbav:"tags,omitempty"`

	NextPrice *nextPriceItem `dynamodbav:"price,omitempty"`

	Began  string    `dynamodbav:"began,omitempty"` // rentals.Begun, for the index rentals
	NextAt time.Time `dynamodbav:"nextAt,omitempty"`
	DuePK  string    `dynamodbav:"duePK,omitempty"`
	Owner  string    `dynamodbav:"owner,omitempty"`
}

// offerItem is the offer of a number, within a DID's or an order's item.
type offerItem struct {
	termsItem
	Country string    `dynamodbav:"cc,omitempty"`
	Area    string    `dynamodbav:"area,omitempty"`
	Type    e164.Type `dynamodbav:"type,omitempty"`
}

// moveWrite is a row of the table of moves: the guard on the current item, and the
// attributes that the move writes from its result; with no attributes it deletes
// the item.
type moveWrite struct {
	guard  func(did.Move) expression.ConditionBuilder
	writes []string
}

// moveWrites expresses did's table of moves as conditions of the database. A
// test compares both.
var moveWrites = map[did.Event]moveWrite{
	did.Hold:   {claimable, []string{"state", "holdId", "customer", "until", "offer"}},
	did.Extend: {extendable, []string{"until"}},
	did.Remove: {coveredHold, nil},
	did.Lapse:  {itsLapsedHold, nil},
	// The offer is written again, so that the rental has the charged offer even if
	// the same hold was taken again at a new price in between. A renewal adds the
	// attribute began to rentals from before it existed.
	did.Checkout: {liveHold, append([]string{"until", "customer", "carrier", "owner"}, newRental...)},
	did.Renew: {samePrice, []string{"state", "period", "start", "end", "zone", "nextAt", "unpaid", "suspended",
		"attempts", "began", "offer", "price"}},
	did.Unpaid:    {samePeriod, []string{"state", "nextAt", "unpaid", "attempts"}},
	did.Suspend:   {samePeriod, []string{"state", "nextAt", "suspended", "attempts"}},
	did.Cancel:    {sameVersion, []string{"state", "nextAt", "attempts"}},
	did.GiveUp:    {samePeriod, []string{"state", "nextAt", "suspended", "attempts"}},
	did.Restore:   {restorable, []string{"state", "nextAt", "attempts"}},
	did.Age:       {samePeriod, []string{"state", "nextAt", "suspended", "attempts"}},
	did.Reclaim:   {reclaimable, newRental},
	did.Free:      {sameRentalDue, nil},
	did.Postpone:  {sameVersion, []string{"nextAt", "attempts"}},
	did.Withhold:  {nobodys, []string{"state", "holdId"}},
	did.Return:    {withheld, nil},
	did.Adopt:     {unclaimed, ofNobodys},
	did.Allocate:  {unclaimed, ofNobodys},
	did.PortOut:   {sameRental, []string{"state", "nextAt", "duePK", "suspended", "attempts"}},
	did.Reprice:   {sameVersion, []string{"price"}},
	did.KeepPrice: {sameVersion, []string{"price"}},
	did.Edit:      {sameVersion, append([]string{"label", "tags"}, routeNames...)},

	did.Reserve:   {unclaimed, []string{"state", "holdId", "customer", "until", "offer"}},
	did.Submit:    {liveHold, []string{"state", "holdId", "customer", "until", "offer"}},
	did.Unreserve: {reservedForIt, nil},
	did.Fulfil:    {reservedForIt, append([]string{"customer", "carrier", "owner"}, newRental...)},
}

// writeMove returns the write of a move by its row. A move writes its own
// attributes, its time, its actor and its cause; none replaces the whole item.
func (s *Store) writeMove(ctx context.Context, m did.Move) (write, error) {
	row, known := moveWrites[m.Event]
	if !known {
		return write{}, fmt.Errorf("no write for the event %q", m.Event)
	}
	w, k := write{change: m, current: reading(readDID)}, didKey(m.To.Carrier, m.To.Number)
	if row.writes == nil {
		var err error
		w.action, err = s.remove(k, row.guard(m))
		return w, err
	}
	m.To.MovedAt, m.To.By = m.At, auth.ActorOf(ctx)
	after, err := encode(didItemOf(m.To))
	if err != nil {
		return write{}, err
	}
	changes := setting(after, append(slices.Clone(row.writes), "at", "by")...).Set(expression.Name("ver"), nextVer())
	if id := correlation.ID(ctx); id != "" {
		changes = changes.Set(expression.Name(CauseAttribute), expression.Value(id))
	} else {
		changes = changes.Remove(expression.Name(CauseAttribute))
	}
	w.action, err = s.update(k, changes, row.guard(m))
	return w, err
}

func didItemOf(d did.DID) didItem {
	i := didItem{
		State: d.State, Ver: d.Ver, HoldID: d.HoldID, RentalID: d.RentalID, Carrier: d.Carrier, Customer: d.Customer,
		MovedAt: d.MovedAt, By: actorItemOf(d.By), Until: d.Until, Offer: offerItemOf(d.Offer),
		Anchor: d.Anchor, Period: d.Period, PeriodStart: d.PeriodStart, PeriodEnd: d.PeriodEnd, Zone: d.Zone,
		AssignedAt:  d.AssignedAt,
		UnpaidSince: d.UnpaidSince, SuspendedAt: d.SuspendedAt, Attempts: d.Attempts,
		routeAttributes: routeAttributesOf(d.Route), Label: d.Label, Tags: d.Tags, NextAt: d.NextAt,
		NextPrice: nextPriceItemOf(d.NextPrice),
	}
	holder := ledger.Customer{Carrier: d.Carrier, ID: d.Customer}
	if !d.NextAt.IsZero() {
		i.DuePK = duePK(holder)
	}
	if d.RentalID != "" {
		i.Owner, i.Began = ownerPK(holder), rentals.Begun(d)
	}
	return i
}

func offerItemOf(o did.Offer) *offerItem {
	return &offerItem{termsItem: termsItemOf(o.Terms), Country: o.Country, Area: o.Area, Type: o.Type}
}

func (o *offerItem) offer() did.Offer {
	if o == nil {
		return did.Offer{}
	}
	return did.Offer{Terms: o.terms(), Country: o.Country, Area: o.Area, Type: o.Type}
}

// readDID reads a DID's item; carrier and number are in its key.
func readDID(i item) (did.DID, error) {
	var d didItem
	if err := decode(i, &d); err != nil {
		return did.DID{}, err
	}
	if err := did.CheckZone(d.Zone); err != nil {
		return did.DID{}, fmt.Errorf("dynamo: %s %s: %w", text(i, "pk"), text(i, "sk"), err)
	}
	carrier, n, err := parseDIDKey(text(i, "pk"), text(i, "sk"))
	return did.DID{
		Carrier: carrier, Number: n, State: d.State, Ver: d.Ver, HoldID: d.HoldID, RentalID: d.RentalID,
		Customer: d.Customer, MovedAt: d.MovedAt, By: d.By.actor(), Until: d.Until, Offer: d.Offer.offer(),
		Rental: did.Rental{
			Anchor: d.Anchor, Period: d.Period, PeriodStart: d.PeriodStart, PeriodEnd: d.PeriodEnd, Zone: d.Zone,
			NextAt:     d.NextAt,
			AssignedAt: d.AssignedAt, UnpaidSince: d.UnpaidSince, SuspendedAt: d.SuspendedAt, Attempts: d.Attempts,
			Route: d.route(), Label: d.Label, Tags: d.Tags, NextPrice: d.NextPrice.nextPrice(),
		},
	}, err
}

// nextPriceItem is a price that was agreed for a later period. Its names are short,
// so that a rental's item stays below 1 KB, which is one write unit.
type nextPriceItem struct {
	Change    string    `dynamodbav:"id"`
	Version   int       `dynamodbav:"v"`
	Name      string    `dynamodbav:"name,omitempty"`
	Recurring amount    `dynamodbav:"mrc"`
	From      time.Time `dynamodbav:"from"`
}

func nextPriceItemOf(p did.NextPrice) *nextPriceItem {
	if p.Change == "" {
		return nil
	}
	return &nextPriceItem{Change: p.Change, Version: p.Version, Name: p.Name, Recurring: amount{p.Recurring}, From: p.From}
}

func (p *nextPriceItem) nextPrice() did.NextPrice {
	if p == nil {
		return did.NextPrice{}
	}
	return did.NextPrice{Change: p.Change, Version: p.Version, Name: p.Name, Recurring: p.Recurring.Amount, From: p.From}
}

// parseDIDKey returns the carrier and the number of a DID's key.
func parseDIDKey(pk, sk string) (carrier string, n e164.Number, err error) {
	parts := strings.Split(pk, "#")
	if len(parts) != 3 || parts[0] != "DID" {
		return "", 0, fmt.Errorf("dynamo: %q %q is not the key of a DID", pk, sk)
	}
	n, err = e164.Parse(sk)
	return parts[1], n, err
}

// DIDs returns the stored DIDs, keyed by number; numbers without a record are
// omitted.
func (s *Store) DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	keys := make(map[key]bool, len(numbers))
	for _, n := range numbers {
		keys[didKey(carrier, n)] = true
	}
	items, err := s.getAll(ctx, slices.Collect(maps.Keys(keys)))
	if err != nil {
		return nil, err
	}
	dids, err := readEach(items, readDID)
	found := make(map[e164.Number]did.DID, len(dids))
	for _, d := range dids {
		found[d.Number] = d
	}
	return found, err
}

// DIDsIn returns the DIDs of a span within a block, ascending by their digits;
// they may be a moment late.
func (s *Store) DIDsIn(ctx context.Context, carrier string, span e164.Span) ([]did.DID, error) {
	items, err := s.between(ctx, didPartition(carrier, span.Start.Block()), span.Start.Digits(),
		span.End.Digits(), false, 0)
	if err != nil {
		return nil, err
	}
	return readEach(items, readDID)
}
