package dynamo_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/projection"
)

// market is a catalogue during sales, in simulated time: each action takes its
// stated time, also on a slow machine.
type market struct {
	*cached
	projector *projection.Projector
	random    *rand.Rand
	free      []e164.Number
	soldAt    map[e164.Number]time.Time
	told      []hint // hints, with the time at which the stream delivers them
}

type hint struct {
	at time.Time
	projection.Hint
}

// sell sells a number; the stream reports it within a second.
func (m *market) sell() {
	m.Helper()
	i := m.random.IntN(len(m.free))
	n := m.free[i]
	m.free = slices.Delete(m.free, i, i+1)
	m.must(m.store.Rewrite(m.Context(), did.DID{Carrier: "acme", Number: n, State: did.Assigned, Ver: 1}))
	m.soldAt[n] = m.now
	m.told = append(m.told, hint{m.now.Add(time.Duration(m.random.IntN(1000)) * time.Millisecond),
		projection.Hint{Carrier: "acme", Number: n}})
}

// project lets the projector process the records that the stream has delivered by
// now.
func (m *market) project() {
	m.Helper()
	var come []projection.Hint
	m.told = slices.DeleteFunc(m.told, func(h hint) bool {
		due := !h.at.After(m.now)
		if due {
			come = append(come, h.Hint)
		}
		return due
	})
	for _, err := range m.projector.Follow(m.Context(), come) {
		m.must(err)
	}
}

// While 50 numbers a second are sold, no page shows a number that was sold more
// than two seconds ago, and walking the cursor neither repeats nor skips a
// number that stayed free.
func TestPagesWhileNumbersAreSold(t *testing.T) {
	t.Parallel()
	m := &market{cached: newCached(t), random: rand.New(rand.NewPCG(1, 2)), soldAt: map[e164.Number]time.Time{}}
	m.projector = projection.New(m.store, func() time.Time { return m.now })
	for _, first := range []e164.Number{442071230000, 33123450000, 442081235000} {
		m.must(m.store.PutRange(t.Context(), span(first, first+599, "standard", 1)))
		for n := first; n < first+600; n++ {
			m.free = append(m.free, n)
		}
	}
	slices.Sort(m.free)
	var walked []e164.Number
	filters := search.Filters{Limit: 20}
	for tick := 0; ; tick++ { // of 20 ms
		m.pass(20 * time.Millisecond)
		m.sell()
		if tick%5 == 4 {
			m.project()
		}
		if tick%4 > 0 {
			continue
		}
		page := m.search(filters)
		for _, hit := range page.Rows {
			if sold, is := m.soldAt[hit.Number]; is && m.now.Sub(sold) > 2*time.Second {
				t.Errorf("%v was sold %v ago", hit.Number, m.now.Sub(sold))
			}
			walked = append(walked, hit.Number)
		}
		if filters.After = page.Next; page.Next.Number == 0 {
			break
		}
	}
	t.Logf("%d numbers walked while %d were sold", len(walked), len(m.soldAt))
	if len(m.soldAt) < 200 {
		t.Errorf("only %d were sold meanwhile", len(m.soldAt))
	}
	if !slices.IsSorted(walked) || len(slices.Compact(slices.Clone(walked))) != len(walked) {
		t.Error("a number came twice")
	}
	for _, n := range m.free {
		if _, seen := slices.BinarySearch(walked, n); !seen {
			t.Errorf("%v stayed free and was skipped", n)
		}
	}
}
