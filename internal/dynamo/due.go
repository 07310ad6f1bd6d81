package dynamo

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/timer"
)

// Due yields the timers of a shard that have run out at a moment, oldest first.
func (s *Store) Due(ctx context.Context, shard int, at time.Time) iter.Seq2[timer.Due, error] {
	return func(yield func(timer.Due, error) bool) {
		pages, err := s.duePages(shard, at)
		for err == nil && pages.HasMorePages() {
			var out *dynamodb.QueryOutput
			if out, err = pages.NextPage(ctx); err != nil {
				break
			}
			for _, row := range out.Items {
				if !yield(readDue(row)) {
					return
				}
			}
		}
		if err != nil {
			yield(timer.Due{}, fmt.Errorf("dynamo: due in shard %d: %w", shard, err))
		}
	}
}

// maxDueRows limits the part of a shard that DueOf reads: some megabytes.
const maxDueRows = 20_000

// DueOf returns up to limit numbers of the customer's rentals that are due at a
// moment, in the order of their due times. It also reads the due rows of the
// shard's other customers, up to maxDueRows.
func (s *Store) DueOf(ctx context.Context, c ledger.Customer, at time.Time, limit int) ([]e164.Number, error) {
	var numbers []e164.Number
	rows := 0
	for due, err := range s.Due(ctx, dueShardOf(c), at) {
		if err != nil {
			return nil, err
		}
		if due.Kind == timer.Rental && due.Customer == c {
			numbers = append(numbers, due.Number)
		}
		if rows++; len(numbers) == limit || rows == maxDueRows {
			break
		}
	}
	return numbers, nil
}

func (s *Store) duePages(shard int, at time.Time) (*dynamodb.QueryPaginator, error) {
	over := expression.Key("nextAt").LessThanEqual(expression.Value(stamp(at)))
	e, err := expression.NewBuilder().
		WithKeyCondition(expression.Key("duePK").Equal(expression.Value(dueShard(shard))).And(over)).Build()
	return dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.table, IndexName: aws.String(indexDue),
		KeyConditionExpression: e.KeyCondition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
	}), err
}

// readDue reads a row of the index; an item's key shows its kind.
func readDue(row item) (timer.Due, error) {
	pk, sk := text(row, "pk"), text(row, "sk")
	owner := ledger.Customer{Carrier: text(row, "carrier"), ID: text(row, "customer")}
	switch kind, rest, _ := strings.Cut(pk, "#"); {
	case kind == "CUSTOMER" && sk == skCart:
		return timer.Due{Kind: timer.Cart, Customer: customerOf(rest)}, nil
	case kind == "CUSTOMER" && strings.HasPrefix(sk, prefixInvoice):
		n, err := strconv.Atoi(strings.TrimPrefix(sk, prefixInvoice))
		return timer.Due{Kind: timer.Invoice, Customer: customerOf(rest), Invoice: n}, err
	case kind == "CUSTOMER" && sk == skAccount:
		return timer.Due{Kind: timer.Account, Customer: customerOf(rest)}, nil
	case kind == "CUSTOMER" && strings.HasPrefix(sk, prefixOrder):
		return timer.Due{Kind: timer.Order, Customer: customerOf(rest), OrderID: strings.TrimPrefix(sk, prefixOrder)}, nil
	case kind == "CUSTOMER" && strings.HasPrefix(sk, prefixEdit):
		return timer.Due{Kind: timer.Edit, Customer: customerOf(rest), EditID: strings.TrimPrefix(sk, prefixEdit)}, nil
	case kind == "REPORTS" && strings.HasPrefix(sk, prefixReport):
		return timer.Due{Kind: timer.Report, Customer: ledger.Customer{Carrier: rest},
			ReportID: strings.TrimPrefix(sk, prefixReport)}, nil
	case kind == "REPORTS" && strings.HasPrefix(sk, prefixSchedule):
		return timer.Due{Kind: timer.Schedule, Customer: ledger.Customer{Carrier: rest},
			Schedule: strings.TrimPrefix(sk, prefixSchedule)}, nil
	case kind == "JOB":
		return timer.Due{Kind: timer.Job, Customer: ledger.Customer{Carrier: rest}, ImportID: sk}, nil
	case kind == "PRICES":
		pkg, id, _ := strings.Cut(sk, "#")
		return timer.Due{Kind: timer.Price, Customer: ledger.Customer{Carrier: rest}, Package: pkg, ChangeID: id}, nil
	case kind == "DID":
		n, err := e164.Parse(sk)
		return timer.Due{Kind: timer.Rental, Customer: owner, Number: n}, err
	default:
		return timer.Due{}, fmt.Errorf("dynamo: a timer of an unknown kind: %q %q", pk, sk)
	}
}

// customerOf reads the part of a customer's partition key after its prefix.
func customerOf(rest string) ledger.Customer {
	carrier, customer, _ := strings.Cut(rest, "#")
	return ledger.Customer{Carrier: carrier, ID: customer}
}
