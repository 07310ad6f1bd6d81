package dynamo_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/report"
	"didpurchase/internal/wanttest"
)

// Reports and schedules are written and read whole, and refused at another version.
func TestEveryReportChange(t *testing.T) {
	t.Parallel()
	made, schedule := full[report.Report](), full[report.Schedule]()
	schedule.Day = report.Day{Year: 2026, Month: 11, Day: 30}
	for _, c := range []struct {
		change, again commit.Change
		writes        any
		read          func(*dynamo.Store) (any, error)
	}{
		{report.Update{To: made}, report.Update{SeenVer: made.Ver + 1, To: made}, made,
			func(s *dynamo.Store) (any, error) { return s.Report(t.Context(), made.Carrier, made.ID) }},
		{report.ScheduleUpdate{To: schedule}, report.ScheduleUpdate{SeenVer: schedule.Ver + 1, To: schedule, Deleted: true},
			schedule,
			func(s *dynamo.Store) (any, error) {
				return s.AuditSchedule(t.Context(), schedule.Carrier, schedule.Name)
			}},
	} {
		store := newStore(t)
		if err := store.Commit(t.Context(), batch(c.change)); err != nil {
			t.Fatal(err)
		}
		got, err := c.read(store)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.writes, got, sameValue); diff != "" {
			t.Errorf("read otherwise:\n%s", diff)
		}
		var refused *commit.Refused
		if err := store.Commit(t.Context(), batch(c.again)); !errors.As(err, &refused) {
			t.Errorf("%s at another version: %v", c.again.Target(), err)
		}
	}
	wanttest.Diff(t, "kinds of changes of reports", changesOfCommit(t, "report"), []string{"report.ScheduleUpdate",
		"report.Update"})
}
