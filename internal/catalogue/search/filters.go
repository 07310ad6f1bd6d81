package search

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// MaxConsecutive is the longest run that can be searched for. (A carrier sells
// longer runs as ranges, not by search.)
const MaxConsecutive = 1_000_000

// terms are the filters on prices.
type terms struct {
	maxSetup, maxRecurring *big.Rat // nil = whatever; maxRecurring is per month
	interval               pricing.Interval
}

// affords reports whether a package with this monthly equivalent passes the
// filters on prices.
func (t *terms) affords(p *pricing.Terms, monthly money.Amount) bool {
	return atMost(p.Setup, t.maxSetup) && atMost(monthly, t.maxRecurring) &&
		(t.interval == pricing.Interval{} || t.interval == p.Interval)
}

func atMost(a money.Amount, most *big.Rat) bool {
	if most == nil {
		return true
	}
	amount, ok := new(big.Rat).SetString(a.Number())
	return ok && amount.Cmp(most) <= 0
}

func (q *Query) checkLimit(Filters) *FieldError {
	if q.limit < 1 || q.limit > MaxLimit {
		return &FieldError{"limit", fmt.Sprintf("must be 1 to %d", MaxLimit)}
	}
	return nil
}

func (q *Query) readCountries(f Filters) *FieldError {
	if f.Country == "" {
		return nil
	}
	for text := range strings.SplitSeq(f.Country, ",") {
		country := strings.ToUpper(strings.TrimSpace(text))
		calling := e164.CallingCode(country)
		switch {
		case calling == 0:
			return &FieldError{"country", e164.UnknownCountry(text)}
		case slices.Contains(q.countries, country):
			return &FieldError{"country", fmt.Sprintf("%q is there twice; name each country once", country)}
		}
		q.countries = append(q.countries, country)
		if !slices.Contains(q.callings, calling) {
			q.callings = append(q.callings, calling)
		}
	}
	return nil
}

func (q *Query) checkArea(f Filters) *FieldError { return notBlank("area", f.Area, q.area) }

func (q *Query) checkPackage(f Filters) *FieldError { return notBlank("package", f.Package, q.pack) }

// notBlank refuses a name without any letters or digits, which would otherwise
// mean that there is no filter.
func notBlank(field, name, folded string) *FieldError {
	if name != "" && folded == "" {
		return &FieldError{field, fmt.Sprintf("%q has no letters or digits; leave it out to search all", name)}
	}
	return nil
}

func (q *Query) checkType(f Filters) *FieldError {
	if f.Type != "" && !slices.Contains(e164.Types, q.kind) {
		return &FieldError{"type", fmt.Sprintf("%q is not one of %s", f.Type, joinTypes())}
	}
	return nil
}

func joinTypes() string {
	texts := make([]string, len(e164.Types))
	for i, t := range e164.Types {
		texts[i] = string(t)
	}
	return strings.Join(texts, ", ")
}

func (q *Query) readFeatures(f Filters) *FieldError {
	if f.Features == "" {
		return nil
	}
	for feature := range strings.SplitSeq(f.Features, ",") {
		feature = strings.ToLower(strings.TrimSpace(feature))
		switch {
		case !slices.Contains(catalogue.Features, feature):
			return &FieldError{"features", fmt.Sprintf("%q is not one of %s", feature, strings.Join(catalogue.Features, ", "))}
		case slices.Contains(q.features, feature):
			return &FieldError{"features", fmt.Sprintf("%q is there twice; name each feature once", feature)}
		}
		q.features = append(q.features, feature)
	}
	return nil
}

func (q *Query) readMaxSetup(f Filters) (err *FieldError) {
	q.maxSetup, err = parseAmount("max_setup", f.MaxSetup)
	return err
}

func (q *Query) readMaxRecurring(f Filters) (err *FieldError) {
	q.maxRecurring, err = parseAmount("max_recurring", f.MaxRecurring)
	return err
}

func parseAmount(field, text string) (*big.Rat, *FieldError) {
	if text == "" {
		return nil, nil
	}
	if !money.IsDecimal(text) || strings.HasPrefix(text, "-") {
		return nil, &FieldError{field, fmt.Sprintf("%q is not an amount such as 2.50", text)}
	}
	amount, _ := new(big.Rat).SetString(text) // a plain decimal is a number
	return amount, nil
}

var everySoOften = regexp.MustCompile(`^([1-9][0-9]{0,3})?[ -]?(day|week|month|year)s?$`)

func (q *Query) readInterval(f Filters) *FieldError {
	if f.Interval == "" {
		return nil
	}
	parts := everySoOften.FindStringSubmatch(strings.ToLower(f.Interval))
	if parts == nil {
		return &FieldError{"interval", fmt.Sprintf("%q is not an interval: day, week, month or year, with a number before "+
			"it if there are several", f.Interval)}
	}
	q.interval = pricing.Interval{Unit: pricing.Unit(parts[2]), Count: 1}
	if parts[1] != "" {
		q.interval.Count, _ = strconv.Atoi(parts[1]) // at most four digits
	}
	return nil
}

func (q *Query) readConsecutive(f Filters) *FieldError {
	if f.Consecutive != 0 && (f.Consecutive < 2 || f.Consecutive > MaxConsecutive) {
		return &FieldError{"consecutive", fmt.Sprintf("must be 2 to %d", MaxConsecutive)}
	}
	q.consecutive = f.Consecutive
	return nil
}

func (q *Query) readSort(f Filters) *FieldError {
	switch f.Sort {
	case "", "number":
	case "price":
		q.byPrice = true
	case "memorable":
		if f.Consecutive > 0 {
			return &FieldError{"sort", "can't be memorable together with consecutive"}
		}
		q.byReason = true
	default:
		return &FieldError{"sort", fmt.Sprintf("%q is none of number, price, memorable", f.Sort)}
	}
	return nil
}

// readAfter refuses a cursor of a search with another sort.
func (q *Query) readAfter(f Filters) *FieldError {
	if f.After == (Cursor{}) {
		return nil
	}
	if q.byPrice != (f.After.Price != "") {
		return &FieldError{"cursor", "belongs to a search with another sort"}
	}
	if q.byPrice {
		var err error
		number, currency, _ := strings.Cut(f.After.Price, " ")
		if q.afterPrice, err = money.ParseSum(number, currency); err != nil {
			return &FieldError{"cursor", "is not a cursor of a search"}
		}
	}
	return nil
}

func (q *Query) readOffset(f Filters) *FieldError {
	q.offset = f.Offset
	switch {
	case f.Offset < 0:
		return &FieldError{"offset", "must not be negative"}
	case f.Offset > 0 && f.After != (Cursor{}):
		return &FieldError{"offset", "can't be combined with cursor"}
	case f.Offset > 0 && f.Consecutive > 0:
		return &FieldError{"offset", "can't be combined with consecutive"}
	}
	return nil
}
