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

func (f *feed) FeedOf(_ context.Context, _ string, hour time.Time, after string, max int) (found []routing.Placed,
	err error) {
	for _, p := range f.landed {
		if p.Position > after && strings.HasPrefix(p.Position, hour.Format("2006-01-02T15")) && len(found) < max {
			found = append(found, p)
		}
	}
	return found, nil
}

// write sends an entry on its way; land lets it arrive.
func (f *feed) write(n int) {
	e := routing.Entry{Number: e164.Number(442070000000 + n), Version: fmt.Sprint(n)}
	f.flying = append(f.flying, routing.Placed{Entry: e, Position: f.now.Format("2006-01-02T15:04:05.000Z") +
		fmt.Sprintf("#%d#%d", e.Number, n)})
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
				t.Fatalf("entry %d of %d was never returned", n, written)
			}
		}
	})
}

// overdue reports whether an entry has been on its way for longer than a write may
// take.
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
	wanttest.Equal(t, "entries of each answer", fmt.Sprint(sizes),
		fmt.Sprint([]int{routing.MaxEntries, routing.MaxEntries, 10, 0, 0}))
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
}

// A cursor that is not the feed's is refused: of another list, of a future time,
// damaged, or made up. None is read from somewhere else instead.
func TestForeignCursors(t *testing.T) {
	t.Parallel()
	const now, hour = "2026-12-05T12:00:00.000Z", "2026-12-05T13:00:00.000Z"
	f := &feed{now: time.Date(2026, 12, 5, 12, 0, 0, 0, time.UTC)}
	reader := routing.Feed{Source: f, Now: func() time.Time { return f.now }}
	for name, text := range map[string]string{
		"nothing":                  "",
		"no JSON":                  "x",
		"no object":                `"` + now + `"`,
		"an array":                 "[]",
		"null":                     "null",
		"an empty object":          "{}",
		"another list's":           `{"after":"442071230000"}`,
		"a page of the snapshot's": `{"pk":"DID#acme#44207123","sk":"442071230000"}`,
		"of the time to come":      routing.StartAt(f.now.Add(routing.Overlap + time.Second)),
		"read before settled":      `{"s":"` + now + `","r":"2026-12-05T11:00:00.000Z"}`,
		"read at no time":          `{"s":"` + now + `","r":"z"}`,
		"settled at no time":       `{"s":"2026-13-45T12:00:00.000Z","r":"` + hour + `"}`,
		"a time in another form":   `{"s":"2026-12-05T12:00:00Z","r":"` + now + `"}`,
		"a negative count":         `{"s":"` + now + `","r":"` + now + `","d":{"n":-5}}`,
		"a count beyond all":       `{"s":"` + now + `","r":"` + now + `","d":{"n":1000001}}`,
		"a sum in letters":         `{"s":"` + now + `","r":"` + now + `","d":{"n":1,"x":"y"}}`,
		"cut off":                  routing.StartAt(f.now)[:20],
		"with more after it":       routing.StartAt(f.now) + "}",
	} {
		_, err := reader.Read(t.Context(), "acme", text)
		wanttest.True(t, fmt.Sprintf("refused: a cursor that is %s, %s (%v)", name, text, err),
			errors.Is(err, routing.ErrCursor))
	}
	if _, err := reader.Read(t.Context(), "acme", routing.StartAt(f.now)); err != nil {
		t.Errorf("the feed's own cursor is refused: %v", err)
	}
}
