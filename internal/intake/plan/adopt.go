package plan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// maxPaidAhead is the longest time for which a rental may be paid in advance: a
// later time is a mistake in the file.
const maxPaidAhead = 5 * 365 * 24 * time.Hour

// Accounts reads customers' accounts.
type Accounts interface {
	// AccountCurrency returns the currency of a customer's account, "" if there
	// is none.
	AccountCurrency(ctx context.Context, c ledger.Customer) (string, error)
}

// People are a carrier's customers; each is read once.
type People struct {
	ctx     context.Context
	carrier string
	store   Accounts
	known   map[string]string // currencies of their accounts; "" = the customer does not exist
	zone    *time.Location
	now     time.Time
	failed  error // the error of the store
}

func NewPeople(ctx context.Context, carrier string, store Accounts, zone *time.Location, now time.Time) *People {
	return &People{ctx: ctx, carrier: carrier, store: store, known: map[string]string{}, zone: zone, now: now}
}

// rentalOf reads the rental of a row, after its numbers and package.
func (p *People) rentalOf(l *sheet.Layout, cells []string, prices *Packages, o offer) (*Rental, *sheet.Fault) {
	pkg := o.pkg
	settings, fault := settingsOf(l, cells, o.span)
	if fault != nil {
		return nil, fault
	}
	r := &Rental{
		Customer: strings.Clone(l.Cell(cells, sheet.RoleCustomer)), Terms: prices.known[pkg].Terms,
		Zone: p.zone.String(), Label: settings.Label, Destination: settings.Route.First(),
	}
	if r.PaidUntil, fault = p.time(l.Cell(cells, sheet.RolePaidUntil), l.Through); fault != nil {
		return nil, fault
	}
	currency := p.currency(r.Customer)
	switch {
	case currency == "":
		return nil, sheet.Faultf(CodeUnknownCustomer, "there is no customer %q", r.Customer)
	case currency != r.Terms.Recurring.Currency():
		return nil, sheet.Faultf(CodePriceDiffers, "the package %q is in %s, the account of %s in %s", pkg,
			r.Terms.Recurring.Currency(), r.Customer, currency)
	}
	return r, nil
}

// settingsOf reads the label and the destination of a row's rentals, by the rules
// for a customer who edits them.
func settingsOf(l *sheet.Layout, cells []string, numbers e164.Span) (did.Settings, *sheet.Fault) {
	s := did.Settings{
		Label: strings.Clone(l.Cell(cells, sheet.RoleLabel)),
		Route: destination.To(strings.Clone(l.Cell(cells, sheet.RoleDestination))),
	}
	checked, err := s.Checked(numbers, did.Settings{})
	var invalid *did.InvalidSettings
	if errors.As(err, &invalid) {
		return did.Settings{}, sheet.Faultf(CodeBadSetting, "the %s %s", invalid.Faults[0].Field, invalid.Faults[0].Detail)
	}
	return checked, nil
}

// currency returns the currency of a customer's account, "" if there is none.
func (p *People) currency(id string) string {
	currency, asked := p.known[id]
	if asked || id == "" || len(id) > 64 || strings.Contains(id, "#") {
		return currency
	}
	currency, err := p.store.AccountCurrency(p.ctx, ledger.Customer{Carrier: p.carrier, ID: id})
	if err != nil {
		p.failed = errors.Join(p.failed, err)
		return ""
	}
	p.known[strings.Clone(id)] = currency
	return currency
}

// times are the forms of moments in files; days are the forms of days, which begin
// at the carrier's midnight.
var (
	times = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04"}
	days  = []string{time.DateOnly, "2006/01/02", "02.01.2006", "2 Jan 2006", "2 January 2006", "Jan 2, 2006",
		"January 2, 2006"}
)

// slashed are the forms of a day that people write with slashes.
var slashed = []string{"2/1/2006", "1/2/2006"}

// isTwoDays returns the fault of a day that has two readings: 03/04/2026 is 4 March
// if the month comes first, and 3 April if it comes second.
func (p *People) isTwoDays(text string) *sheet.Fault {
	first, firstErr := time.ParseInLocation(slashed[0], text, p.zone)
	second, secondErr := time.ParseInLocation(slashed[1], text, p.zone)
	if firstErr != nil || secondErr != nil || first.Equal(second) {
		return nil
	}
	return sheet.Faultf(CodeBadTime, "the time %q is %s or %s; write the year first", text,
		first.Format("2 January 2006"), second.Format("2 January 2006"))
}

// midnight is a day with the time 00:00, without a zone.
var midnight = regexp.MustCompile(`^(.*\d{4}|\d{4}.*\d)[T ]00:00(?::00(?:\.0+)?)?$`)

// time reads a moment. A day that is the last paid one (through) ends at its end. A
// time of 00:00 without a zone is read as a day, as programs write it.
func (p *People) time(text string, through bool) (time.Time, *sheet.Fault) {
	if m := midnight.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	for _, form := range times {
		if at, err := time.ParseInLocation(form, text, p.zone); err == nil {
			return p.near(at, text)
		}
	}
	if fault := p.isTwoDays(text); fault != nil {
		return time.Time{}, fault
	}
	for _, form := range slices.Concat(slashed, days) {
		at, err := time.ParseInLocation(form, text, p.zone)
		if err != nil {
			continue
		}
		if through {
			at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, p.zone)
		}
		return p.near(at, text)
	}
	return time.Time{}, sheet.Faultf(CodeBadTime,
		"the time %q is not one such as 2026-01-31 or 2026-01-31T00:00:00Z", text)
}

// near refuses a time that is probably a mistake.
func (p *People) near(at time.Time, text string) (time.Time, *sheet.Fault) {
	if at.After(p.now.Add(maxPaidAhead)) || at.Before(p.now.Add(-maxPaidAhead)) {
		return at, sheet.Faultf(CodeBadTime, "the time %q is more than 5 years away", text)
	}
	return at.UTC(), nil
}

// overdue counts the charges of adopted rentals that are due at once, because their
// paid time ended more than one period ago.
type overdue struct {
	rentals uint64
	total   map[string]money.Amount // by currency
}

// maxPeriods bounds the count of periods: five years of days.
const maxPeriods = 5 * 366

// see adds the rentals of a row: the periods that have begun, if they are more than
// one.
func (o *overdue) see(r *Rental, numbers uint64, zone *time.Location, now time.Time) error {
	periods := 0
	for periods < maxPeriods && !r.Terms.Due(r.PaidUntil, periods, zone).After(now) {
		periods++
	}
	if periods < 2 {
		return nil
	}
	if o.total == nil {
		o.total = map[string]money.Amount{}
	}
	o.rentals += numbers
	currency := r.Terms.Recurring.Currency()
	sum, known := o.total[currency]
	if !known {
		sum = money.Zero(currency)
	}
	var err error
	o.total[currency], err = addTimes(sum, r.Terms.Recurring, uint64(periods)*numbers)
	return err
}

// addTimes returns sum + n × each, by doubling: 5 × each is each + 4 × each.
func addTimes(sum, each money.Amount, n uint64) (money.Amount, error) {
	var err error
	for ; n > 0 && err == nil; n /= 2 {
		if n%2 == 1 {
			sum, err = sum.Add(each)
		}
		if err == nil {
			each, err = each.Add(each)
		}
	}
	return sum, err
}

// String returns a sentence, "" if nothing is overdue.
func (o *overdue) String() string {
	if o.rentals == 0 {
		return ""
	}
	var sums []string
	for _, currency := range slices.Sorted(maps.Keys(o.total)) {
		sums = append(sums, o.total[currency].String())
	}
	return fmt.Sprintf("%d rentals are paid until more than one period ago: applied, they are charged %s at once",
		o.rentals, strings.Join(sums, " and "))
}
