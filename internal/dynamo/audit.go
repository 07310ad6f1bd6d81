package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/audit"
	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/shop"
)

// auditItem is an entry of the audit.
type auditItem struct {
	ID       string        `dynamodbav:"id"`
	At       time.Time     `dynamodbav:"at"`
	By       *actorItem    `dynamodbav:"by,omitempty"`
	Action   audit.Action  `dynamodbav:"action"`
	Customer string        `dynamodbav:"customer,omitempty"`
	Subject  string        `dynamodbav:"subject,omitempty"`
	Numbers  []e164.Number `dynamodbav:"numbers,omitempty"`
	Old      audit.Values  `dynamodbav:"old,omitempty"`
	New      audit.Values  `dynamodbav:"new,omitempty"`
}

// Limits of one page of the audit: each entry that it reads costs about a quarter
// of a read unit, each month one Query. A page that reaches a limit is short and
// has a cursor.
const (
	maxAuditLookedAt = 1000
	maxAuditMonths   = 24
)

const monthLayout = "2006-01"

func auditPK(carrier, month string) string { return "AUDIT#" + carrier + "#" + month }

// auditKey sorts the entries of a month by time.
func auditKey(e audit.Entry) key {
	at := stamp(e.At)
	return key{auditPK(e.Carrier, at[:len(monthLayout)]), at + "#" + e.ID}
}

func (s *Store) writeAudit(e audit.Entry) (write, error) {
	action, err := s.put(auditKey(e), auditItem{e.ID, e.At, actorItemOf(e.By), e.Action, e.Customer, e.Subject, e.Numbers,
		e.Old, e.New}, absent())
	return write{change: e, action: action, current: reading(readAudit)}, err
}

// PutAudit writes an entry for an act that was found in the table's stream. It is
// idempotent.
func (s *Store) PutAudit(ctx context.Context, e audit.Entry) error {
	w, err := s.writeAudit(e)
	if err != nil {
		return err
	}
	err = carryOut(ctx, s.alone(w.action), []write{w}, false)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return nil
	}
	return err
}

// with appends the writes of more changes to the writes of a creation.
func (s *Store) with(ctx context.Context, writes []write, more []commit.Change) ([]write, error) {
	for _, c := range more {
		w, err := s.write(ctx, c)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return writes, nil
}

// createWith is create with changes that belong to the creation.
func (s *Store) createWith(ctx context.Context, what string, writes []write, more []commit.Change) error {
	writes, err := s.with(ctx, writes, more)
	if err != nil {
		return err
	}
	return s.create(ctx, what, writes...)
}

// Audit returns the carrier's entries that the query selects, newest first; next is
// the place to go on before. They may be a moment late.
func (s *Store) Audit(ctx context.Context, carrier string, q audit.Query,
	p shop.Page) (entries []audit.Entry, next string, err error) {
	w := auditWalk{Store: s, carrier: carrier, query: q, limit: p.Limit, before: stamp(q.To)}
	if p.After != "" {
		w.before = min(w.before, p.After)
	}
	for range maxAuditMonths {
		month, ok := monthBefore(w.before)
		if !ok || w.before <= stamp(q.From) {
			return w.found, "", nil
		}
		if err := w.read(ctx, month); err != nil {
			return nil, "", err
		}
		if w.isFull() {
			break
		}
	}
	return w.found, w.before, nil
}

// auditWalk goes back through the audit, month by month. Entries that are not
// before the place are done; a place is a stamp with an id, or a month.
type auditWalk struct {
	*Store
	carrier  string
	query    audit.Query
	limit    int
	before   string
	lookedAt int
	found    []audit.Entry
}

func (w *auditWalk) isFull() bool {
	return len(w.found) == w.limit || w.lookedAt == maxAuditLookedAt
}

// most returns the number of entries to read: a page of them, or as many as are
// left if the query selects only some.
func (w *auditWalk) most() int {
	if w.query.SelectsAll() {
		return w.limit - len(w.found)
	}
	return maxAuditLookedAt - w.lookedAt
}

// read reads the entries of a month until the page is full or a limit is reached.
func (w *auditWalk) read(ctx context.Context, month string) error {
	items, all, err := w.auditOf(ctx, auditPK(w.carrier, month), w.before, w.most())
	if err != nil {
		return err
	}
	for _, i := range items {
		e, err := readAudit(i)
		if err != nil {
			return err
		}
		w.before, w.lookedAt = text(i, "sk"), w.lookedAt+1
		if e.Carrier = w.carrier; w.query.Selects(e) {
			w.found = append(w.found, e)
		}
		if w.isFull() {
			return nil
		}
	}
	if all {
		w.before = month
	}
	return nil
}

// auditOf reads at most limit entries of a month, newest first; all reports whether
// there are no more.
func (s *Store) auditOf(ctx context.Context, pk, before string, limit int) (items []item, all bool, err error) {
	e, err := expression.NewBuilder().WithKeyCondition(expression.Key("pk").Equal(expression.Value(pk)).And(
		expression.Key("sk").LessThan(expression.Value(before)))).Build()
	if err != nil {
		return nil, false, fmt.Errorf("dynamo: audit: %w", err)
	}
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.table, KeyConditionExpression: e.KeyCondition(), ExpressionAttributeNames: e.Names(),
		ExpressionAttributeValues: e.Values(),
		ScanIndexForward:          aws.Bool(false), Limit: aws.Int32(int32(limit)),
	})
	if err != nil {
		return nil, false, fmt.Errorf("dynamo: audit of %s: %w", pk, err)
	}
	return out.Items, len(out.LastEvaluatedKey) == 0, nil
}

// monthBefore returns the month of the last entries before a place: of
// "2026-11-24T…" it is 2026-11, of the month 2026-11 itself 2026-10.
func monthBefore(place string) (month string, ok bool) {
	if len(place) < len(monthLayout) {
		return "", false
	}
	t, err := time.Parse(monthLayout, place[:len(monthLayout)])
	if len(place) == len(monthLayout) {
		t = t.AddDate(0, -1, 0)
	}
	return t.Format(monthLayout), err == nil
}

func readAudit(i item) (audit.Entry, error) {
	var a auditItem
	err := decode(i, &a)
	return audit.Entry{ID: a.ID, At: a.At, By: a.By.actor(), Action: a.Action, Customer: a.Customer, Subject: a.Subject,
		Numbers: a.Numbers, Old: a.Old, New: a.New}, err
}
