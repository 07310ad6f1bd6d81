package renewalworker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/faults"
	"didpurchase/internal/lambdas/renewalworker"
)

// BenchmarkRenewal renews 450 rentals of five customers again and again, and
// counts the write units of it: of account, ledger, invoice, rentals and their
// indexes, and of the history that the stream would bring.
func BenchmarkRenewal(b *testing.B) {
	w := newMarket(b, rules)
	const customers, each = 5, 90
	var messages []string
	list := numbers("daily", 0, customers*each)
	for c := range customers {
		customer := w.customer(b, fmt.Sprintf("buyer%d", c), "1000000")
		w.rent(b, customer, list[c*each:(c+1)*each]...)
	}
	*w.now = noon.AddDate(0, 0, 1)
	messages, _ = w.sweep(b, *w.now)
	meter := &dynamotest.Meter{}
	env := w.env
	env.AWS = meter.Into(env.AWS)
	worker := renewalworker.New(env)
	history := dynamo.New(env.AWS, w.table)
	renewals := 0
	for b.Loop() {
		if failed := work(b, worker, messages...); len(failed) > 0 {
			b.Fatal(failed)
		}
		renewals += len(list)
		*w.now = w.now.AddDate(0, 0, 1)
	}
	b.ReportMetric(float64(renewals)/b.Elapsed().Seconds(), "renewals/s")
	d := w.did(b, list[0])
	before := meter.Write()
	passage, err := did.PassageOf(d, d, "1", *w.now)
	must(b, err)
	must(b, history.PutPassage(b.Context(), passage))
	perHistory := meter.Write() - before
	b.ReportMetric(before/float64(renewals)+perHistory, "write-units/renewal")
	b.ReportMetric(meter.Read()/float64(renewals), "read-units/renewal")
	if got := d.Period; got*len(list) != renewals {
		b.Errorf("%d periods, %d renewals", got, renewals)
	}
}

// A renewal costs at most 8 write units, of which most are the rental's own.
func TestRenewalIsCheap(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice := w.customer(t, "alice", "1000")
	w.rent(t, alice, numbers("monthly", 0, 90)...)
	*w.now = noon.AddDate(0, 1, 0)
	messages, _ := w.sweep(t, *w.now)
	meter := &dynamotest.Meter{}
	env := w.env
	env.AWS = meter.Into(env.AWS)
	if failed := work(t, renewalworker.New(env), messages...); len(failed) > 0 {
		t.Fatal(failed)
	}
	w.wantStates(t, "renewed", numbers("monthly", 0, 90), map[did.State]int{did.Assigned: 90})
	const history = 1 // an item below 1 KB without indexes
	if units := meter.Write()/90 + history; units > 8 {
		t.Errorf("%.2f write units a renewal", units)
	}
}

// A message of the sweep reads no timers of other customers of its shard: it names
// the oldest numbers. Any other message reads the shard to find them.
func TestMessagesOfTheSweepReadNoTimers(t *testing.T) {
	t.Parallel()
	const each = 90
	for what, tc := range map[string]struct {
		body    func(swept string) string
		queries int
	}{
		"of the sweep": {func(swept string) string { return swept }, 0},
		"another":      {func(swept string) string { return strings.Replace(swept, `,"oldest":true`, "", 1) }, 1},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newMarket(t, rules)
			w.rent(t, w.customer(t, "alice", "1000"), numbers("monthly", 0, each)...)
			*w.now = noon.AddDate(0, 1, 0)
			messages, _ := w.sweep(t, *w.now)
			queries := 0
			watched := faults.New(func(c faults.Call) faults.Fault {
				if c.Operation == "Query" && strings.Contains(c.Body, `"IndexName":"due"`) {
					queries++
				}
				return faults.None
			})
			env := w.env
			env.AWS = watched.Into(env.AWS)
			for _, swept := range messages {
				work(t, renewalworker.New(env), tc.body(swept))
			}
			w.wantStates(t, "renewed", numbers("monthly", 0, each), map[did.State]int{did.Assigned: each})
			if queries != tc.queries {
				t.Errorf("%d queries of the timers, want %d", queries, tc.queries)
			}
		})
	}
}

// The query of the timers costs at most 0.02 read units for each of the shard's
// rows that are due, so 400 for the 20,000 that it reads at most.
func TestReadingTheTimersIsBounded(t *testing.T) {
	t.Parallel()
	const each = 450
	w := newMarket(t, rules)
	alice := w.customer(t, "alice", "10000")
	for part := range slices.Chunk(numbers("monthly", 0, each), 90) {
		w.rent(t, alice, part...)
	}
	meter := &dynamotest.Meter{}
	due, err := dynamo.New(meter.Into(w.env.AWS), w.table).DueOf(t.Context(), alice, noon.AddDate(0, 1, 0), each)
	must(t, err)
	if len(due) != each {
		t.Fatalf("%d numbers are due, want %d", len(due), each)
	}
	if perRow := meter.Read() / each; perRow > 0.02 {
		t.Errorf("%.4f read units a row, want at most 0.02", perRow)
	} else {
		t.Logf("%.4f read units a row", perRow)
	}
}

// A rental's item stays below 1 KB, which is one write unit, with a label, a
// destination and some tags.
func TestRentalItemIsSmall(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice, n := w.customer(t, "alice", "3"), blocks["monthly"]
	w.rent(t, alice, n)
	edit, err := w.did(t, n).Edited(did.Settings{
		Route: destination.To("sip:front-desk@pbx.example.com"), Label: "Front desk, ground floor, London office",
		Tags: []string{"sales", "london", "office-17"},
	}, noon)
	must(t, err)
	w.commit(t, edit)
	w.tick(t, w.did(t, n).NextAt)
	w.tick(t, w.did(t, n).NextAt) // a suspended rental has the most attributes
	again, err := w.did(t, n).Edited(w.did(t, n).Settings(), *w.now)
	must(t, err)
	somebody := auth.Actor{Kind: auth.ByUser, ID: ulid.Make().String(), Name: strings.Repeat("ž", 100)}
	must(t, w.store.Commit(auth.ActingAs(t.Context(), somebody),
		commit.Batch{ID: ulid.Make().String(), Changes: []commit.Change{again}}))
	out, err := w.db.Scan(t.Context(), &dynamodb.ScanInput{TableName: &w.table})
	must(t, err)
	for _, i := range out.Items {
		if _, rental := i["rentalId"]; !rental {
			continue
		}
		if size := sizeOf(i); size > 1024 || w.did(t, n).State != did.Suspended {
			t.Errorf("%d bytes", size)
		} else {
			t.Logf("%d bytes", size)
		}
		return
	}
	t.Error("there is no rental")
}

// sizeOf is an item's size as DynamoDB counts it: names and values in UTF-8, a
// number one byte for two digits and one more, a map or list three bytes and one
// for each element.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func sizeOf(v any) (size int) {
	switch v := v.(type) {
	case map[string]types.AttributeValue:
		for name, value := range v {
			size += len(name) + sizeOf(value)
		}
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + sizeOf(v.Value)
	case *types.AttributeValueMemberL:
		size = 3 + len(v.Value)
		for _, value := range v.Value {
			size += sizeOf(value)
		}
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return len(v.Value)/2 + 2
	default:
		return 1
	}
	return size
}
