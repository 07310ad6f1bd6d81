package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
	"didpurchase/internal/xlsxexport"
)

// changeRows has the changes of the period: first the acts of the audit by time,
// then the steps in the history of each number. First come the numbers of all
// customers, by customer, with numbers in quarantine. Then come the numbers that
// nobody rents now, and whose rental ended in the period or in the longest
// quarantine before it. So every step of a rental is there. Holds of numbers that
// were never rented are left out. A number whose rental begins or ends while the
// report is made may be missing, or be there twice.
//
// A place begins with the part: act/<month>/<key>, rental/<customer>[/<digits>] or
// release/<month>/<key>.
type changeRows struct {
	basis
}

func (r *changeRows) columns() []xlsxexport.Column {
	return columnsOf("at:time source action did customer subject package actor_kind actor_id actor_name old new")
}

const (
	actPart     = "act"
	rentalPart  = "rental"
	releasePart = "release"
)

func (r *changeRows) step(ctx context.Context, place string, to *table) (string, error) {
	part, rest, _ := strings.Cut(place, "/")
	switch part {
	case "", actPart:
		return r.acts(ctx, rest, to)
	case rentalPart:
		return r.rentals(ctx, rest, to)
	case releasePart:
		return r.releases(ctx, rest, to)
	}
	return "", fmt.Errorf("report: place %q", place)
}

const actsAtOnce = 500

func (r *changeRows) acts(ctx context.Context, place string, to *table) (string, error) {
	period := r.report.Period
	month, after, _ := strings.Cut(place, "/")
	if month == "" {
		month = revenue.MonthOf(period.From.UTC())
	}
	acts, next, err := r.data.ActsAfter(ctx, r.report.Carrier, month, after, actsAtOnce)
	if err != nil {
		return "", err
	}
	for _, e := range acts {
		if !period.Contains(e.At) {
			continue
		}
		numbers := make([]string, len(e.Numbers))
		for i, n := range e.Numbers {
			numbers[i] = n.String()
		}
		err := to.row(append(append([]string{
			timeText(e.At), "act", string(e.Action), strings.Join(numbers, " "), e.Customer, e.Subject, ""},
			actorCells(e.By)...), valuesText(e.Old), valuesText(e.New))...)
		if err != nil {
			return "", err
		}
	}
	if next != "" {
		return actPart + "/" + month + "/" + next, nil
	}
	if following, err := monthAfter(month, period.To); err != nil || following != "" {
		return actPart + "/" + following, err
	}
	return rentalPart + "/", nil
}

func actorCells(a auth.Actor) []string { return []string{string(a.Kind), a.ID, a.Name} }

// valuesText lists values by their names.
func valuesText(v audit.Values) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(v)) {
		list = append(list, name+": "+v[name])
	}
	return strings.Join(list, "; ")
}

// rentals writes the steps of the numbers that customers have now.
func (r *changeRows) rentals(ctx context.Context, place string, to *table) (string, error) {
	id, after, within := strings.Cut(place, "/")
	var err error
	if !within {
		if id, err = r.data.CustomerAfter(ctx, r.report.Carrier, id); err != nil {
			return "", err
		}
		if id == "" {
			return releasePart + "/", nil
		}
	}
	numbers, last, err := r.data.OwnedAfter(ctx, r.of(id), after, historiesAtOnce)
	if err != nil {
		return "", err
	}
	next := rentalPart + "/" + id
	if last != "" {
		next += "/" + last
	}
	return next, r.steps(ctx, numbers, to)
}

// historiesAtOnce is the number of histories that are read at once, and the most of
// one step. A rental that renews each day has 365 steps a year, so a step of 16
// numbers and ten years has 58,400 rows, about 12 MB.
const historiesAtOnce = 16

// steps writes the steps of the period of each number.
func (r *changeRows) steps(ctx context.Context, numbers []e164.Number, to *table) error {
	found, err := r.histories(ctx, numbers)
	for i := range found {
		if err := r.stepRows(found[i], to); err != nil {
			return err
		}
	}
	return err
}

func (r *changeRows) stepRows(steps []did.Passage, to *table) error {
	for _, s := range steps {
		if err := r.stepRow(s, to); err != nil {
			return err
		}
	}
	return nil
}

func (r *changeRows) histories(ctx context.Context, numbers []e164.Number) ([][]did.Passage, error) {
	found := make([][]did.Passage, len(numbers))
	g, ctx := errgroup.WithContext(ctx)
	for i, n := range numbers {
		g.Go(func() (err error) {
			found[i], err = r.data.History(ctx, r.report.Carrier, n)
			return err
		})
	}
	return found, g.Wait()
}

func (r *changeRows) stepRow(s did.Passage, to *table) error {
	if !r.report.Period.Contains(s.At) {
		return nil
	}
	before, after := []string{"state: " + s.From.Word()}, []string{"state: " + s.To.Word()}
	if s.From == s.To {
		before, after = nil, nil
	}
	for _, c := range s.Changes {
		before, after = append(before, c.Field+": "+c.Old), append(after, c.Field+": "+c.New)
	}
	return to.row(append(append([]string{timeText(s.At), "number", s.From.Word() + " to " + s.To.Word(),
		s.Number.String(), s.Customer, "", s.Package}, actorCells(s.By)...), strings.Join(before, "; "),
		strings.Join(after, "; "))...)
}

// releases writes the steps of the numbers that were released and that nobody rents
// now. A number that was released several times is written at the first of them.
func (r *changeRows) releases(ctx context.Context, place string, to *table) (string, error) {
	month, after, _ := strings.Cut(place, "/")
	from := r.releasesFrom()
	if month == "" {
		month = revenue.MonthOf(from.UTC())
	}
	list, next, err := r.data.Releases(ctx, r.report.Carrier, month, shop.Page{Limit: historiesAtOnce, After: after})
	if err != nil {
		return "", err
	}
	if err := r.released(ctx, list, from, to); err != nil {
		return "", err
	}
	if next != "" {
		return releasePart + "/" + month + "/" + next, nil
	}
	following, err := monthAfter(month, r.report.AsOf)
	if err != nil || following == "" {
		return "", err
	}
	return releasePart + "/" + following, nil
}

// released writes the steps of numbers whose first release is in the list, and
// that nobody rents now.
func (r *changeRows) released(ctx context.Context, list []did.Release, from time.Time, to *table) error {
	var numbers []e164.Number
	firsts := map[e164.Number]time.Time{}
	for _, release := range list {
		if _, known := firsts[release.Number]; !known && !release.At.Before(from) {
			firsts[release.Number] = release.At
			numbers = append(numbers, release.Number)
		}
	}
	items, err := r.data.DIDs(ctx, r.report.Carrier, numbers)
	if err != nil {
		return err
	}
	numbers = slices.DeleteFunc(numbers, func(n e164.Number) bool { return items[n].RentalID != "" })
	found, err := r.histories(ctx, numbers)
	for i, n := range numbers {
		if first := firstRelease(found[i], from); !first.IsZero() && first.Before(firsts[n]) {
			continue
		}
		if err := r.stepRows(found[i], to); err != nil {
			return err
		}
	}
	return err
}

// releasesFrom is the start of the longest quarantine that may end in the period.
func (r *changeRows) releasesFrom() time.Time {
	return r.report.Period.From.Add(-r.carrier.LongestAging() - 24*time.Hour)
}

// firstRelease returns the first release since a moment, zero for none.
func firstRelease(steps []did.Passage, from time.Time) time.Time {
	for _, s := range steps {
		if s.Releases() && !s.At.Before(from) {
			return s.At
		}
	}
	return time.Time{}
}
