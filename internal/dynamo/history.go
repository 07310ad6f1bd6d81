package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// passageItem is a step of a number's history.
type passageItem struct {
	At       time.Time `dynamodbav:"at"`
	From     did.State `dynamodbav:"from,omitempty"`
	To       did.State `dynamodbav:"to,omitempty"`
	Customer string    `dynamodbav:"customer,omitempty"`
	Package  string    `dynamodbav:"pkg,omitempty"`
	Period   int       `dynamodbav:"period,omitempty"`

	Incarnation string `dynamodbav:"inc"`
	Ver         int    `dynamodbav:"ver"`
	Sequence    string `dynamodbav:"seq,omitempty"`

	By      *actorItem       `dynamodbav:"by,omitempty"`
	Changes []differenceItem `dynamodbav:"diff,omitempty"`
}

// differenceItem is a changed field of a step.
type differenceItem struct {
	Field string `dynamodbav:"f"`
	Old   string `dynamodbav:"o,omitempty"`
	New   string `dynamodbav:"n,omitempty"`
}

func historyPK(carrier string, n e164.Number) string { return "HIST#" + carrier + "#" + n.Digits() }

// sequenceDigits is the greatest length of a stream's sequence number.
const sequenceDigits = 40

// historyKey returns the same key for a step each time it is reported, and sorts in
// the stream's order. Steps from before sequence numbers were stored sort first,
// because ULIDs begin with a digit.
func historyKey(p did.Passage) key {
	pk := historyPK(p.Carrier, p.Number)
	if p.Sequence == "" {
		return key{pk, fmt.Sprintf("%s#%010d#%s", p.Incarnation, p.Ver, stamp(p.At))}
	}
	return key{pk, prefixStep + strings.Repeat("0", max(0, sequenceDigits-len(p.Sequence))) + p.Sequence}
}

// PutPassage writes a step of a number's history. It is idempotent.
func (s *Store) PutPassage(ctx context.Context, p did.Passage) error {
	i, err := encode(passageItemOf(p))
	if err != nil {
		return err
	}
	k := historyKey(p)
	if _, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: k.with(i)}); err != nil {
		return fmt.Errorf("dynamo: put %s %s: %w", k.pk, k.sk, err)
	}
	return nil
}

// History returns the steps of a number, oldest first. It is some seconds late.
func (s *Store) History(ctx context.Context, carrier string, n e164.Number) ([]did.Passage, error) {
	return s.steps(ctx, listing{pk: historyPK(carrier, n), stale: true}, carrier, n)
}

// LastSteps returns the last steps of a number, at most max, oldest first. It is
// some seconds late.
func (s *Store) LastSteps(ctx context.Context, carrier string, n e164.Number, max int) ([]did.Passage, error) {
	return s.steps(ctx, listing{pk: historyPK(carrier, n), backward: true, max: max, stale: true}, carrier, n)
}

func (s *Store) steps(ctx context.Context, l listing, carrier string, n e164.Number) ([]did.Passage, error) {
	items, err := s.list(ctx, l)
	if err != nil {
		return nil, err
	}
	if l.backward {
		slices.Reverse(items)
	}
	passages, err := readEach(items, func(i item) (did.Passage, error) {
		var p passageItem
		err := decode(i, &p)
		return p.passage(carrier, n), err
	})
	sortOldSteps(passages)
	return passages, err
}

func passageItemOf(p did.Passage) passageItem {
	i := passageItem{
		At: p.At, From: p.From, To: p.To, Customer: p.Customer, Package: p.Package, Period: p.Period,
		Incarnation: p.Incarnation, Ver: p.Ver, Sequence: p.Sequence, By: actorItemOf(p.By),
	}
	for _, d := range p.Changes {
		i.Changes = append(i.Changes, differenceItem(d))
	}
	return i
}

func (i passageItem) passage(carrier string, n e164.Number) did.Passage {
	p := did.Passage{
		Carrier: carrier, Number: n, Sequence: i.Sequence, Incarnation: i.Incarnation, Ver: i.Ver, At: i.At,
		From: i.From, To: i.To, Customer: i.Customer, Package: i.Package, Period: i.Period, By: i.By.actor(),
	}
	for _, d := range i.Changes {
		p.Changes = append(p.Changes, did.Difference(d))
	}
	return p
}

// sortOldSteps sorts the steps from before sequence numbers were stored, which come
// first, by time. Within a second their keys are in the order of time, because ids
// are ULIDs.
func sortOldSteps(passages []did.Passage) {
	old := slices.IndexFunc(passages, func(p did.Passage) bool { return p.Sequence != "" })
	if old < 0 {
		old = len(passages)
	}
	slices.SortStableFunc(passages[:old], func(a, b did.Passage) int { return a.At.Compare(b.At) })
}
