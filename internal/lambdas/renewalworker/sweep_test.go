package renewalworker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/lambdas/renewalsweep"
	"didpurchase/internal/renewal"
	"didpurchase/internal/timer"
)

// TestSweepOfManyRentals finds 1,000 customers with 100 due rentals each: the
// sweeps send each of them once, and no more at a time than the queue has room for.
func TestSweepOfManyRentals(t *testing.T) {
	t.Parallel()
	customers, each := 100, 10
	if *whole {
		customers, each = 1000, 100
	}
	w := newRenewals(t)
	w.plantDue(t, customers, each)
	limit := 55 * time.Second // the function's
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for tick := 1; tick <= 3; tick++ {
		began := time.Now()
		sent := w.sweepOnly(ctx, t)
		t.Logf("tick %d: %d customers in %s", tick, sent.Customers, time.Since(began).Round(time.Millisecond))
		if sent.Customers != customers {
			t.Errorf("tick %d: %+v, want %d customers", tick, sent, customers)
		}
	}
	seen := map[string]int{}
	for _, body := range w.receive(t, "renewal") {
		m, err := renewal.ParseMessage(body)
		must(t, err)
		if seen[m.Customer]++; len(m.DIDs) != each {
			t.Errorf("%s has %d due, want %d", m.Customer, len(m.DIDs), each)
		}
	}
	for c, n := range seen {
		if n != 3 {
			t.Errorf("%s was sent %d times by 3 ticks", c, n)
		}
	}
}

// A queue that is nearly full gets as many messages as it has room for; a full
// one gets none.
func TestSweepBeforeADeepQueue(t *testing.T) {
	t.Parallel()
	w := newRenewals(t)
	w.plantDue(t, 40, 1)
	for range renewal.MaxDepth - 15 {
		_, err := w.queues.Send("renewal", "{}", nil, -1)
		must(t, err)
	}
	for _, want := range []int{15, 0} {
		if sent := w.sweepOnly(t.Context(), t); sent.Customers != want {
			t.Errorf("%+v, want %d", sent, want)
		}
	}
}

// sweepOnly sweeps and leaves the messages in their queue.
func (w renewals) sweepOnly(ctx context.Context, t *testing.T) (sent renewal.Sent) {
	t.Helper()
	answer, err := lambda.NewHandler(renewalsweep.New(w.env)).Invoke(ctx, []byte(`{}`))
	must(t, err)
	must(t, json.Unmarshal(answer, &sent))
	return sent
}

// plantDue writes due rentals to the index; they are not processed.
func (w renewals) plantDue(t *testing.T, customers, each int) {
	t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	var requests []types.WriteRequest
	for c := range customers {
		customer := fmt.Sprintf("buyer%04d", c)
		for i := range each {
			n := fmt.Sprint(442071000000 + c*each + i)
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
				"pk": text("DID#acme#" + n[:len(n)-4]), "sk": text(n), "state": text("assigned"), "carrier": text("acme"),
				"customer": text(customer),
				"duePK":    text(fmt.Sprintf("DUE#%02d", c%timer.Shards)),
				"nextAt":   text(noon.Add(-time.Duration(i) * time.Minute).Format("2006-01-02T15:04:05.000Z")),
			}}})
		}
	}
	var g errgroup.Group
	g.SetLimit(4)
	for len(requests) > 0 {
		part := requests[:min(25, len(requests))]
		requests = requests[len(part):]
		g.Go(func() error {
			_, err := w.db.BatchWriteItem(context.Background(),
				&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.table: part}})
			return err
		})
	}
	must(t, g.Wait())
}
