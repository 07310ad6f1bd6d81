package renewal_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/renewal"
	"didpurchase/internal/timer"
	"didpurchase/internal/wanttest"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// timers are the due timers of each shard; a nil shard fails.
type timers map[int][]timer.Due

var errShard = errors.New("shard is out of order")

func (t timers) Due(_ context.Context, shard int, at time.Time) iter.Seq2[timer.Due, error] {
	return func(yield func(timer.Due, error) bool) {
		rows, ok := t[shard]
		if ok && rows == nil {
			yield(timer.Due{}, errShard)
			return
		}
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// queue keeps the sent messages, and fails while err is set.
type queue struct {
	depth int
	err   error

	mu     sync.Mutex
	bodies []string
	most   int // messages sent at once
}

func (q *queue) Depth(context.Context) (int, error) { return q.depth, nil }

func (q *queue) Send(_ context.Context, bodies []string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return q.err
	}
	q.bodies, q.most = append(q.bodies, bodies...), max(q.most, len(bodies))
	return nil
}

func (q *queue) sent() []string { return slices.Sorted(slices.Values(q.bodies)) }

func cart(customer string) timer.Due {
	return timer.Due{Kind: timer.Cart, Customer: ledger.Customer{Carrier: "acme", ID: customer}}
}

func rental(customer string, n e164.Number) timer.Due {
	return timer.Due{Kind: timer.Rental, Customer: ledger.Customer{Carrier: "acme", ID: customer}, Number: n}
}

func sweep(t *testing.T, due timers, renewals, jobs *queue) (renewal.Sent, error) {
	t.Helper()
	return renewal.NewSweeper(due, renewals, jobs, jobs, func() time.Time { return noon }).Sweep(t.Context())
}

func TestEachCustomerOnce(t *testing.T) {
	due := timers{
		0: {
			cart("alice"), rental("dave", 442071234567), cart("alice"), cart("bob"), rental("alice", 442071234568),
			rental("dave", 442071234560), {Kind: timer.Account, Customer: ledger.Customer{Carrier: "acme", ID: "bob"}},
			{Kind: timer.Order, Customer: ledger.Customer{Carrier: "acme", ID: "bob"}, OrderID: "01ORDER"},
			{Kind: timer.Edit, Customer: ledger.Customer{Carrier: "acme", ID: "bob"}, EditID: "01EDIT"},
		},
		31: {{Kind: timer.Job, Customer: ledger.Customer{Carrier: "acme"}, ImportID: "01JOB"}, cart("carol"),
			{Kind: timer.Report, Customer: ledger.Customer{Carrier: "acme"}, ReportID: "01REPORT"},
			{Kind: timer.Schedule, Customer: ledger.Customer{Carrier: "acme"}, Schedule: "daily"}},
	}
	renewals, jobs := &queue{}, &queue{}
	sent, err := sweep(t, due, renewals, jobs)
	if err != nil || sent != (renewal.Sent{Customers: 4, Jobs: 1, Reports: 2}) {
		t.Errorf("%+v, %v", sent, err)
	}
	if got, want := strings.Join(renewals.sent(), " "),
		`{"carrier":"acme","customer":"alice","cart":true,"dids":["+442071234568"],"oldest":true} {"carrier":"acme","customer":"bob","cart":true,"account":true,"orders":["01ORDER"],"edits":["01EDIT"]} `+
			`{"carrier":"acme","customer":"carol","cart":true} {"carrier":"acme","customer":"dave","dids":["+442071234567","+442071234560"],"oldest":true}`; got != want {
		t.Errorf("renewals %s, want %s", got, want)
	}
	if got, want := strings.Join(jobs.sent(), " "),
		`{"carrier":"acme","import_id":"01JOB"} {"carrier":"acme","report":"01REPORT"} {"carrier":"acme","schedule":"daily"}`; got != want {
		t.Errorf("jobs %s, want %s", got, want)
	}
}

// The sweep leaves work for later if the queue has no room.
func TestSweepStopsWhileTheQueueIsDeep(t *testing.T) {
	due := timers{}
	for i := range 1000 {
		due[i%timer.Shards] = append(due[i%timer.Shards], cart(fmt.Sprint(i)))
	}
	for _, tc := range []struct{ depth, want int }{
		{0, 1000}, {renewal.MaxDepth - 1000, 1000}, {renewal.MaxDepth - 123, 123}, {renewal.MaxDepth, 0},
		{2 * renewal.MaxDepth, 0},
	} {
		renewals := &queue{depth: tc.depth}
		sent, err := sweep(t, due, renewals, &queue{})
		at := fmt.Sprintf("depth %d", tc.depth)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		wanttest.Equal(t, at+": customers counted as sent", sent.Customers, tc.want)
		wanttest.Equal(t, at+": number of messages", len(renewals.bodies), tc.want)
		wanttest.True(t, at+": at most 10 messages are sent at once", renewals.most <= 10)
	}
}

// A deep renewal queue does not keep import jobs from being resumed.
func TestQueuesAreDeepEachForItself(t *testing.T) {
	due := timers{7: {cart("alice"), {Kind: timer.Job, Customer: ledger.Customer{Carrier: "acme"}, ImportID: "01JOB"}}}
	sent, err := sweep(t, due, &queue{depth: renewal.MaxDepth}, &queue{})
	if err != nil || sent != (renewal.Sent{Jobs: 1}) {
		t.Errorf("%+v, %v", sent, err)
	}
}

func TestFailuresAreToldAndHinderNobody(t *testing.T) {
	due := timers{3: nil, 4: {cart("alice")}}
	sent, err := sweep(t, due, &queue{}, &queue{})
	if !errors.Is(err, errShard) || sent.Customers != 1 {
		t.Errorf("a broken shard: %+v, %v", sent, err)
	}
	full := errors.New("no more")
	sent, err = sweep(t, due, &queue{err: full}, &queue{})
	if !errors.Is(err, full) || sent.Customers != 0 {
		t.Errorf("a broken queue: %+v, %v", sent, err)
	}
}

// flooded returns a shard of one customer's due rentals, and the rental of another
// customer after them.
func flooded(rentals int) []timer.Due {
	rows := make([]timer.Due, 0, rentals+1)
	for i := range rentals {
		rows = append(rows, rental("large", 442070000000+e164.Number(i)))
	}
	return append(rows, rental("small", 442081234567))
}

// A sweep finds small customers whose rentals come after 100,000 of another
// customer, in three shards at once. The large ones have one message, of bounded
// size; the bound of all rows is the sweep's, not a shard's.
func TestSweepReadsPastLargeCustomers(t *testing.T) {
	for what, tc := range map[string]struct {
		shards, rows, small int
	}{
		"100,000 in three shards": {3, 100_000, 3},
		"more than a sweep reads": {1, 500_000, 0},
	} {
		due := timers{}
		for shard := range tc.shards {
			due[shard] = flooded(tc.rows)
		}
		noJobs, queue, small := &queue{}, &queue{}, 0
		_, err := sweep(t, due, queue, noJobs)
		wanttest.Equal(t, what+": error", err, nil)
		for _, body := range queue.bodies {
			m, err := renewal.ParseMessage(body)
			wanttest.Equal(t, what+": error", err, nil)
			if m.Customer == "small" {
				small++
				continue
			}
			wanttest.True(t, fmt.Sprintf("%s: the large customer's message has 4,950 rentals, not %d", what, len(m.DIDs)),
				len(m.DIDs) == 4_950)
			wanttest.True(t, what+": it fits into SQS", len(body) < 256<<10)
		}
		wanttest.Equal(t, what+": small customers found", small, tc.small)
	}
}
