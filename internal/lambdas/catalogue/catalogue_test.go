package catalogue_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"
	"pgregory.net/rapid"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/lambdas/catalogue"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	offer = did.Offer{Country: "GB", Terms: pricing.Terms{
		Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}
	// Two blocks of one length and one of another.
	numbers = []e164.Number{442071230000, 442071234567, 442071239999, 442071240000, 442071240001, 33199001234}
)

type projectedTable struct {
	*streamtest.Recorder
	env     awsenv.Env
	project stream.Handler
}

func newProjectedTable(t *testing.T) projectedTable {
	t.Helper()
	db, table := dynamotest.New(t)
	env := awsenv.Env{
		TableName: table, AWS: dynamotest.Config(t), Now: func() time.Time { return noon },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	return projectedTable{streamtest.New(db, table, dynamo.New(env.AWS, table)), env, catalogue.New(env)}
}

// moveRandomly makes one move that the table may refuse.
func (w projectedTable) moveRandomly(t *rapid.T, carrier string, now time.Time) {
	n := rapid.SampledFrom(numbers).Draw(t, "number")
	items, err := w.Store.DIDs(t.Context(), carrier, []e164.Number{n})
	if err != nil {
		t.Fatal(err)
	}
	item, until := items[n], now.Add(time.Minute)
	var move did.Move
	switch rapid.SampledFrom([]did.Event{did.Hold, did.Hold, did.Extend, did.Remove, did.Lapse,
		did.Checkout}).Draw(t, "event") {
	case did.Hold:
		move = did.HoldFor(carrier, "alice", n, ulid.Make().String(), until, offer, now)
	case did.Extend:
		move = did.ExtendHold(carrier, n, item.HoldID, until, now)
	case did.Remove:
		move = did.RemoveHold(carrier, "alice", n, item.HoldID, now)
	case did.Lapse:
		move = did.LapseHold(carrier, "alice", n, item.HoldID, now)
	case did.Checkout:
		if move, err = did.Assign(item, ulid.Make().String(), now, time.UTC); err != nil {
			return // an illegal move never reaches the table
		}
	}
	if _, err := w.Move(t.Context(), move); err != nil {
		t.Fatal(err)
	}
}

// check compares the blocks with the DIDs.
func (w projectedTable) check(t rapid.TB, carrier string) {
	t.Helper()
	items, err := w.Store.DIDs(context.Background(), carrier, numbers)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range numbers {
		block, err := w.Store.Block(context.Background(), carrier, n.Block())
		if err != nil {
			t.Fatal(err)
		}
		if _, taken := items[n]; block.Taken.Contains(n.Suffix()) != taken {
			t.Errorf("%s of %s: block (version %d) has taken = %v, its DID %+v", n, carrier, block.Ver, !taken, items[n])
		}
	}
}

// In whatever order records come, twice, late or at once, blocks agree with DIDs.
func TestBlocksFollowDIDs(t *testing.T) {
	t.Parallel()
	w := newProjectedTable(t)
	var carriers atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		carrier := fmt.Sprintf("c%d", carriers.Add(1)) // a carrier of its own serves as a table of its own
		w.Records = nil
		now, delivered := noon, 0
		for range rapid.IntRange(1, 12).Draw(t, "moves") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			w.moveRandomly(t, carrier, now)
			if rapid.Bool().Draw(t, "deliver") {
				w.deliver(t, w.Records[delivered:])
				delivered = len(w.Records)
			}
		}
		late := rapid.Permutation(slices.Concat(w.Records[delivered:], w.Records)).Draw(t, "order")
		half := len(late) / 2
		var both sync.WaitGroup
		for _, batch := range [][]streamtest.Record{late[:half], late[half:]} {
			both.Go(func() { w.deliver(t, batch) })
		}
		both.Wait()
		w.check(t, carrier)
	})
}

func (w projectedTable) deliver(t rapid.TB, batch []streamtest.Record) {
	if from := streamtest.Deliver(t, w.project, batch...); from != "" {
		t.Errorf("failed from %s on", from)
	}
}

func (w projectedTable) hold(t testing.TB, numbers ...e164.Number) {
	t.Helper()
	for _, n := range numbers {
		move := did.HoldFor("acme", "alice", n, ulid.Make().String(), noon.Add(time.Minute), offer, noon)
		if _, err := w.Move(t.Context(), move); err != nil {
			t.Fatal(err)
		}
	}
}

// A record that can't be read is set aside alone, and the others are processed.
// While it can't be set aside, it is not lost: it comes again.
func TestPoisonDoesNotHinderOthers(t *testing.T) {
	t.Parallel()
	w := newProjectedTable(t)
	w.hold(t, numbers...)
	batch := slices.Insert(slices.Clone(w.Records), 2, streamtest.Poison("poison"))
	env := w.env
	env.AWS = faults.New(func(c faults.Call) faults.Fault {
		if c.Operation == "PutItem" {
			return faults.DropBefore
		}
		return faults.None
	}).Into(env.AWS)
	env.AWS.RetryMaxAttempts = 1
	if from := streamtest.Deliver(t, catalogue.New(env), streamtest.Poison("poison")); from != "poison" {
		t.Errorf("while the table refuses writes: to go on from %q, want the poison", from)
	}
	if from := streamtest.Deliver(t, w.project, batch...); from != "" {
		t.Errorf("to go on from %q, want the whole batch done", from)
	}
	w.check(t, "acme")
	if got := w.aside(t); !slices.Equal(got, []string{"poison"}) {
		t.Errorf("set aside: %q, want the poison", got)
	}
}

// aside returns the sequence numbers of the records that were set aside.
func (w projectedTable) aside(t *testing.T) (found []string) {
	t.Helper()
	out, err := dynamodb.NewFromConfig(w.env.AWS).Query(t.Context(), &dynamodb.QueryInput{
		TableName: &w.env.TableName, KeyConditionExpression: aws.String("pk = :aside"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":aside": &types.AttributeValueMemberS{Value: "ASIDE#catalogue"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range out.Items {
		found = append(found, i["sk"].(*types.AttributeValueMemberS).Value)
	}
	return found
}

// A batch writes each block once, and an empty block stays.
func TestOneWritePerBlock(t *testing.T) {
	t.Parallel()
	w := newProjectedTable(t)
	w.hold(t, numbers[:5]...)
	streamtest.Deliver(t, w.project, w.Records...)
	if vers := w.versions(t); !maps.Equal(vers, map[e164.Block]int64{44207123: 1, 44207124: 1}) {
		t.Errorf("versions %v", vers)
	}
	w.Records = nil
	for _, n := range numbers[:5] {
		items, _ := w.Store.DIDs(t.Context(), "acme", []e164.Number{n})
		if _, err := w.Move(t.Context(), did.RemoveHold("acme", "alice", n, items[n].HoldID, noon)); err != nil {
			t.Fatal(err)
		}
	}
	streamtest.Deliver(t, w.project, w.Records...)
	streamtest.Deliver(t, w.project, w.Records...)
	if vers := w.versions(t); !maps.Equal(vers, map[e164.Block]int64{44207123: 2, 44207124: 2}) {
		t.Errorf("versions %v", vers)
	}
	w.check(t, "acme")
}

func (w projectedTable) versions(t *testing.T) map[e164.Block]int64 {
	vers := map[e164.Block]int64{}
	for _, n := range numbers {
		b, err := w.Store.Block(t.Context(), "acme", n.Block())
		if err != nil {
			t.Fatal(err)
		}
		if b.Ver > 0 {
			vers[b.Block] = b.Ver
		}
	}
	return vers
}

// Batches that write one block at once, which happens after a redrive, lose
// nothing.
func TestBatchesAtOnce(t *testing.T) {
	t.Parallel()
	w := newProjectedTable(t)
	var many []e164.Number
	for n := range e164.Number(48) {
		many = append(many, numbers[0]+n)
	}
	w.hold(t, many...)
	var all sync.WaitGroup
	for batch := range slices.Chunk(w.Records, 6) {
		all.Go(func() {
			for streamtest.Deliver(t, w.project, batch...) != "" { // Lambda sends what failed again
			}
		})
	}
	all.Wait()
	block, err := w.Store.Block(t.Context(), "acme", many[0].Block())
	if err != nil || block.Taken.Count() != len(many) {
		t.Errorf("%d of %d taken, %v", block.Taken.Count(), len(many), err)
	}
}

// Each call to the database is broken once in each way: after one redelivery
// the blocks are correct, and logged for the caches.
func TestEveryCallBrokenOnce(t *testing.T) {
	t.Parallel()
	for _, fault := range faults.All {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			wholeAfterOneRedelivery(t, func(c faults.Call, nth int) faults.Fault {
				read := c.Operation == "GetItem" || c.Operation == "BatchGetItem"
				if c.Nth != nth || fault == faults.Conflict && read { // reads don't meet transactions
					return faults.None
				}
				return fault
			})
		})
	}
}

// If a projector dies after any of its calls, the next one completes its work.
func TestCrashAfterEachCall(t *testing.T) {
	t.Parallel()
	wholeAfterOneRedelivery(t, func(c faults.Call, nth int) faults.Fault {
		if c.Nth < nth {
			return faults.None
		}
		return faults.DropBefore
	})
}

// wholeAfterOneRedelivery breaks the nth call by fault, for n from 1 until there
// are no more calls.
func wholeAfterOneRedelivery(t *testing.T, fault func(c faults.Call, nth int) faults.Fault) {
	t.Helper()
	for nth := 1; ; nth++ {
		w := newProjectedTable(t)
		w.hold(t, numbers[:5]...)
		injector := faults.New(func(c faults.Call) faults.Fault { return fault(c, nth) })
		env := w.env
		env.AWS = injector.Into(env.AWS)
		env.AWS.RetryMaxAttempts = 1 // the SDK would hide most of it
		if streamtest.Deliver(t, catalogue.New(env), w.Records...) != "" {
			streamtest.Deliver(t, w.project, w.Records...)
		}
		w.check(t, "acme")
		if told, vers := w.told(t), w.versions(t); !maps.Equal(told, vers) {
			t.Errorf("call %d broken: the log has %v, the blocks are at %v", nth, told, vers)
		}
		if injector.Total() < nth {
			return
		}
	}
}

// logged returns the last version of each block in the change log.
func (w projectedTable) told(t *testing.T) map[e164.Block]int64 {
	out, err := dynamodb.NewFromConfig(w.env.AWS).Query(t.Context(), &dynamodb.QueryInput{
		TableName: &w.env.TableName, KeyConditionExpression: aws.String("pk = :log"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":log": &types.AttributeValueMemberS{Value: "LOG#acme"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		Changed []struct {
			SK  string `dynamodbav:"sk"`
			Ver int64  `dynamodbav:"ver"`
		} `dynamodbav:"changed"`
	}
	if err := attributevalue.UnmarshalListOfMaps(out.Items, &entries); err != nil {
		t.Fatal(err)
	}
	told := map[e164.Block]int64{}
	for _, entry := range entries {
		for _, c := range entry.Changed {
			var length, block int
			if _, err := fmt.Sscanf(c.SK, "T#%d#%d", &length, &block); err != nil {
				t.Fatalf("%q: %v", c.SK, err)
			}
			told[e164.Block(block)] = max(told[e164.Block(block)], c.Ver)
		}
	}
	return told
}
