package report

import (
	"context"
	"strconv"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/usage"
)

// Data reads what reports are about. *dynamo.Store implements it, and documents
// it.
type Data interface {
	CustomerAfter(ctx context.Context, carrier, after string) (string, error)
	Account(ctx context.Context, c ledger.Customer) (ledger.Account, error)
	OwnedAfter(ctx context.Context, c ledger.Customer, after string, max int) (numbers []e164.Number,
		next string, err error)
	CountOwned(ctx context.Context, c ledger.Customer) (uint64, error)
	RentalsOf(ctx context.Context, c ledger.Customer, numbers []e164.Number) ([]did.DID, error)
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	DIDsIn(ctx context.Context, carrier string, s e164.Span) ([]did.DID, error)
	Usage(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]usage.Record, error)
	Coverage(ctx context.Context, carrier string) (usage.Coverage, error)
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
	PackageVersions(ctx context.Context, carrier string) ([]pricing.Package, error)
	PartitionsFrom(ctx context.Context, carrier string, from e164.Partition, limit int) ([]e164.Partition, error)
	Partition(ctx context.Context, carrier string, p e164.Partition, consistent bool,
		pace func(units float64) error) (catalogue.Partition, error)
	EntriesAfter(ctx context.Context, c ledger.Customer, seq, limit int) ([]ledger.Entry, error)
	History(ctx context.Context, carrier string, n e164.Number) ([]did.Passage, error)
	Releases(ctx context.Context, carrier, month string, p shop.Page) ([]did.Release, string, error)
	ActsAfter(ctx context.Context, carrier, month, after string, limit int) (acts []audit.Entry, next string, err error)
}

// basis is what every source has.
type basis struct {
	data    Data
	report  Report
	carrier carrier.Carrier
	loc     *time.Location

	// beat renews the lease when it is time to. Steps that may take longer than the
	// lease call it. Errors: errTaken, the context's.
	beat func(ctx context.Context) error
}

// sourceOf returns the source of a report's rows.
func (m *making) sourceOf(ctx context.Context, r Report) (source, error) {
	of, err := m.records.Carrier(ctx, r.Carrier)
	if err != nil {
		return nil, err
	}
	b := basis{data: m.data, report: r, carrier: of, beat: m.beat}
	if b.loc, err = of.Location(); err != nil {
		return nil, err
	}
	if of := sources[r.Kind]; of != nil {
		return of(ctx, b)
	}
	return nil, &Unmakeable{"this version of the system knows no report " + string(r.Kind)}
}

// sources has the source of each kind.
var sources = map[Kind]func(context.Context, basis) (source, error){
	Rentals: func(ctx context.Context, b basis) (source, error) {
		known, err := b.costs(ctx)
		return &rentalRows{customers{basis: b}, known}, err
	},
	Idle: func(ctx context.Context, b basis) (source, error) {
		return &idleRows{customers{basis: b}}, b.checkCovered(ctx)
	},
	Inventory: func(ctx context.Context, b basis) (source, error) {
		packages, err := b.data.Packages(ctx, b.report.Carrier)
		return &inventoryRows{stock{b}, packages}, err
	},
	Utilisation: func(_ context.Context, b basis) (source, error) { return &utilisationRows{stock{b}}, nil },
	NumberUse:   func(_ context.Context, b basis) (source, error) { return &numberUseRows{stock{b}}, nil },
	Revenue: func(ctx context.Context, b basis) (source, error) {
		known, err := b.costs(ctx)
		return &revenueRows{b, known}, err
	},
	Changes:     func(_ context.Context, b basis) (source, error) { return &changeRows{b}, nil },
	Disconnects: func(_ context.Context, b basis) (source, error) { return &disconnectRows{b}, nil },
}

// about is the answer of sources that don't know the number of their rows.
func (b *basis) about(context.Context) (uint64, error) { return 0, nil }

func (b *basis) asOf() string { return timeText(b.report.AsOf) }

func (b *basis) of(customer string) ledger.Customer {
	return ledger.Customer{Carrier: b.report.Carrier, ID: customer}
}

// timeText is "" for the zero time. Parts of a second are left out.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func count(n uint64) string { return strconv.FormatUint(n, 10) }

func intervalText(t pricing.Terms) string {
	return strconv.Itoa(t.Interval.Count) + " " + string(t.Interval.Unit)
}
