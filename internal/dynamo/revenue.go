package dynamo

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/revenue"
)

// countedItem is the position up to which a customer's ledger is counted.
type countedItem struct {
	Carrier  string `dynamodbav:"carrier"`
	Customer string `dynamodbav:"customer"`
	UpTo     int    `dynamodbav:"upTo"`
	Ver      int    `dynamodbav:"ver"`
}

// Counted returns the position up to which the customer's ledger is counted as
// revenue.
func (s *Store) Counted(ctx context.Context, c ledger.Customer) (revenue.Counted, error) {
	i, err := s.get(ctx, countedKey(c))
	if err != nil || i == nil {
		return revenue.Counted{Customer: c}, err
	}
	return readCounted(i)
}

func readCounted(i item) (revenue.Counted, error) {
	var c countedItem
	err := decode(i, &c)
	return revenue.Counted{Customer: ledger.Customer{Carrier: c.Carrier, ID: c.Customer}, UpTo: c.UpTo, Ver: c.Ver}, err
}

func (s *Store) writeProgress(p revenue.Progress) (write, error) {
	c := p.To.Customer
	action, err := s.put(countedKey(c), countedItem{c.Carrier, c.ID, p.To.UpTo, p.To.Ver}, unmoved(p.SeenVer))
	return write{change: p, action: action, current: reading(readCounted)}, err
}

// EarnedOf returns the customer's counted sums.
func (s *Store) EarnedOf(ctx context.Context, c ledger.Customer) (revenue.Sums, error) {
	return s.earned(ctx, listing{pk: customerPK(c), prefix: prefixEarned})
}

// Earned returns the carrier's counted sums from one month to another, both
// included.
func (s *Store) Earned(ctx context.Context, carrier, from, to string) (revenue.Sums, error) {
	items, err := s.between(ctx, earnedPK(carrier), from, to, false, 0)
	return addUp(items, err)
}

func (s *Store) earned(ctx context.Context, l listing) (revenue.Sums, error) {
	items, err := s.list(ctx, l)
	return addUp(items, err)
}

func addUp(items []item, err error) (revenue.Sums, error) {
	if err != nil {
		return nil, err
	}
	sums := revenue.Sums{}
	for _, i := range items {
		if err := readEarned(i, sums); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// An item of sums has one number for each line, called "<book> <package>
// <currency>": DynamoDB adds decimal numbers of up to 38 digits exactly.
func earnedName(l revenue.Line) string {
	return fmt.Sprintf("%s %s %s", l.Book, l.Package, l.Currency)
}

func readEarned(i item, into revenue.Sums) (err error) {
	month := strings.TrimPrefix(text(i, "sk"), prefixEarned)
	for name, value := range i {
		number, isSum := value.(*types.AttributeValueMemberN)
		parts := strings.Split(name, " ")
		if !isSum || len(parts) != 3 {
			continue
		}
		l := revenue.Line{Month: month, Book: ledger.Book(parts[0]), Package: parts[1], Currency: parts[2]}
		if into[l], err = money.ParseSum(number.Value, l.Currency); err != nil {
			return damaged(i, fmt.Errorf("%s: %w", name, err))
		}
	}
	return nil
}

func (s *Store) writeEarned(e revenue.Earned) (write, error) {
	var sums expression.UpdateBuilder
	for l, a := range e.Sums {
		sums = sums.Add(expression.Name(earnedName(l)), expression.Value(&types.AttributeValueMemberN{Value: a.Number()}))
	}
	built, err := expression.NewBuilder().WithUpdate(sums).Build()
	return write{change: e, action: types.TransactWriteItem{Update: &types.Update{
		TableName: &s.table, Key: earnedKey(e.Of, e.Month).attributes(), UpdateExpression: built.Update(),
		ExpressionAttributeNames: built.Names(), ExpressionAttributeValues: built.Values(),
	}}}, err
}
