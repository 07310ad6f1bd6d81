package routing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/e164"
	"didpurchase/internal/routing"
	"didpurchase/internal/wanttest"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// feed is a feed in memory. An entry that is written lands later, as writes to a
// table do.
type feed struct {
	landed []routing.Placed
	flying []routing.Placed
	now    time.Time
}

func (f *feed) FeedOf(_ context.Context, _ string, hour time.Time, after string, max int) (found []routing.Placed, err error) {
	for _, p := range f.landed {
		if p.Position > after && strings.HasPrefix(p.Position, hour.Format("2006-01-02T15")) && len(found) < max {
			found = append(found, p)
		}
	}
	return found, nil
}

// write sends an entry off.
func (f *feed) write(n int) {
	e := routing.Entry{Number: e164.Number(442070000000 + n), Version: fmt.Sprint(n)}
	f.flying = append(f.flying, routing.Placed{Entry: e, Position: f.now.Format("2006-01-02T15:04:05.000Z") + fmt.Sprintf("#%d#%d", e.Number, n)})
}

// land lets an entry be seen.
func (f *feed) land(i int) {
	f.landed = append(f.landed, f.flying[i])
	f.flying = slices.Delete(f.flying, i, i+1)
	slices.SortFunc(f.landed, func(a, b routing.Placed) int { return strings.Compare(a.Position, b.Position) })
}

// Whatever the order in which entries land within the overlap, and however the
// reader is interrupted between an answer and its next request, nothing is missed.
func TestNothingIsMissed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := &feed{now: noon.Add(-time.Duration(rapid.IntRange(0, 90).Draw(t, "begin")) * time.Minute)}
		reader := routing.Feed{Source: f, Now: func() time.Time { return f.now }}
		cursor, told, written := routing.StartAt(f.now), map[string]int{}, 0
		read := func(keep bool) {
			changes, err := reader.Read(context.Background(), "acme", cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range changes.Entries {
				if keep {
					told[e.Version]++
				}
			}
			if keep {
				cursor = changes.Next
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"write", "write", "land", "land", "read", "lost", "pass"}).Draw(t, "step") {
			case "write":
				f.write(written)
				written++
			case "land":
				if len(f.flying) > 0 {
					f.land(rapid.IntRange(0, len(f.flying)-1).Draw(t, "which"))
				}
			case "read":
				read(true)
			case "lost": // the follower dies before it keeps the answer
				read(false)
			case "pass":
				f.now = f.now.Add(time.Duration(rapid.IntRange(1, 20_000).Draw(t, "ms")) * time.Millisecond)
				for len(f.flying) > 0 && overdue(f.flying[0], f.now) {
					f.land(0)
				}
			}
		}
		for len(f.flying) > 0 {
			f.land(0)
		}
		f.now = f.now.Add(time.Second)
		read(true)
		for n := range written {
			if told[fmt.Sprint(n)] == 0 {
				t.Fatalf("entry %d of %d was never told", n, written)
			}
		}
	})
}

// overdue reports whether an entry flies for longer than a write may take.
func overdue(p routing.Placed, now time.Time) bool {
	at, err := time.Parse(time.RFC3339, p.Position[:24])
	return err == nil && now.Sub(at) > routing.Overlap-20*time.Second
}

// A quiet feed returns nothing twice, and a long one comes page by page.
func TestPages(t *testing.T) {
	t.Parallel()
	const entries = 2*routing.MaxEntries + 10
	f := &feed{now: noon}
	cursor := routing.StartAt(noon)
	for n := range entries {
		f.now = f.now.Add(time.Millisecond)
		f.write(n)
		f.land(0)
	}
	reader := routing.Feed{Source: f, Now: func() time.Time { return f.now }}
	var sizes []int
	for range 5 {
		f.now = f.now.Add(time.Second)
		changes, err := reader.Read(t.Context(), "acme", cursor)
		if err != nil {
			t.Fatal(err)
		}
		sizes, cursor = append(sizes, len(changes.Entries)), changes.Next
	}
	wanttest.Equal(t, "entries of each answer", fmt.Sprint(sizes), fmt.Sprint([]int{routing.MaxEntries, routing.MaxEntries, 10, 0, 0}))
}

// A follower that was away for days gets everything, 24 hours an answer, and
// refused after 7 days.
func TestLongAway(t *testing.T) {
	t.Parallel()
	f := &feed{now: noon}
	cursor := routing.StartAt(noon)
	reader := routing.Feed{Source: f, Now: func() time.Time { return f.now }}
	f.now = noon.Add(6*24*time.Hour + time.Minute)
	f.write(1)
	f.land(0)
	for answers := 1; ; answers++ {
		changes, err := reader.Read(t.Context(), "acme", cursor)
		if err != nil {
			t.Fatal(err)
		}
		cursor = changes.Next
		if len(changes.Entries) > 0 {
			wanttest.Equal(t, "answers until the entry", answers, 7)
			break
		}
		if !changes.More || answers > 10 {
			t.Fatalf("answer %d has nothing, and more is %v", answers, changes.More)
		}
	}
	_, err := reader.Read(t.Context(), "acme", routing.StartAt(f.now.Add(-routing.Life-time.Second)))
	wanttest.True(t, "a cursor of more than 7 days is refused", errors.Is(err, routing.ErrExpired))
	for _, bad := range []string{"", "{}", "x", routing.StartAt(f.now.Add(routing.Overlap + time.Second)), `{"s":"2026-11-29T12:00:00.000Z","r":"2026-11-29T11:00:00.000Z"}`, `{"s":"2026-11-29T12:00:00.000Z","r":"z"}`, `{"s":"2026-12-05T12:00:00.000Z","r":"2026-12-05T12:00:00.000Z","d":{"n":-5}}`} {
		_, err := reader.Read(t.Context(), "acme", bad)
		wanttest.True(t, "refused as no cursor: "+bad, errors.Is(err, routing.ErrCursor))
	}
}
