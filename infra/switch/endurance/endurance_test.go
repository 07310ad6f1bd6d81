// Package endurance_test tests the follower of routes with every fault that is
// possible between a write of the table and a switch's copy: batches of the stream
// that come late, twice or in another order, broken calls of the database, broken
// answers of the API, and kills of the follower. In the end the copy must equal the
// table. The long form makes 10,000 changes:
//
//	go test ./infra/switch/endurance -whole -v
package endurance_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"didpurchase/infra/switch/follow"
	"didpurchase/internal/routing"
)

var (
	whole = flag.Bool("whole", false, "make 10,000 changes and kill the follower 20 times")
	seed  = flag.Uint64("seed", 1, "of changes and faults")
)

// catchUp is the longest time that the follower may take for the last changes, on a
// busy machine.
const catchUp = time.Minute

// With any faults, the copy ends equal to the table.
func TestTheCopyBecomesTheTable(t *testing.T) {
	t.Parallel()
	changes, kills := 400, 4
	if *whole {
		changes, kills = 10_000, 20
	}
	w := newFollowedCarrier(t)
	w.startFollower(t)
	for n := range kills {
		w.change(t, changes/kills)
		w.follower.kill()
		if n == kills/2 { // from the beginning: all routes are loaded while they change
			if err := os.Remove(w.copy); err != nil {
				t.Fatal(err)
			}
		}
		w.startFollower(t)
	}
	w.deliverRest(t)
	var difference string
	for end := time.Now().Add(catchUp); time.Now().Before(end); {
		w.follower.awaitAnswer(t)
		w.follower.kill()
		if difference = w.difference(t); difference == "" {
			t.Logf("%d changes of %d numbers, %d kills; %s", changes, numbers, kills, w.faults())
			return
		}
		w.startFollower(t)
	}
	t.Fatalf("seed %d: the copy is not the table; %s\n%s", *seed, w.faults(), difference)
}

// difference compares the copy with the table; "" if they agree. Versions may
// differ, because a renewal has no entry in the feed.
func (w *followedCarrier) difference(t *testing.T) (text string) {
	t.Helper()
	copied, err := follow.Open(w.copy)
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	routes, err := copied.All()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range routes {
		if r.Rented() {
			got[r.DID] = fmt.Sprint(r.Status, " ", r.Destinations)
		}
	}
	for n := range numbers {
		did := first + number(n)
		d, err := w.store.DID(t.Context(), carrierID, did)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if e := routing.EntryOf(d); e.Status != routing.NotRented && e.Status != routing.PortedOut {
			var targets []follow.Target
			for _, target := range e.Route.Targets {
				targets = append(targets, follow.Target(target))
			}
			want = fmt.Sprint(e.Status, " ", targets)
		}
		if has := got[did.String()]; has != want {
			text += fmt.Sprintf("%s is %q, want %q\n", did, has, want)
		}
	}
	return text
}
