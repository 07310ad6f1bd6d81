package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// Rentals returns the customer's DIDs from assigned on, ascending by their
// digits: only those in the state, unless it is did.None, with digits that
// contain the given ones. A page reads at most maxLookedAt of them: if few
// pass, it is short, even empty, and next continues.
//
// The index names them; their fields are read from the items, because the index
// may be late.
func (s *Store) Rentals(ctx context.Context, c ledger.Customer, state did.State, digits string,
	p shop.Page) (rentals []did.DID, next string, err error) {
	next = p.After
	for looked := 0; looked < maxLookedAt; {
		numbers, last, err := s.owned(ctx, c, next, min(p.Limit+1, maxLookedAt-looked))
		if err != nil {
			return nil, "", err
		}
		looked += len(numbers)
		wanted := slices.DeleteFunc(numbers, func(n e164.Number) bool { return !strings.Contains(n.Digits(), digits) })
		items, err := s.DIDs(ctx, c.Carrier, wanted)
		if err != nil {
			return nil, "", err
		}
		for _, n := range wanted {
			if d := items[n]; d.RentalID != "" && d.Customer == c.ID && (state == did.None || d.State == state) {
				rentals = append(rentals, d)
			}
		}
		if len(rentals) > p.Limit {
			rentals = rentals[:p.Limit]
			return rentals, rentals[p.Limit-1].Number.Digits(), nil
		}
		if next = last; last == "" {
			return rentals, "", nil
		}
	}
	return rentals, next, nil
}

// Owned returns the numbers of all the customer's rentals, with aging ones.
func (s *Store) Owned(ctx context.Context, c ledger.Customer) ([]e164.Number, error) {
	numbers, _, err := s.owned(ctx, c, "", 0)
	return numbers, err
}

// OwnedAfter returns the numbers of at most max of the customer's rentals,
// ascending by their digits, after the given ones; next is the begin of the
// rest, "" for none.
func (s *Store) OwnedAfter(ctx context.Context, c ledger.Customer, after string,
	max int) (numbers []e164.Number, next string, err error) {
	return s.owned(ctx, c, after, max)
}

// owned returns numbers that the index has for the customer, ascending by their
// digits, after the given ones, at most max unless that is 0; last is the
// position to continue from, "" at the end.
func (s *Store) owned(ctx context.Context, c ledger.Customer, after string, max int) (numbers []e164.Number, last string, err error) {
	condition := expression.Key("owner").Equal(expression.Value(ownerPK(c)))
	if after != "" {
		condition = condition.And(expression.Key("sk").GreaterThan(expression.Value(after)))
	}
	rows, err := s.query(ctx, &dynamodb.QueryInput{IndexName: aws.String(indexOwner)}, condition, max)
	if err != nil {
		return nil, "", err
	}
	for _, row := range rows {
		_, n, err := parseDIDKey(text(row, "pk"), text(row, "sk"))
		if err != nil {
			return nil, "", fmt.Errorf("dynamo: index %s of %s: %w", indexOwner, c, err)
		}
		numbers = append(numbers, n)
	}
	if max > 0 && len(rows) == max {
		last = text(rows[max-1], "sk")
	}
	return numbers, last, nil
}
