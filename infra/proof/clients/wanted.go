package clients

import (
	"math/rand/v2"
	"sync"
)

// wantedAtOnce is the number of numbers that all clients want at the same time.
const wantedAtOnce = 4

// triesWhenSold is the number of requests for an unavailable number before another
// one takes its place.
const triesWhenSold = 4

// wanted are the numbers that all clients want at the moment.
type wanted struct {
	recycle bool // numbers come back after all others were wanted

	mu    sync.Mutex // guards the fields below
	dids  []string
	now   []int // indexes in dids
	next  int
	tries map[string]int
}

func newWanted(dids []string, recycle bool) *wanted {
	w := &wanted{dids: dids, recycle: recycle, next: min(wantedAtOnce, len(dids)), tries: map[string]int{}}
	for i := range w.next {
		w.now = append(w.now, i)
	}
	return w
}

func (w *wanted) pick(dice *rand.Rand) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dids[w.now[dice.IntN(len(w.now))]]
}

// tried records that a number was not available, or was bought.
func (w *wanted) tried(did string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tries[did]++; w.tries[did] < triesWhenSold {
		return
	}
	for i, at := range w.now {
		if w.dids[at] != did || w.next >= len(w.dids) && !w.recycle {
			continue
		}
		w.now[i], w.tries[did] = w.next%len(w.dids), 0
		w.next++
	}
}
