package usage_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/usage"
	"didpurchase/internal/wanttest"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

const number e164.Number = 442071230000

// table is a store in memory.
type table struct {
	records map[e164.Number]usage.Record
	covered usage.Coverage
	writes  int
}

func (t *table) DIDs(_ context.Context, _ string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	found := map[e164.Number]did.DID{}
	for _, n := range numbers {
		if n < number+10 {
			found[n] = did.DID{Number: n, RentalID: "01R"}
		}
	}
	return found, nil
}

func (t *table) Usage(context.Context, string, []e164.Number) (map[e164.Number]usage.Record, error) {
	return t.records, nil
}

func (t *table) PutUsage(_ context.Context, _ string, to usage.Record) error {
	t.writes++
	t.records = map[e164.Number]usage.Record{to.Number: to}
	return nil
}

func (t *table) Coverage(context.Context, string) (usage.Coverage, error) { return t.covered, nil }

func (t *table) PutCoverage(_ context.Context, _ string, to usage.Coverage) error {
	t.covered = to
	return nil
}

// The last report of each day and source counts, for the last 30 days, however often
// and in which order days are reported.
func TestSumsAreOfTheLastReports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store := &table{}
		service := usage.New(store, func() time.Time { return noon })
		last := map[[2]any]int64{} // by day and source
		for range rapid.IntRange(1, 30).Draw(t, "reports") {
			ago := rapid.IntRange(0, usage.KeptDays-1).Draw(t, "days ago")
			day, source := usage.Day(noon).AddDate(0, 0, -ago), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source")
			count := usage.Count{Calls: rapid.Int64Range(0, 9).Draw(t, "calls")}
			if count.Calls > 0 {
				count.Minutes, count.LastCall = 150, day.Add(time.Hour)
			}
			report := usage.Report{Source: source, Day: day, Rows: []usage.Row{{Number: number, Count: count}}}
			_, err := service.Take(t.Context(), "acme", report)
			wanttest.Equal(t, "error", err, nil)
			before := store.writes
			again, err := service.Take(t.Context(), "acme", report)
			wanttest.Equal(t, "error of the repeat", err, nil)
			wanttest.Equal(t, "outcome of the repeat", again[0], usage.Unchanged)
			wanttest.Equal(t, "writes of the repeat", store.writes, before)
			last[[2]any{ago, source}] = count.Calls
		}
		var want usage.Summary
		for slot, calls := range last {
			if slot[0].(int) < usage.ShownDays {
				want.Calls += calls
			}
		}
		got := store.records[number].Of(did.DID{Number: number}, noon)
		wanttest.Equal(t, "calls", got.Calls, want.Calls)
	})
}

// A customer sees nothing of the calls before the rental began.
func TestUsageIsOfTheRental(t *testing.T) {
	record := usage.Record{Number: number}
	for ago := range 20 {
		day := usage.Day(noon).AddDate(0, 0, -ago)
		record, _ = record.With(day, "switch", usage.Count{Calls: 1, Minutes: 250, LastCall: day.Add(time.Hour)},
			usage.Day(noon))
	}
	for assigned, want := range map[int]usage.Summary{ // days ago
		30: {LastCall: usage.Day(noon).Add(time.Hour), Calls: 20, Minutes: 5000},
		4:  {LastCall: usage.Day(noon).Add(time.Hour), Calls: 5, Minutes: 1250},
	} {
		d := did.DID{Number: number, Rental: did.Rental{AssignedAt: noon.AddDate(0, 0, -assigned)}}
		wanttest.Diff(t, "usage", record.Of(d, noon), want)
	}
	began := did.DID{Number: number, Rental: did.Rental{AssignedAt: noon}}
	wanttest.True(t, "no call since it began", record.Of(began, noon).LastCall.IsZero())
	wanttest.Equal(t, "idle since", usage.IdleSince(began, record.Of(began, noon)), noon)
}
