package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/desk"
	"didpurchase/internal/money"
)

// aheadItem has a carrier's coming renewals.
type aheadItem struct {
	AsOf    time.Time      `dynamodbav:"asOf"`
	Rentals int            `dynamodbav:"rentals"`
	Days    []aheadDayItem `dynamodbav:"days"`
}

type aheadDayItem struct {
	Begins  time.Time `dynamodbav:"begins"`
	Count   int       `dynamodbav:"count"`
	Amounts []amount  `dynamodbav:"amounts,omitempty"`
}

// KeptAhead returns the carrier's stored coming renewals; zero if there are
// none.
func (s *Store) KeptAhead(ctx context.Context, carrier string) (desk.Ahead, error) {
	i, err := s.get(ctx, aheadKey(carrier))
	if err != nil || i == nil {
		return desk.Ahead{}, err
	}
	var kept aheadItem
	if err := decode(i, &kept); err != nil {
		return desk.Ahead{}, err
	}
	a := desk.Ahead{AsOf: kept.AsOf, Rentals: kept.Rentals}
	for _, d := range kept.Days {
		day := desk.AheadDay{Begins: d.Begins, Count: d.Count, Amounts: make([]money.Amount, len(d.Amounts))}
		for i, of := range d.Amounts {
			day.Amounts[i] = of.Amount
		}
		a.Days = append(a.Days, day)
	}
	return a, nil
}

// KeepAhead replaces the stored coming renewals.
func (s *Store) KeepAhead(ctx context.Context, carrier string, a desk.Ahead) error {
	keep := aheadItem{AsOf: a.AsOf, Rentals: a.Rentals}
	for _, d := range a.Days {
		day := aheadDayItem{Begins: d.Begins, Count: d.Count}
		for _, of := range d.Amounts {
			day.Amounts = append(day.Amounts, amount{of})
		}
		keep.Days = append(keep.Days, day)
	}
	i, err := encode(keep)
	if err != nil {
		return err
	}
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table,
		Item: aheadKey(carrier).with(i)}); err != nil {
		return fmt.Errorf("dynamo: store the coming renewals of %s: %w", carrier, err)
	}
	return nil
}
