package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/edits"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// editItem is a job that edits many rentals.
type editItem struct {
	Carrier   string       `dynamodbav:"carrier"`
	Customer  string       `dynamodbav:"customer"`
	ID        string       `dynamodbav:"id"`
	Ver       int          `dynamodbav:"ver"`
	Kind      edits.Kind   `dynamodbav:"kind"`
	Of        string       `dynamodbav:"of,omitempty"`
	Next      string       `dynamodbav:"next,omitempty"`
	Change    changeItem   `dynamodbav:"change"`
	Source    string       `dynamodbav:"source,omitempty"`
	DryRun    bool         `dynamodbav:"dryRun,omitempty"`
	Status    edits.Status `dynamodbav:"status"`
	Parts     int          `dynamodbav:"parts"`
	Done      int          `dynamodbav:"done"`
	Selected  int          `dynamodbav:"selected"`
	Changed   int          `dynamodbav:"changed"`
	Unchanged int          `dynamodbav:"unchanged"`
	Rejected  int          `dynamodbav:"rejected"`
	Most      *amount      `dynamodbav:"most,omitempty"`
	Total     *amount      `dynamodbav:"total,omitempty"`
	AskedBy   *actorItem   `dynamodbav:"askedBy,omitempty"`
	Approves  bool         `dynamodbav:"approves,omitempty"`
	Cause     string       `dynamodbav:"cause,omitempty"`
	CreatedAt time.Time    `dynamodbav:"createdAt"`
	At        time.Time    `dynamodbav:"at"`
	NextAt    time.Time    `dynamodbav:"nextAt,omitempty"`
	DuePK     string       `dynamodbav:"duePK,omitempty"`

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

// changeItem is a wanted change. A nil is left out, an empty text is not.
type changeItem struct {
	Action      edits.Action `dynamodbav:"action,omitempty"`
	Destination *string      `dynamodbav:"destination,omitempty"`
	Label       *string      `dynamodbav:"label,omitempty"`
	Tags        *[]string    `dynamodbav:"tags,omitempty"`
	AddTags     []string     `dynamodbav:"add,omitempty"`
	RemoveTags  []string     `dynamodbav:"remove,omitempty"`
}

// editPartItem has short names, as a part has ninety rows.
type editPartItem struct {
	Carrier  string        `dynamodbav:"carrier"`
	Customer string        `dynamodbav:"customer"`
	JobID    string        `dynamodbav:"job"`
	Index    int           `dynamodbav:"index"`
	Ver      int           `dynamodbav:"ver"`
	Rows     []editRowItem `dynamodbav:"rows"`

	TTL attributevalue.UnixTime `dynamodbav:"ttl"`
}

type editRowItem struct {
	Line    int           `dynamodbav:"l,omitempty"`
	Text    string        `dynamodbav:"x,omitempty"`
	Number  e164.Number   `dynamodbav:"n,omitempty"`
	Change  *changeItem   `dynamodbav:"ch,omitempty"`
	Outcome edits.Outcome `dynamodbav:"o,omitempty"`
	Code    string        `dynamodbav:"c,omitempty"`
	Detail  string        `dynamodbav:"d,omitempty"`
	Old     *valuesItem   `dynamodbav:"w,omitempty"`
	New     *valuesItem   `dynamodbav:"i,omitempty"`
}

type valuesItem struct {
	State   did.State     `dynamodbav:"s,omitempty"`
	Targets *[]targetItem `dynamodbav:"t,omitempty"`
	Label   *string       `dynamodbav:"l,omitempty"`
	Tags    *[]string     `dynamodbav:"g,omitempty"`
}

// Edit returns one of the customer's edits of many rentals. Errors:
// commit.ErrNotFound.
func (s *Store) Edit(ctx context.Context, c ledger.Customer, id string) (edits.Job, error) {
	i, err := s.get(ctx, editKey(c, id))
	if err != nil {
		return edits.Job{}, err
	}
	if i == nil {
		return edits.Job{}, fmt.Errorf("%w: edit %s of %s", commit.ErrNotFound, id, c)
	}
	return readEdit(i)
}

// Edits returns the customer's edits of many rentals, newest first.
func (s *Store) Edits(ctx context.Context, c ledger.Customer, p shop.Page) (jobs []edits.Job, next string, err error) {
	items, next, err := s.newest(ctx, c, prefixEdit, p)
	if err != nil {
		return nil, "", err
	}
	jobs, err = readEach(items, readEdit)
	return jobs, next, err
}

// runningItem lists a customer's running edits of many rentals.
type runningItem struct {
	Carrier  string   `dynamodbav:"carrier"`
	Customer string   `dynamodbav:"customer"`
	Ver      int      `dynamodbav:"ver"`
	IDs      []string `dynamodbav:"ids"`
}

// RunningEdits returns the list of the customer's running edits of many rentals.
func (s *Store) RunningEdits(ctx context.Context, c ledger.Customer) (edits.RunningJobs, error) {
	i, err := s.get(ctx, runningEditsKey(c))
	if err != nil || i == nil {
		return edits.RunningJobs{Customer: c}, err
	}
	return readRunning(i)
}

func (s *Store) writeRunning(u edits.RunningUpdate) (write, error) {
	c := u.To.Customer
	action, err := s.put(runningEditsKey(c), runningItem{c.Carrier, c.ID, u.To.Ver, u.To.IDs}, unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readRunning)}, err
}

func readRunning(i item) (edits.RunningJobs, error) {
	var v runningItem
	err := decode(i, &v)
	return edits.RunningJobs{Customer: ledger.Customer{Carrier: v.Carrier, ID: v.Customer}, Ver: v.Ver, IDs: v.IDs}, err
}

// EditParts returns up to max parts of an edit, ascending, from an index on.
func (s *Store) EditParts(ctx context.Context, c ledger.Customer, id string, from, max int) ([]edits.Part, error) {
	l := listing{pk: customerPK(c), prefix: editPartPrefix(id), max: max}
	if from > 0 {
		l.after = editPartKey(c, id, from-1).sk
	}
	items, err := s.list(ctx, l)
	if err != nil {
		return nil, err
	}
	return readEach(items, readEditPart)
}

func (s *Store) writeEdit(u edits.Update) (write, error) {
	action, err := s.put(editKey(u.To.Customer, u.To.ID), editItemOf(u.To), unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readEdit)}, err
}

func editItemOf(j edits.Job) editItem {
	i := editItem{
		Carrier: j.Customer.Carrier, Customer: j.Customer.ID, ID: j.ID, Ver: j.Ver, Kind: j.Kind, Of: j.Of, Next: j.Next,
		Change: changeItem(j.Change), Source: j.Source, DryRun: j.DryRun, Status: j.Status, Parts: j.Parts, Done: j.Done,
		Selected: j.Selected, Changed: j.Changed, Unchanged: j.Unchanged, Rejected: j.Rejected,
		Most: optionalAmount(j.Most), Total: optionalAmount(j.Total), AskedBy: actorItemOf(j.By), Approves: j.Approves,
		Cause:     j.Cause,
		CreatedAt: j.CreatedAt, At: j.At, NextAt: j.NextAt, TTL: attributevalue.UnixTime(j.ExpiresAt()),
	}
	if !j.NextAt.IsZero() {
		i.DuePK = duePK(j.Customer)
	}
	return i
}

func readEdit(i item) (edits.Job, error) {
	var v editItem
	if err := decode(i, &v); err != nil {
		return edits.Job{}, err
	}
	return edits.Job{
		ID: v.ID, Customer: ledger.Customer{Carrier: v.Carrier, ID: v.Customer}, Ver: v.Ver, Kind: v.Kind, Of: v.Of,
		Next: v.Next, Change: edits.Change(v.Change), Source: v.Source, DryRun: v.DryRun, Status: v.Status,
		Parts: v.Parts, Done: v.Done,
		Counts: edits.Counts{Selected: v.Selected, Changed: v.Changed, Unchanged: v.Unchanged, Rejected: v.Rejected},
		Most:   v.Most.amount(), Total: v.Total.amount(), By: v.AskedBy.actor(), Approves: v.Approves,
		Cause:     v.Cause,
		CreatedAt: v.CreatedAt, At: v.At, NextAt: v.NextAt,
	}, nil
}

// EditAt returns the edit whose item is at a key.
func EditAt(pk, sk string) (c ledger.Customer, id string, ok bool) {
	rest, isCustomers := strings.CutPrefix(pk, "CUSTOMER#")
	id, isEdit := strings.CutPrefix(sk, prefixEdit)
	return customerOf(rest), id, isCustomers && isEdit
}
