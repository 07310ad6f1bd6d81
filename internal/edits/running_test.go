package edits_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/edits"
	"didpurchase/internal/renewal"
	"didpurchase/internal/wanttest"
)

// TestRunningJobsAreCounted: a job that runs counts, however many newer ones have
// ended.
func TestRunningJobsAreCounted(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 1)
	r := edits.Request{Change: edits.Change{Label: text("x")}, Numbers: listed(0, 1)}
	oldest, err := w.Create(t.Context(), c, r)
	w.must(err)
	var ended []commit.Change
	for i := range 100 {
		at := noon.Add(time.Duration(i) * time.Second)
		ended = append(ended, edits.Update{To: edits.Job{ID: commit.NewID(at), Customer: c, Ver: 1, Kind: edits.Direct,
			Status: edits.Cancelled, CreatedAt: at, At: at}})
	}
	w.must(w.store.Commit(t.Context(), batch("ended", ended...)))
	for range edits.MaxRunning - 1 {
		_, err = w.Create(t.Context(), c, r)
		w.must(err)
	}
	_, err = w.Create(t.Context(), c, r)
	wanttest.True(t, fmt.Sprintf("%d jobs run: %v", edits.MaxRunning, err), errors.Is(err, edits.ErrTooManyJobs))
	wanttest.Equal(t, "the oldest", counts(w.finish(oldest)), "completed: 1 = 1 changed, 0 unchanged, 0 rejected")
	_, err = w.Create(t.Context(), c, r)
	w.must(err)
}

// TestNewPartsReplaceNone: parts that an earlier try has written are as good as
// written; others in their place are an error.
func TestNewPartsReplaceNone(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 1)
	part := func(index int, numbers ...int) edits.Part {
		p := edits.Part{Customer: c, JobID: "job", Index: index, Ver: 1, ExpiresAt: noon}
		for _, n := range numbers {
			p.Rows = append(p.Rows, edits.Row{Number: number(n)})
		}
		return p
	}
	parts := []edits.Part{part(0, 0), part(1, 1)}
	w.must(w.WriteParts(t.Context(), parts))
	w.must(w.WriteParts(t.Context(), parts))
	for name, others := range map[string][]edits.Part{
		"with another number": {part(0, 0), part(1, 2)}, "with more numbers": {part(0, 0, 1)},
	} {
		err := w.WriteParts(t.Context(), others)
		var refused *commit.Refused
		wanttest.True(t, fmt.Sprintf("written before, %s: %v", name, err), errors.As(err, &refused))
	}
}

// messages is a queue that keeps its messages.
type messages struct{ bodies []string }

func (m *messages) Depth(context.Context) (int, error) { return 0, nil }

func (m *messages) Send(_ context.Context, bodies []string) error {
	m.bodies = append(m.bodies, bodies...)
	return nil
}

// TestTheSweepFindsJobs: a job whose message was lost is worked off a minute later,
// and is then due no more.
func TestTheSweepFindsJobs(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 3)
	job, err := w.Create(t.Context(), c, edits.Request{Change: edits.Change{Label: text("x")}, Numbers: listed(0, 3)})
	w.must(err)
	sweep := func() (found []renewal.Message) {
		queue, none := &messages{}, &messages{}
		_, err := renewal.NewSweeper(w.store, queue, none, none, w.now).Sweep(t.Context())
		w.must(err)
		for _, body := range queue.bodies {
			m, err := renewal.ParseMessage(body)
			w.must(err)
			found = append(found, m)
		}
		return found
	}
	wanttest.Equal(t, "due at once", len(sweep()), 0)
	w.clock.Add(int64(time.Minute))
	due := sweep()
	wanttest.Diff(t, "due after a minute", due,
		[]renewal.Message{{Carrier: "acme", Customer: "alice", Edits: []string{job.ID}}})
	for _, m := range due {
		w.must(renewal.NewWorker(nil, nil, w.store, w.now).WithEdits(w.Service).Work(t.Context(), m))
	}
	job, err = w.Get(t.Context(), c, job.ID)
	w.must(err)
	wanttest.Equal(t, "worked off", counts(job), "completed: 3 = 3 changed, 0 unchanged, 0 rejected")
	w.clock.Add(int64(time.Hour))
	wanttest.Equal(t, "due after its end", len(sweep()), 0)
}
