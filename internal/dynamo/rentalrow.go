package dynamo

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
)

// RowsBetween implements rentals.Source: one answer of a Query.
func (s *Store) RowsBetween(ctx context.Context, c ledger.Customer, after, upTo string,
	r *rentals.Reader) (rows []rentals.Row, next string, err error) {
	return s.rows(ctx, c, ownedBetween(c, after, upTo), 0, r)
}

// RowsAfter returns at most limit of the customer's rows after some digits; next
// is the digits to continue after, "" at the end.
func (s *Store) RowsAfter(ctx context.Context, c ledger.Customer, after string, limit int,
	r *rentals.Reader) (rows []rentals.Row, next string, err error) {
	return s.rows(ctx, c, ownedBetween(c, after, ""), limit, r)
}

func (s *Store) rows(ctx context.Context, c ledger.Customer, which expression.KeyConditionBuilder, limit int,
	r *rentals.Reader) (rows []rentals.Row, next string, err error) {
	out, err := s.queryRows(ctx, which, limit, false)
	if err != nil {
		return nil, "", fmt.Errorf("dynamo: rentals of %s: %w", c, err)
	}
	rows = make([]rentals.Row, len(out.Items))
	for i, row := range out.Items {
		if rows[i], err = readRow(row, r); err != nil {
			return nil, "", fmt.Errorf("dynamo: index %s of %s: %w", indexRentals, c, err)
		}
	}
	rows, err = s.readOlder(ctx, c, rows, r)
	return rows, text(out.LastEvaluatedKey, "sk"), err
}

// queryRows sends one request to the index for the attributes that lists need.
func (s *Store) queryRows(ctx context.Context, which expression.KeyConditionBuilder, limit int,
	backward bool) (*dynamodb.QueryOutput, error) {
	wanted := expression.NamesList(expression.Name("sk"))
	for _, name := range rentalsProjection {
		wanted = wanted.AddNames(expression.Name(name))
	}
	e, err := expression.NewBuilder().WithKeyCondition(which).WithProjection(wanted).Build()
	if err != nil {
		return nil, err
	}
	in := &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String(indexRentals), KeyConditionExpression: e.KeyCondition(),
		ProjectionExpression: e.Projection(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ScanIndexForward: aws.Bool(!backward),
	}
	if limit > 0 {
		in.Limit = aws.Int32(int32(limit))
	}
	return s.db.Query(ctx, in)
}

// LastRow implements rentals.Source.
func (s *Store) LastRow(ctx context.Context, c ledger.Customer) (string, error) {
	out, err := s.queryRows(ctx, ownedBetween(c, "", ""), 1, true)
	if err != nil || len(out.Items) == 0 {
		return "", err
	}
	return text(out.Items[0], "sk"), nil
}

// readRow reads a row of the index without reflection, because there are very many.
// A row without the attribute began, from before it existed, has no lot.
func readRow(i item, r *rentals.Reader) (row rentals.Row, err error) {
	row = rentals.Row{Digits: text(i, "sk"), State: did.State(text(i, "state")), Label: text(i, "label"),
		Destination: text(i, "dest")}
	if tags, ok := i["tags"].(*types.AttributeValueMemberL); ok {
		for _, tag := range tags.Value {
			if s, ok := tag.(*types.AttributeValueMemberS); ok {
				row.Tags = append(row.Tags, s.Value)
			}
		}
	}
	if unpaid := text(i, "unpaid"); unpaid != "" {
		at, err := time.Parse(timeLayout, unpaid)
		if err != nil {
			return row, damaged(i, err)
		}
		row.UnpaidSince = at.Unix()
	}
	if began := text(i, "began"); began != "" {
		return row, r.Read(&row, began)
	}
	return row, nil
}

// readOlder completes the rows without a lot from their items, and drops rows that
// are no longer rentals of the customer.
func (s *Store) readOlder(ctx context.Context, c ledger.Customer, rows []rentals.Row,
	r *rentals.Reader) ([]rentals.Row, error) {
	var older []e164.Number
	for _, row := range rows {
		if row.Lot != nil {
			continue
		}
		n, err := row.Number()
		if err != nil {
			return nil, err
		}
		older = append(older, n)
	}
	if older == nil {
		return rows, nil
	}
	owned, err := s.RentalsOf(ctx, c, older)
	if err != nil {
		return nil, err
	}
	found := make(map[string]rentals.Row, len(owned))
	for _, d := range owned {
		row := rentals.RowOf(d)
		r.Share(&row)
		found[row.Digits] = row
	}
	for i, row := range rows {
		if row.Lot == nil {
			rows[i] = found[row.Digits]
		}
	}
	return slices.DeleteFunc(rows, func(row rentals.Row) bool { return row.Lot == nil }), nil
}

// rentalLogItem is an entry of the log of a customer's rentals: <digits>#<version>
// of each number whose row in the index changed.
type rentalLogItem struct {
	Changed []string `dynamodbav:"changed"`

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// LogRentals appends numbers to the log of a customer's rentals. Call it after the
// numbers are written.
func (s *Store) LogRentals(ctx context.Context, c ledger.Customer, changes []rentals.Change, at time.Time) error {
	for part := range slices.Chunk(changes, changesPerEntry) {
		entry := rentalLogItem{TTL: attributevalue.UnixTime(at.Add(logLife))}
		for _, change := range part {
			entry.Changed = append(entry.Changed, change.Digits+"#"+strconv.Itoa(change.Ver))
		}
		i, err := encode(entry)
		if err != nil {
			return err
		}
		k := key{rentalLogPK(c), stamp(at) + "#" + rand.Text()}
		if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(i)}); err != nil {
			return fmt.Errorf("dynamo: log of the rentals of %s: %w", c, err)
		}
	}
	return nil
}

// RentalChanges implements rentals.Source.
func (s *Store) RentalChanges(ctx context.Context, c ledger.Customer, since time.Time) ([]rentals.LogEntry, error) {
	items, err := s.loggedSince(ctx, rentalLogPK(c), since, true)
	if err != nil {
		return nil, err
	}
	return readEach(items, readRentalEntry)
}

func readRentalEntry(i item) (rentals.LogEntry, error) {
	var stored rentalLogItem
	if err := decode(i, &stored); err != nil {
		return rentals.LogEntry{}, err
	}
	entry := rentals.LogEntry{ID: text(i, "sk")}
	for _, changed := range stored.Changed {
		digits, version, _ := strings.Cut(changed, "#")
		ver, err := strconv.Atoi(version)
		if err != nil {
			return rentals.LogEntry{}, damaged(i, err)
		}
		entry.Changes = append(entry.Changes, rentals.Change{Digits: digits, Ver: ver})
	}
	return entry, nil
}

// OrderedLast implements rentals.Source.
func (s *Store) OrderedLast(ctx context.Context, c ledger.Customer, orders int) (numbers []e164.Number, err error) {
	items, err := s.list(ctx, listing{pk: customerPK(c), prefix: prefixOrder, backward: true, max: orders})
	if err != nil {
		return nil, err
	}
	found, err := readEach(items, readOrder)
	for _, o := range found {
		for _, line := range o.Lines {
			numbers = append(numbers, line.Number)
		}
	}
	return numbers, err
}
