// Package rentals lists, filters, sorts and counts the rentals of a customer. It
// works on rows: the part of each rental that lists need, and that a renewal in
// time does not change. It keeps the rows of large customers in memory between
// requests, and follows their changes. It may not know the database, HTTP or
// prices.
package rentals

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// Row has the fields of a rental that lists need.
type Row struct {
	Digits      string // of the number; rows are ordered by it
	State       did.State
	Since       int64 // the start of the rental, in Unix seconds
	Anchor      int64 // the start of period 0, in Unix seconds
	UnpaidSince int64 // when a charge first failed, in Unix seconds; 0 while all is paid
	Lot         *Lot
	Destination string // the first target of calls, "" for none
	Label       string
	Tags        []string
	Ver         int // version of the item; 0 in a row that was read from the index
}

// Lot has the properties that the rentals of one purchase share. Rows share it.
type Lot struct {
	Package  string // its id
	Country  string
	Area     string
	Type     e164.Type
	Interval pricing.Interval
	Align    pricing.Alignment
	Zone     string // of its due dates; "" in an older rental
}

// RowOf returns the row of a rental.
func RowOf(d did.DID) Row {
	row := Row{
		Digits: d.Number.Digits(), State: d.State, Since: d.AssignedAt.Unix(), Anchor: d.Anchor.Unix(),
		Destination: d.Route.First(), Label: d.Label, Tags: d.Tags, Ver: d.Ver,
		Lot: &Lot{Package: d.Terms.Package, Country: d.Country, Area: d.Area, Type: d.Type,
			Interval: d.Terms.Interval, Align: d.Terms.Align, Zone: d.Zone},
	}
	if !d.UnpaidSince.IsZero() {
		row.UnpaidSince = d.UnpaidSince.Unix()
	}
	return row
}

// Number returns the row's number.
func (r Row) Number() (e164.Number, error) { return e164.Parse(r.Digits) }

// Differ reports whether a step of a number changed a row of a list. An item that
// is not a rental has no row.
func Differ(before, after did.DID) bool {
	if before.RentalID == "" && after.RentalID == "" {
		return false
	}
	if before.RentalID != after.RentalID || before.Customer != after.Customer || before.State != after.State {
		return true
	}
	a, b := before.Settings(), after.Settings()
	return a.Label != b.Label || a.Route.First() != b.Route.First() || !slices.Equal(a.Tags, b.Tags) ||
		!before.UnpaidSince.Equal(after.UnpaidSince)
}

// Begun returns the facts with which a rental began, as a short text for an index:
// "<since>|<anchor>|<lot>", the moments in Unix seconds to the base 36. None of
// them changes during the rental.
//
//	t6tn40|t6tn40|Europe/London|month|1|0|0|geographic|GB|standard|London
func Begun(d did.DID) string {
	return strconv.FormatInt(d.AssignedAt.Unix(), 36) + "|" + strconv.FormatInt(d.Anchor.Unix(), 36) + "|" +
		RowOf(d).Lot.String()
}

// lotParts is the number of parts of a lot's text. The area is the last, so it may
// contain a |.
const lotParts = 9

// String returns the lot as a text that ParseLot reads.
func (l Lot) String() string {
	return strings.Join([]string{
		l.Zone, string(l.Interval.Unit), strconv.Itoa(l.Interval.Count), strconv.FormatUint(uint64(l.Align.MonthDays), 36),
		strconv.FormatUint(uint64(l.Align.Weekdays), 36), string(l.Type), l.Country, l.Package, l.Area,
	}, "|")
}

// ParseLot reads the text of a lot.
func ParseLot(text string) (*Lot, error) {
	parts := strings.SplitN(text, "|", lotParts)
	if len(parts) != lotParts {
		return nil, fmt.Errorf("rentals: %q is not the text of a lot", text)
	}
	count, err := strconv.Atoi(parts[2])
	if err != nil {
		return nil, fmt.Errorf("rentals: lot %q: %w", text, err)
	}
	monthDays, err := strconv.ParseUint(parts[3], 36, 32)
	if err != nil {
		return nil, fmt.Errorf("rentals: lot %q: %w", text, err)
	}
	weekdays, err := strconv.ParseUint(parts[4], 36, 8)
	if err != nil {
		return nil, fmt.Errorf("rentals: lot %q: %w", text, err)
	}
	return &Lot{
		Zone: parts[0], Interval: pricing.Interval{Unit: pricing.Unit(parts[1]), Count: count},
		Align: pricing.Alignment{MonthDays: pricing.MonthDays(monthDays), Weekdays: pricing.Weekdays(weekdays)},
		Type:  e164.Type(parts[5]), Country: parts[6], Package: parts[7], Area: parts[8],
	}, nil
}

// Reader reads rows from the texts of Begun. It keeps one value of each lot and
// of each tag, so that many rows take little memory. It is not for parallel use.
type Reader struct {
	lots map[string]*Lot
	tags map[string]string
}

// NewReader returns a reader.
func NewReader() *Reader { return &Reader{lots: map[string]*Lot{}, tags: map[string]string{}} }

// Read completes a row by the text of Begun.
func (r *Reader) Read(row *Row, begun string) (err error) {
	since, rest, _ := strings.Cut(begun, "|")
	anchor, lot, _ := strings.Cut(rest, "|")
	if row.Since, err = strconv.ParseInt(since, 36, 64); err != nil {
		return fmt.Errorf("rentals: start of %s: %w", row.Digits, err)
	}
	if row.Anchor, err = strconv.ParseInt(anchor, 36, 64); err != nil {
		return fmt.Errorf("rentals: start of %s: %w", row.Digits, err)
	}
	for i, tag := range row.Tags {
		row.Tags[i] = r.tag(tag)
	}
	if row.Lot = r.lots[lot]; row.Lot != nil {
		return nil
	}
	row.Lot, err = ParseLot(lot)
	r.lots[lot] = row.Lot
	return err
}

// Share replaces the row's lot and tags by equal ones that other rows have.
func (r *Reader) Share(row *Row) {
	text := row.Lot.String()
	if known := r.lots[text]; known != nil {
		row.Lot = known
	}
	r.lots[text] = row.Lot
}

// merge adds the rows that another reader read.
func (r *Reader) merge(other *Reader, rows []Row) {
	ours := make(map[*Lot]*Lot, len(other.lots))
	for text, lot := range other.lots {
		if r.lots[text] == nil {
			r.lots[text] = lot
		}
		ours[lot] = r.lots[text]
	}
	for i := range rows {
		rows[i].Lot = ours[rows[i].Lot]
	}
}

func (r *Reader) tag(tag string) string {
	if known, ok := r.tags[tag]; ok {
		return known
	}
	r.tags[tag] = tag
	return tag
}

// nextCharge returns the time of the next charge. For an unpaid rental that is the
// start of its first unpaid period, for an active one its first due date after now.
// ok is false if no charge will come. older is the zone of rentals without their
// own.
func (r Row) nextCharge(now time.Time, older *time.Location) (at time.Time, ok bool) {
	d := did.DID{Offer: did.Offer{Terms: pricing.Terms{Interval: r.Lot.Interval, Align: r.Lot.Align}},
		Rental: did.Rental{Anchor: time.Unix(r.Anchor, 0), Zone: r.Lot.Zone, Period: -2}}
	due := func(k int) time.Time { return d.Begins(k, older) }
	switch r.State {
	case did.Assigned:
		return due(firstAfter(now, due)), true
	case did.PastDue, did.Suspended:
		return due(max(0, firstAfter(time.Unix(r.UnpaidSince, 0), due)-1)), true
	default:
		return time.Time{}, false
	}
}

// firstAfter returns the smallest k whose moment is after t. due ascends.
func firstAfter(t time.Time, due func(k int) time.Time) int {
	low, high := 0, 1 // the answer is in [low, high]
	for !due(high).After(t) {
		low, high = high+1, 2*high
	}
	for low < high {
		if middle := (low + high) / 2; due(middle).After(t) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}
