package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// DefaultLimit and MaxLimit are the default and the largest page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Filters are a customer's filters as they were written: each field is the
// query parameter of the same name in snake case, "" = not set. All of them
// must hold.
type Filters struct {
	Q          string // the box that a person types into: see parseBox
	StartsWith string // these four: digits, ? and *, with or without separators
	EndsWith   string
	Contains   string
	Pattern    string // the whole number
	Country    string // ISO 3166-1 alpha-2, with commas: any of them; this one and the next three as a person types them
	Area       string
	Package    string // a package's id, or its name
	Type       string

	Features     string // of Features, with commas: all of them
	MaxSetup     string // a decimal number, in the package's currency
	MaxRecurring string // compared with the monthly equivalent
	Interval     string // "month", "3 months": packages with this interval

	Memorable string // reasons, with commas: any of them; "any" = all reasons

	Consecutive int    // runs of at least this length instead of numbers; 0 = numbers
	Sort        string // "number"; "price": the monthly equivalent; or "memorable": the reason; then the number
	Limit       int    // 0 = DefaultLimit
	After       Cursor // the page begins after this row
	Offset      int    // the page begins after this number of rows; only for numbers, and without After
}

// Query is the parsed form of Filters. Several searches may use it at once.
type Query struct {
	countries  []string // any of them; none = all
	callings   []int    // their distinct calling codes
	area, pack string
	kind       e164.Type
	terms
	features    []string
	consecutive int
	byPrice     bool
	limit       int
	offset      int
	after       Cursor
	afterPrice  money.Amount
	reasons     []Memorable // the wanted ones; none = any ending
	endings     *endings    // of the wanted reasons; nil = any ending
	automaton   *automaton
	byReason    bool
	classes     []class // for byReason, in the order of their rows
}

// typeWords turns a type in words, "Toll-free", into its wire form.
var typeWords = strings.NewReplacer(" ", "_", "-", "_")

// FieldError is the fault of one filter.
type FieldError struct {
	Field  string // the query parameter
	Detail string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Detail }

// FieldErrors are all faults of a query, at least one.
type FieldErrors []*FieldError

func (e FieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, err := range e {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

// ParseQuery parses filters. Its errors are FieldErrors.
func ParseQuery(f Filters) (*Query, error) {
	q := &Query{
		area: fold(f.Area), pack: fold(f.Package), limit: f.Limit, after: f.After,
		kind: e164.Type(typeWords.Replace(fold(f.Type))),
	}
	if q.limit == 0 {
		q.limit = DefaultLimit
	}
	var errs FieldErrors
	for _, check := range []func(Filters) *FieldError{
		q.checkLimit, q.readCountries, q.checkArea, q.checkPackage, q.checkType, q.readFeatures, q.readMaxSetup,
		q.readMaxRecurring, q.readInterval,
		q.readMemorable, q.readConsecutive, q.readSort, q.readAfter, q.readOffset,
	} {
		if err := check(f); err != nil {
			errs = append(errs, err)
		}
	}
	list, textErrs := parseConditions(f)
	if errs = append(errs, textErrs...); len(errs) > 0 {
		return nil, errs
	}
	var ok bool
	if q.automaton, ok = newConditions(list, q.callings, q.endings).compile(); !ok {
		return nil, FieldErrors{tooWide(list, q.callings)}
	}
	if q.byReason && !q.readClasses(list) {
		return nil, FieldErrors{{"sort", "can't be memorable together with these wildcards: give fewer * and ?"}}
	}
	return q, nil
}

func parseConditions(f Filters) (list []condition, errs FieldErrors) {
	for _, filter := range []struct {
		field, text string
		parse       func(text string) ([]alternative, error)
	}{
		{"q", f.Q, parseBox},
		{"starts_with", f.StartsWith, anchored("", "*")},
		{"ends_with", f.EndsWith, anchored("*", "")},
		{"contains", f.Contains, anchored("*", "*")},
		{"pattern", f.Pattern, anchored("", "")},
	} {
		if filter.text == "" {
			continue
		}
		alternatives, err := filter.parse(filter.text)
		switch {
		case err != nil:
			errs = append(errs, &FieldError{filter.field, err.Error()})
		case alternatives != nil:
			list = append(list, condition{filter.field, alternatives})
		}
	}
	return list, errs
}

// tooWide returns the filter with which the automaton exceeds its limit.
func tooWide(list []condition, callings []int) *FieldError {
	for i := range list {
		if _, ok := newConditions(list[:i+1], callings, nil).compile(); !ok {
			return &FieldError{list[i].field, fmt.Sprintf(
				"has too many wildcards to search for at once: it can match in more than %d ways midway through a number; give "+
					"more digits before the first or after the last *, or fewer ? between two *", maxStates)}
		}
	}
	return &FieldError{"memorable", "can't be searched for together with these wildcards: give fewer * and ?, or fewer " +
		"reasons"}
}

// Partitions returns the partitions that can have a match: a search reads only
// these.
func (q *Query) Partitions(all []e164.Partition) []e164.Partition {
	var can []e164.Partition
	for _, p := range all {
		if q.canMatch(p) {
			can = append(can, p)
		}
	}
	return can
}

func (q *Query) canMatch(p e164.Partition) bool {
	digits := p.Digits()
	if len(q.callings) > 0 && !slices.ContainsFunc(q.callings, func(calling int) bool {
		code := strconv.Itoa(calling)
		return strings.HasPrefix(digits, code) || strings.HasPrefix(code, digits)
	}) {
		return false
	}
	w := walker{automaton: q.automaton}
	state := w.state(digitsOf(uint64(p)), len(digits))
	least, most := p.Lengths()
	for length := least; length <= most; length++ {
		if q.automaton.completions(state, length-len(digits)) > 0 {
			return true
		}
	}
	return false
}
