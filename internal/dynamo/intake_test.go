package dynamo_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/intake"
)

// intakeChange is a change of an import, and how what it wrote is read.
type intakeChange struct {
	change commit.Change
	writes any
	read   func(*dynamo.Store) (any, error)
}

// intakeChanges are one of each kind, with every field set.
func intakeChanges(t *testing.T) []intakeChange {
	t.Helper()
	job, lane, arrival := full[intake.Job](), full[intake.Lane](), full[intake.Arrival]()
	job.Profile = &intake.Profile{CountryCode: "44", Columns: intake.Columns{Start: &intake.Column{Position: 1}, End: &intake.Column{Header: "to"}}}
	set := full[intake.Offered]()
	places, err := catalogue.NewSuffixes([]uint16{3, 4, 9999})
	if err != nil {
		t.Fatal(err)
	}
	prior, err := catalogue.NewSuffixes([]uint16{3})
	if err != nil {
		t.Fatal(err)
	}
	set.Range, set.Prior = set.SetRange(4420_8123, places), prior
	return []intakeChange{
		{intake.JobUpdate{To: job}, job, func(s *dynamo.Store) (any, error) { return s.Job(t.Context(), job.Carrier, job.ID) }},
		{intake.LaneUpdate{To: lane}, lane, func(s *dynamo.Store) (any, error) { return s.Lane(t.Context(), lane.Carrier) }},
		{intake.ArrivalUpdate{To: arrival}, arrival, func(s *dynamo.Store) (any, error) {
			return s.Arrival(t.Context(), arrival.Carrier, arrival.Key)
		}},
		{intake.Placed{Offered: set}, set, func(s *dynamo.Store) (any, error) {
			offered, err := s.Offered(t.Context(), set.Carrier, set.Span.Start.Partition())
			if len(offered) != 1 {
				return offered, err
			}
			return offered[0], err
		}},
	}
}

// TestEveryIntakeChange commits each kind of change of an import: written and
// read whole, refused with the item as it stands.
func TestEveryIntakeChange(t *testing.T) {
	t.Parallel()
	same := cmp.Options{sameValue, cmp.AllowUnexported(catalogue.Suffixes{})}
	var kinds []string
	for _, c := range intakeChanges(t) {
		name := reflect.TypeOf(c.change).String()
		kinds = append(kinds, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newStore(t)
			if err := store.Commit(t.Context(), batch(c.change)); err != nil {
				t.Fatal(err)
			}
			got, err := c.read(store)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.writes, got, same); diff != "" {
				t.Errorf("read otherwise:\n%s", diff)
			}
			again := c.change
			if placed, ok := again.(intake.Placed); ok {
				if err := store.Commit(t.Context(), batch(placed)); err != nil {
					t.Errorf("the same import again: %v", err)
				}
				placed.ImportID = "another"
				again = placed
			}
			current, err := refusalOf(store.Commit(t.Context(), batch(again)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.writes, current, same); diff != "" {
				t.Errorf("refused by another item:\n%s", diff)
			}
		})
	}
	slices.Sort(kinds)
	if known := changesOfCommit(t, "intake"); !slices.Equal(kinds, known) {
		t.Errorf("this test knows the changes %v, Commit writes %v", kinds, known)
	}
}
