package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// Rentals returns the customer's DIDs from assigned on, ascending by their
// digits. A page may be short.
//
// The index names them; their fields are read from the items, because the index
// may be late.
func (s *Store) Rentals(ctx context.Context, c ledger.Customer, p shop.Page) (owned []did.DID, next string, err error) {
	numbers, _, err := s.owned(ctx, c, p.After, p.Limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(numbers) > p.Limit {
		numbers = numbers[:p.Limit]
		next = numbers[p.Limit-1].Digits()
	}
	owned, err = s.RentalsOf(ctx, c, numbers)
	return owned, next, err
}

// RentalsOf returns the numbers that the customer rents, in the given order.
func (s *Store) RentalsOf(ctx context.Context, c ledger.Customer, numbers []e164.Number) (owned []did.DID, err error) {
	items, err := s.DIDs(ctx, c.Carrier, numbers)
	for _, n := range numbers {
		if d := items[n]; d.RentalID != "" && d.Customer == c.ID {
			owned = append(owned, d)
		}
	}
	return owned, err
}

// Owned returns the numbers of all the customer's rentals, with aging ones.
func (s *Store) Owned(ctx context.Context, c ledger.Customer) ([]e164.Number, error) {
	numbers, _, err := s.owned(ctx, c, "", 0)
	return numbers, err
}

// OwnedAfter returns the numbers of at most max of the customer's rentals,
// ascending by their digits, after the given ones; next is the place of the next
// page, "" for none.
func (s *Store) OwnedAfter(ctx context.Context, c ledger.Customer, after string,
	max int) (numbers []e164.Number, next string, err error) {
	return s.owned(ctx, c, after, max)
}

// owned returns numbers that the index has for the customer, ascending by their
// digits, after the given ones, at most max unless that is 0; last is the
// position to continue from, "" at the end.
func (s *Store) owned(ctx context.Context, c ledger.Customer, after string, max int) (numbers []e164.Number,
	last string, err error) {
	in := &dynamodb.QueryInput{IndexName: aws.String(indexRentals)}
	rows, err := s.query(ctx, in, ownedBetween(c, after, ""), max)
	if err != nil {
		return nil, "", err
	}
	for _, row := range rows {
		_, n, err := parseDIDKey(text(row, "pk"), text(row, "sk"))
		if err != nil {
			return nil, "", fmt.Errorf("dynamo: index %s of %s: %w", indexRentals, c, err)
		}
		numbers = append(numbers, n)
	}
	if max > 0 && len(rows) == max {
		last = text(rows[max-1], "sk")
	}
	return numbers, last, nil
}

// ownedBetween selects the customer's rows of the index after some digits and up
// to others; "" is no limit.
func ownedBetween(c ledger.Customer, after, upTo string) expression.KeyConditionBuilder {
	condition, sk := expression.Key("owner").Equal(expression.Value(ownerPK(c))), expression.Key("sk")
	switch {
	case after != "" && upTo != "": // BETWEEN includes both ends; the digits after a number begin with the number and a 0
		return condition.And(sk.Between(expression.Value(after+"0"), expression.Value(upTo)))
	case after != "":
		return condition.And(sk.GreaterThan(expression.Value(after)))
	case upTo != "":
		return condition.And(sk.LessThanEqual(expression.Value(upTo)))
	default:
		return condition
	}
}
