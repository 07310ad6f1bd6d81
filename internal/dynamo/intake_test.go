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
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

// intakeChange is a change by an import, with the reader of its result.
type intakeChange struct {
	change commit.Change
	writes any
	read   func(*dynamo.Store) (any, error)
}

// intakeChanges are one change of each kind, with every field set.
func intakeChanges(t *testing.T) []intakeChange {
	t.Helper()
	job, lane, arrival := full[intake.Job](), full[intake.Lane](), full[intake.Arrival]()
	job.Profile = &intake.Profile{Profile: sheet.Profile{CountryCode: "44",
		Columns: sheet.Columns{Start: sheet.Joined{{Position: 1}}, End: sheet.Joined{{Header: "to"}}}}}
	set := full[catalogue.Range]()
	places, err := catalogue.NewSuffixes([]uint16{3, 4, 9999})
	if err != nil {
		t.Fatal(err)
	}
	set = set.SetRange(4420_8123, places)
	return []intakeChange{
		{intake.JobUpdate{To: job}, job,
			func(s *dynamo.Store) (any, error) {
				return s.Job(t.Context(), job.Carrier, job.ID)
			}},
		{intake.LaneUpdate{To: lane}, lane, func(s *dynamo.Store) (any, error) { return s.Lane(t.Context(), lane.Carrier) }},
		{intake.ArrivalUpdate{To: arrival}, arrival, func(s *dynamo.Store) (any, error) {
			return s.Arrival(t.Context(), arrival.Carrier, arrival.Key)
		}},
		{intake.Placed{Range: set}, set, func(s *dynamo.Store) (any, error) {
			offered, err := s.Offered(t.Context(), set.Carrier, set.Span.Start.Partition())
			if len(offered) != 1 {
				return offered, err
			}
			return offered[0], err
		}},
	}
}

// TestEveryIntakeChange commits each kind of change by an import: it is written and
// read with all fields, and refused with the current item.
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
	kinds = append(kinds, "intake.LaneHeld", "intake.Removed") // TestRangesAreRemoved
	slices.Sort(kinds)
	if known := changesOfCommit(t, "intake"); !slices.Equal(kinds, known) {
		t.Errorf("this test knows the changes %v, Commit writes %v", kinds, known)
	}
}

// A range is removed at the version that was read, is idempotent, and is
// removed together with others only while the lane is held.
func TestRangesAreRemoved(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	r := full[catalogue.Range]()
	r.Set = catalogue.Suffixes{}
	commitAll := func(changes ...commit.Change) error { return store.Commit(t.Context(), batch(changes...)) }
	left := func() int {
		offered, err := store.Offered(t.Context(), r.Carrier, r.Span.Start.Partition())
		if err != nil {
			t.Fatal(err)
		}
		return len(offered)
	}
	lane := intake.Lane{Carrier: r.Carrier, Ver: 1, Holder: "me"}
	if err := commitAll(intake.LaneUpdate{To: lane}, intake.Placed{Range: r}); err != nil {
		t.Fatal(err)
	}
	current, err := refusalOf(commitAll(intake.Removed{SeenVer: r.Ver + 1, Range: r}))
	diff := cmp.Diff(r, current, sameValue, cmp.AllowUnexported(catalogue.Suffixes{}))
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "difference between the refused and the stored range", diff, "")
	wanttest.Equal(t, "number of ranges that are left", left(), 1)
	other := r
	other.Span.Start++
	held, lost := intake.LaneHeld{Carrier: r.Carrier, Holder: "me"}, intake.LaneHeld{Carrier: r.Carrier, Holder: "another"}
	if current, err := refusalOf(commitAll(intake.Removed{SeenVer: r.Ver, Range: r}, intake.Placed{Range: other},
		lost)); err != nil || left() != 1 {
		t.Errorf("written without the lane: %v %v", current, err)
	}
	for range 2 {
		if err := commitAll(intake.Removed{SeenVer: r.Ver, Range: r}, intake.Placed{Range: other}, held); err != nil ||
			left() != 1 {
			t.Errorf("not removed: %v, %d left", err, left())
		}
	}
	for range 2 {
		if err := commitAll(intake.Removed{SeenVer: other.Ver, Range: other}); err != nil || left() != 0 {
			t.Errorf("not removed: %v, %d left", err, left())
		}
	}
}
