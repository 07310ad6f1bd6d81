package rentals

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/did"
)

// Page is the requested part of a list.
type Page struct {
	Sort   Sort // "" = ByNumber
	Limit  int
	After  string // Found.Next of the page before
	Offset int    // begin after this number of matches, instead of After
}

// Found is a page of a list, with the counts of all matches.
type Found struct {
	Digits []string // the page's numbers, in order
	Next   string   // the place of the next page, "" after the last
	Counts Counts
}

// Counts counts all matches. They are exact for the rows that were searched.
type Counts struct {
	Total                              uint64
	State, Country, Area, Package, Tag Facet
}

// MaxValues is the largest number of values that a facet names.
const MaxValues = 100

// Facet counts the matches with each value.
type Facet struct {
	Top    []Count // at most MaxValues, the greatest count first, then by value
	Others Others
}

// Count is the number of matches with a value.
type Count struct {
	Value string
	Count uint64
}

// Others sums up the values that a facet does not name.
type Others struct {
	Values int
	Count  uint64
}

// Clock has the times that the order by the next charge needs.
type Clock struct {
	Now   time.Time
	Older *time.Location // the zone of rentals without their own
}

// Find returns a page of the rows that match, and counts all of them. The rows
// are ordered by their digits.
func Find(rows []Row, q Query, p Page, clock Clock) Found {
	first := collectorOf(p, clock)
	tally := newTally()
	for i := range rows {
		if r := &rows[i]; q.Matches(r) {
			tally.add(r)
			first.offer(r)
		}
	}
	found := Found{Counts: tally.counts()}
	found.Digits, found.Next = first.page()
	return found
}

// place is a row's place in an order: by n, then by text, then by digits.
type place struct {
	n      int64
	text   string
	digits string
}

func (a place) compare(b place) int {
	return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.text, b.text), cmp.Compare(a.digits, b.digits))
}

// String returns the place in a cursor; by number, it is the digits alone.
func (a place) String() string {
	if a.n == 0 && a.text == "" {
		return a.digits
	}
	return a.digits + " " + strconv.FormatInt(a.n, 36) + " " + a.text
}

// parsePlace reads a place; ok is false for any other text.
func parsePlace(text string) (a place, ok bool) {
	digits, rest, more := strings.Cut(text, " ")
	n, label, _ := strings.Cut(rest, " ")
	if !more {
		n = "0"
	}
	number, err := strconv.ParseInt(n, 36, 64)
	return place{number, label, digits}, err == nil && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// ValidAfter reports whether a text is a place in a list.
func ValidAfter(after string) bool {
	_, ok := parsePlace(after)
	return after == "" || ok
}

// order computes the places of rows. It remembers the due date of each lot and
// anchor, because the rentals of one purchase are due together.
type order struct {
	by    Sort
	clock Clock
	due   map[due]int64
}

func (o order) of(r *Row) place {
	switch o.by {
	case ByLabel:
		if r.Label == "" {
			return place{1, "", r.Digits}
		}
		return place{0, strings.ToLower(r.Label), r.Digits}
	case ByAssignedAt:
		return place{-r.Since, "", r.Digits}
	case ByNextCharge:
		return place{o.charge(r), "", r.Digits}
	default:
		return place{0, "", r.Digits}
	}
}

// due identifies the rentals with the same next charge.
type due struct {
	lot            *Lot
	anchor, unpaid int64
	state          did.State
}

// never is the moment of a charge that will not come.
const never = math.MaxInt64

// charge returns the Unix time of the next charge, or never.
func (o order) charge(r *Row) int64 {
	k := due{r.Lot, r.Anchor, r.UnpaidSince, r.State}
	if at, known := o.due[k]; known {
		return at
	}
	o.due[k] = never
	if at, comes := r.nextCharge(o.clock.Now, o.clock.Older); comes {
		o.due[k] = at.Unix()
	}
	return o.due[k]
}

// collector collects the first rows of an order after a place. It keeps twice as many as
// it needs, and drops the last ones when it is full. So each row costs a
// comparison, and the list is never sorted as a whole.
type collector struct {
	order
	skip  int // the number of rows before the page
	limit int // with the skipped rows
	after place
	from  bool // begin after the place
	kept  []place
	bound place // the last needed place, once full
	full  bool
}

func collectorOf(p Page, clock Clock) *collector {
	after, _ := parsePlace(p.After)
	return &collector{
		order: order{by: p.Sort, clock: clock, due: map[due]int64{}}, skip: p.Offset, limit: p.Offset + p.Limit, after: after,
		from: p.After != "", kept: make([]place, 0, 2*(p.Offset+p.Limit+100)),
	}
}

func (p *collector) offer(r *Row) {
	at := p.of(r)
	if p.from && at.compare(p.after) <= 0 || p.full && at.compare(p.bound) >= 0 {
		return
	}
	if p.kept = append(p.kept, at); len(p.kept) == cap(p.kept) {
		p.shorten()
	}
}

// shorten keeps the page's rows and one more, which shows that the list goes on.
func (p *collector) shorten() {
	slices.SortFunc(p.kept, place.compare)
	if len(p.kept) > p.limit {
		p.kept = p.kept[:p.limit+1]
		p.bound, p.full = p.kept[p.limit], true
	}
}

func (p *collector) page() (digits []string, next string) {
	p.shorten()
	if len(p.kept) > p.limit {
		p.kept = p.kept[:p.limit]
		next = p.kept[p.limit-1].String()
	}
	for _, at := range p.kept[min(p.skip, len(p.kept)):] {
		digits = append(digits, at.digits)
	}
	return digits, next
}

// tally counts rows: by lot first, because few lots have many rows.
type tally struct {
	total  uint64
	states map[did.State]uint64
	lots   map[*Lot]uint64
	tags   map[string]uint64
}

func newTally() *tally {
	return &tally{states: map[did.State]uint64{}, lots: map[*Lot]uint64{}, tags: map[string]uint64{}}
}

func (t *tally) add(r *Row) {
	t.total++
	t.states[r.State]++
	t.lots[r.Lot]++
	for _, tag := range r.Tags {
		t.tags[tag]++
	}
}

func (t *tally) counts() Counts {
	states, countries, areas, packages := map[string]uint64{}, map[string]uint64{}, map[string]uint64{},
		map[string]uint64{}
	for state, n := range t.states {
		states[state.Word()] += n
	}
	for lot, n := range t.lots {
		countries[lot.Country] += n
		areas[lot.Area] += n
		packages[lot.Package] += n
	}
	return Counts{Total: t.total, State: facetOf(states), Country: facetOf(countries), Area: facetOf(areas),
		Package: facetOf(packages), Tag: facetOf(t.tags)}
}

// facetOf names the values with the greatest counts; an empty value is not counted.
func facetOf(sums map[string]uint64) (f Facet) {
	delete(sums, "")
	for value, n := range sums {
		f.Top = append(f.Top, Count{value, n})
	}
	slices.SortFunc(f.Top, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	for len(f.Top) > MaxValues {
		last := f.Top[len(f.Top)-1]
		f.Top = f.Top[:len(f.Top)-1]
		f.Others.Values, f.Others.Count = f.Others.Values+1, f.Others.Count+last.Count
	}
	return f
}
