package courier_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// perSecond is how many events happen in the benchmark.
const perSecond = 10

// How soon a good receiver gets events, alone and beside one that hangs, one
// that answers 500 and one that is gone: p99 of each, and their ratio.
//
//	go test ./internal/lambdas/courier -run '^$' -bench Beside -benchtime 400x
func BenchmarkBesideBadReceivers(b *testing.B) {
	w := newCourierAndQueue(b)
	good := w.receiver(func(http.ResponseWriter, *http.Request) {})
	w.hook(acme, good.URL, good, "did.*")
	warm := max(1, b.N/4)
	w.paced(0, warm, good) // connections are made
	alone := w.paced(b.N, b.N, good)
	release := make(chan struct{})
	defer close(release)
	hanging := w.receiver(func(http.ResponseWriter, *http.Request) { <-release })
	failing := w.receiver(func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(500) })
	dead := httptest.NewServer(nil)
	dead.Close()
	for _, url := range []string{hanging.URL, failing.URL, dead.URL} {
		w.hook(acme, url, nil, "did.*")
	}
	w.paced(2*b.N, warm, good) // the bad ones begin to pause
	beside := w.paced(3*b.N, b.N, good)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(alone.Milliseconds()), "ms-p99-alone")
	b.ReportMetric(float64(beside.Milliseconds()), "ms-p99-beside")
	b.ReportMetric(float64(beside)/float64(alone), "ratio")
}

// paced lets events happen at their pace and returns the p99 of the time until
// the receiver has them.
func (w courierAndQueue) paced(from, n int, r *receiver) time.Duration {
	w.Helper()
	sent := map[string]time.Time{}
	for i := range n {
		for id, at := range w.happen(from+i, 1) {
			sent[id] = at
		}
		time.Sleep(time.Second / perSecond)
	}
	var took []time.Duration
	w.eventually(fmt.Sprintf("the good receiver has %d events from %d on", n, from), func() bool {
		took = r.delays(sent)
		return len(took) == n
	})
	slices.Sort(took)
	return took[n*99/100]
}

// delays is how long after it was sent each event arrived that has arrived.
func (r *receiver) delays(sent map[string]time.Time) (took []time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, at := range sent {
		if arrived, ok := r.ids[id]; ok {
			took = append(took, arrived.Sub(at))
		}
	}
	return took
}
