package desk

import (
	"context"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// Records are the data that a Finder searches.
type Records interface {
	// DIDs returns the stored DIDs, keyed by number; numbers without a record
	// are omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Account returns a customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Customers returns the accounts of the carrier, ascending by customer id.
	Customers(ctx context.Context, carrier string, p shop.Page) (accounts []ledger.Account, next string, err error)
	// Receipt returns the receipt of a reference, of any customer of the
	// carrier; the zero Receipt if there is none.
	Receipt(ctx context.Context, c ledger.Customer, reference string) (Receipt, error)
	// Orders returns the customer's orders, newest first.
	Orders(ctx context.Context, c ledger.Customer, p shop.Page) (orders []shop.Order, next string, err error)
	// Invoice returns one of the customer's invoices. Errors: commit.ErrNotFound.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	// Jobs returns the carrier's imports and plans, newest first.
	Jobs(ctx context.Context, carrier string, limit int, after string) (jobs []intake.Job, next string, err error)
	// Packages returns the highest version of each package, by id.
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
}

// MatchKind is the kind of a record that was found.
type MatchKind string

// The kinds of records that staff can find.
const (
	MatchNumber   MatchKind = "number"
	MatchCustomer MatchKind = "customer"
	MatchOrder    MatchKind = "order"
	MatchInvoice  MatchKind = "invoice"
	MatchPayment  MatchKind = "payment"
	MatchImport   MatchKind = "import"
	MatchPackage  MatchKind = "package"
)

// Match is a record that a text names.
type Match struct {
	Kind     MatchKind
	ID       string // of the record; a number in E.164
	Customer string // of the record, "" for the carrier's own
	Name     string // for people
	Detail   string // for people, "" if the name is enough
}

// The most records that Find searches, so that its cost does not grow with the
// carrier. Older records are on the pages of their kind.
const (
	foundCustomers = 200
	foundOrders    = 50
	foundJobs      = 50
	maxMatches     = 5 // of a kind
)

// minFound is the length of the shortest text, in characters, that is searched
// inside names.
const minFound = 2

// Finder finds a carrier's records by a text that staff type.
type Finder struct{ records Records }

// NewFinder returns a Finder over records.
func NewFinder(records Records) Finder { return Finder{records} }

// Find returns the records that match a text: a number in any international
// notation, a customer's id or a part of its name, the number of an order or an
// invoice, the reference of a payment, an import's file name or id, a package.
// There are at most five of each kind.
func (f Finder) Find(ctx context.Context, carrier, text string) (matches []Match, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	for _, find := range []func(context.Context, string, string) ([]Match, error){
		f.numbers, f.customers, f.invoices, f.orders, f.payments, f.imports, f.packages,
	} {
		found, err := find(ctx, carrier, text)
		if err != nil && !errors.Is(err, commit.ErrNotFound) {
			return nil, err
		}
		matches = append(matches, found[:min(len(found), maxMatches)]...)
	}
	return matches, nil
}

func (f Finder) numbers(ctx context.Context, carrier, text string) (found []Match, err error) {
	var numbers []e164.Number
	for _, r := range numberformat.Read(text, numberformat.Context{}).Readings {
		numbers = append(numbers, r.Number())
	}
	stored, err := f.records.DIDs(ctx, carrier, numbers)
	for _, n := range numbers {
		m := Match{Kind: MatchNumber, ID: n.String(), Name: e164.Display(n)}
		if d, known := stored[n]; known {
			m.Customer, m.Detail = d.Customer, d.State.Word()
		}
		found = append(found, m)
	}
	return found, err
}

// customers finds an id, ids that begin with the text, and the text inside the ids
// and names of the first customers.
func (f Finder) customers(ctx context.Context, carrier, text string) (found []Match, err error) {
	id := strings.ToLower(text)
	exact, err := f.records.Account(ctx, ledger.Customer{Carrier: carrier, ID: id})
	if err == nil {
		found = append(found, matchOfCustomer(exact))
	}
	listed := map[string]bool{id: true}
	for _, look := range []struct {
		page shop.Page
		is   func(ledger.Account) bool
	}{
		{shop.Page{Limit: maxMatches, After: id},
			func(a ledger.Account) bool { return strings.HasPrefix(a.Customer.ID, id) }},
		{shop.Page{Limit: foundCustomers}, func(a ledger.Account) bool {
			return within(text, a.Customer.ID) ||
				within(text, a.Name)
		}},
	} {
		accounts, _, err := f.records.Customers(ctx, carrier, look.page)
		if err != nil {
			return nil, err
		}
		for _, a := range accounts {
			if !listed[a.Customer.ID] && look.is(a) {
				listed[a.Customer.ID] = true
				found = append(found, matchOfCustomer(a))
			}
		}
	}
	return found, nil
}

func matchOfCustomer(a ledger.Account) Match {
	return Match{Kind: MatchCustomer, ID: a.Customer.ID, Customer: a.Customer.ID, Name: a.Name, Detail: a.Customer.ID}
}

// within reports whether a name contains a text, ignoring case.
func within(text, name string) bool {
	return len([]rune(text)) >= minFound && strings.Contains(strings.ToLower(name), strings.ToLower(text))
}

func (f Finder) invoices(ctx context.Context, carrier, text string) ([]Match, error) {
	customer, _, is := strings.Cut(text, "-inv-")
	if !is {
		return nil, nil
	}
	i, err := f.records.Invoice(ctx, ledger.Customer{Carrier: carrier, ID: customer}, text)
	if err != nil {
		return nil, err
	}
	return []Match{{Kind: MatchInvoice, ID: i.ID, Customer: customer, Name: i.ID, Detail: i.Gross.String()}}, nil
}

// orders looks for an order's number, <customer>-<n>, in the customer's newest.
func (f Finder) orders(ctx context.Context, carrier, text string) (found []Match, err error) {
	dash := strings.LastIndexByte(text, '-')
	if dash < 1 || strings.Trim(text[dash+1:], "0123456789") != "" {
		return nil, nil
	}
	c := ledger.Customer{Carrier: carrier, ID: text[:dash]}
	orders, _, err := f.records.Orders(ctx, c, shop.Page{Limit: foundOrders})
	for _, o := range orders {
		if o.Number == text {
			found = append(found, Match{Kind: MatchOrder, ID: o.ID, Customer: c.ID, Name: o.Number, Detail: o.Total.String()})
		}
	}
	return found, err
}

func (f Finder) payments(ctx context.Context, carrier, text string) ([]Match, error) {
	r, err := f.records.Receipt(ctx, ledger.Customer{Carrier: carrier}, text)
	if err != nil || r.Reference == "" {
		return nil, err
	}
	return []Match{{Kind: MatchPayment, ID: r.Reference, Customer: r.Customer.ID, Name: r.Reference,
		Detail: r.Amount.String()}}, nil
}

func (f Finder) imports(ctx context.Context, carrier, text string) (found []Match, err error) {
	jobs, _, err := f.records.Jobs(ctx, carrier, foundJobs, "")
	for _, j := range jobs {
		name := nameOfJob(j)
		if j.ID == text || within(text, name) {
			found = append(found, Match{Kind: MatchImport, ID: j.ID, Name: name, Detail: string(j.Status)})
		}
	}
	return found, err
}

// nameOfJob returns the name of the job's file, or its action if the rows were
// typed.
func nameOfJob(j intake.Job) string {
	if j.Object.Key == "" {
		return string(j.Action)
	}
	return path.Base(j.Object.Key)
}

func (f Finder) packages(ctx context.Context, carrier, text string) (found []Match, err error) {
	packages, err := f.records.Packages(ctx, carrier)
	for _, id := range slices.Sorted(maps.Keys(packages)) {
		p := packages[id]
		if id == text || within(text, id) || within(text, p.Name) {
			found = append(found, Match{Kind: MatchPackage, ID: id, Name: p.Name})
		}
	}
	return found, err
}
