// Package streamtest makes real changes of items in a real table and returns them
// as records of the table's stream, for tests of its consumers.
package streamtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"
	"pgregory.net/rapid"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/ledger"
)

// Recorder changes DIDs and accounts, and keeps a record of each change.
type Recorder struct {
	Store   *dynamo.Store
	Records []Record

	db    *dynamodb.Client
	table string
}

// Record is a record of the stream in the JSON that Lambda gets.
type Record map[string]any

// New returns a recorder over a table.
func New(db *dynamodb.Client, table string, store *dynamo.Store) *Recorder {
	return &Recorder{Store: store, db: db, table: table}
}

// Move commits a move at its time, and records it unless it is refused.
func (r *Recorder) Move(ctx context.Context, m did.Move) (moved bool, err error) {
	key := keyOf("DID#"+m.To.Carrier+"#"+m.To.Number.Block().Digits(), m.To.Number.Digits())
	before, err := r.item(ctx, key)
	if err != nil {
		return false, err
	}
	err = r.Store.Commit(ctx, commit.Batch{ID: ulid.Make().String(), Changes: []commit.Change{m}})
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	after, err := r.item(ctx, key)
	if err != nil {
		return false, err
	}
	return true, r.record(key, m.At, before, after)
}

// Account commits changes, and records the change of the customer's account
// among them.
func (r *Recorder) Account(ctx context.Context, c ledger.Customer, at time.Time, changes ...commit.Change) error {
	return r.Item(ctx, "CUSTOMER#"+c.Carrier+"#"+c.ID, "ACCOUNT", at, func() error {
		return r.Store.Commit(ctx, commit.Batch{ID: ulid.Make().String(), Changes: changes})
	})
}

// Item writes, and records the change of the item with the key.
func (r *Recorder) Item(ctx context.Context, pk, sk string, at time.Time, write func() error) error {
	key := keyOf(pk, sk)
	before, err := r.item(ctx, key)
	if err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	after, err := r.item(ctx, key)
	if err != nil {
		return err
	}
	return r.record(key, at, before, after)
}

type item = map[string]types.AttributeValue

func (r *Recorder) item(ctx context.Context, key item) (item, error) {
	out, err := r.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &r.table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

func keyOf(pk, sk string) item {
	return item{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

func (r *Recorder) record(key item, at time.Time, before, after item) error {
	change := map[string]any{
		"ApproximateCreationDateTime": at.Unix(),
		"SequenceNumber":              strconv.Itoa(len(r.Records) + 1),
		"StreamViewType":              "NEW_AND_OLD_IMAGES",
	}
	name := "MODIFY"
	switch {
	case len(before) == 0:
		name = "INSERT"
	case len(after) == 0:
		name = "REMOVE"
	}
	for part, image := range map[string]item{"Keys": key, "OldImage": before, "NewImage": after} {
		if len(image) == 0 {
			continue
		}
		raw, err := attributevalue.MarshalMapJSON(image)
		if err != nil {
			return err
		}
		change[part] = json.RawMessage(raw)
	}
	r.Records = append(r.Records, Record{"eventID": fmt.Sprint(len(r.Records)), "eventName": name,
		"eventSource": "aws:dynamodb", "dynamodb": change})
	return nil
}

// Deliver hands records to a consumer as Lambda does, and gives the sequence
// number that it asks to go on from, "" when all are done.
func Deliver(t rapid.TB, h stream.Handler, records ...Record) (failedFrom string) {
	t.Helper()
	payload, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := lambda.NewHandler(h).Invoke(context.Background(), payload)
	if err != nil {
		t.Fatal(err)
	}
	var answer events.DynamoDBEventResponse
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	switch len(answer.BatchItemFailures) {
	case 0:
		return ""
	case 1:
		return answer.BatchItemFailures[0].ItemIdentifier
	default:
		t.Fatalf("more than one failure: %s", raw)
		return ""
	}
}

// Posted returns the record of a new entry of a customer's ledger; consumers
// read no more of it than its key.
func Posted(c ledger.Customer, seq int) Record {
	return Record{"eventName": "INSERT", "dynamodb": map[string]any{
		"SequenceNumber": fmt.Sprint(seq), "ApproximateCreationDateTime": 1,
		"Keys": json.RawMessage(fmt.Sprintf(`{"pk": {"S": "CUSTOMER#%s#%s"}, "sk": {"S": "ENTRY#%010d"}}`, c.Carrier, c.ID,
			seq)),
	}}
}

// Poison returns a record that no consumer can read.
func Poison(sequence string) Record {
	return Record{"eventName": "INSERT", "dynamodb": map[string]any{
		"SequenceNumber": sequence, "ApproximateCreationDateTime": 1,
		"Keys": json.RawMessage(`{"pk": {"S": "DID#acme"}, "sk": {"S": "no number"}}`),
	}}
}
