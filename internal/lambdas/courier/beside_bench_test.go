package courier_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
)

// between is the time between two events of the benchmark: ten a second to each of
// the two couriers.
const between = time.Second / 20

// callTime is the approximate duration of a call to DynamoDB or SQS on AWS. Here
// all stores share two cores: without this delay, the benchmark would measure how
// long the processor is busy with the writes for the bad receivers, which on AWS
// other machines make.
const callTime = 5 * time.Millisecond

// asFarAsAWS delays each call of an AWS client by callTime.
func asFarAsAWS(config *aws.Config) {
	far := middleware.FinalizeMiddlewareFunc("callTime", func(ctx context.Context, in middleware.FinalizeInput,
		next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		time.Sleep(callTime)
		return next.HandleFinalize(ctx, in)
	})
	config.APIOptions = append(config.APIOptions, func(stack *middleware.Stack) error {
		return stack.Finalize.Add(far, middleware.Before)
	})
}

// BenchmarkBesideBadReceivers measures the delay of events to a good receiver,
// alone and beside a receiver that hangs, one that answers 500 and one that is
// gone: p50 and p99 of both, and the ratio of the p99. Two couriers take turns with
// the events, so that other load of the machine affects both.
//
//	go test ./internal/lambdas/courier -run '^$' -bench Beside -benchtime 1000x
func BenchmarkBesideBadReceivers(b *testing.B) {
	alone, beside := newGoodReceiver(b), newGoodReceiver(b)
	release := make(chan struct{})
	defer close(release)
	hanging := beside.receiver(func(http.ResponseWriter, *http.Request) { <-release })
	failing := beside.receiver(func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(500) })
	dead := httptest.NewServer(nil)
	dead.Close()
	for _, url := range []string{hanging.URL, failing.URL, dead.URL} {
		beside.hook(acme, url, nil, "did.*")
	}
	const warm = 150 // connections are made, and the bad receivers are known: the hanging one after 10 seconds
	takeTurns(warm, 0, alone, beside)
	takeTurns(b.N, warm, alone, beside)
	b.ReportMetric(0, "ns/op")
	for _, w := range []*goodReceiver{alone, beside} {
		slices.Sort(w.took)
	}
	report := func(w *goodReceiver, name string) float64 {
		p50, p99 := w.took[b.N/2], w.took[b.N*99/100]
		b.ReportMetric(float64(p50.Milliseconds()), "ms-p50-"+name)
		b.ReportMetric(float64(p99.Milliseconds()), "ms-p99-"+name)
		return float64(p99)
	}
	p99 := report(alone, "alone")
	b.ReportMetric(report(beside, "beside")/p99, "ratio")
}

// goodReceiver is a courier with a receiver that works.
type goodReceiver struct {
	courierAndQueue
	good *receiver
	took []time.Duration // the delays of the last events, from each event to its arrival
}

func newGoodReceiver(b *testing.B) *goodReceiver {
	w := newCourierAndQueue(b, asFarAsAWS)
	good := w.receiver(func(http.ResponseWriter, *http.Request) {})
	w.hook(acme, good.URL, good, "did.*")
	return &goodReceiver{courierAndQueue: w, good: good}
}

// takeTurns sends n events to each courier, alternately, and waits until all have
// arrived.
func takeTurns(n, from int, all ...*goodReceiver) {
	sent := make([]map[string]time.Time, len(all))
	for i := range n * len(all) {
		turn := i % len(all)
		if sent[turn] == nil {
			sent[turn] = map[string]time.Time{}
		}
		for id, at := range all[turn].happen(from+i/len(all), 1) {
			sent[turn][id] = at
		}
		time.Sleep(between)
	}
	for turn, w := range all {
		w.eventually(fmt.Sprintf("the good receiver has %d events from %d on", n, from), func() bool {
			w.took = w.good.delays(sent[turn])
			return len(w.took) == n
		})
	}
}

// delays returns, for each event that has arrived, the time from sending to
// arrival.
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
