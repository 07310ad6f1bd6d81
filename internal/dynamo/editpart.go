package dynamo

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"didpurchase/internal/destination"
	"didpurchase/internal/edits"
	"didpurchase/internal/ledger"
)

func (s *Store) writeEditPart(p edits.Part) (write, error) {
	action, err := s.put(editPartKey(p.Customer, p.JobID, p.Index), editPartItemOf(p), unmoved(p.Ver-1))
	return write{change: p, action: action, current: reading(readEditPart)}, err
}

func editPartItemOf(p edits.Part) editPartItem {
	i := editPartItem{
		Carrier: p.Customer.Carrier, Customer: p.Customer.ID, JobID: p.JobID, Index: p.Index, Ver: p.Ver,
		TTL: attributevalue.UnixTime(p.ExpiresAt),
	}
	for _, r := range p.Rows {
		row := editRowItem{Line: r.Line, Text: r.Text, Number: r.Number, Outcome: r.Outcome, Code: r.Code, Detail: r.Detail,
			Old: valuesItemOf(r.Old), New: valuesItemOf(r.New)}
		if r.Change != nil {
			change := changeItem(*r.Change)
			row.Change = &change
		}
		i.Rows = append(i.Rows, row)
	}
	return i
}

func readEditPart(i item) (edits.Part, error) {
	var v editPartItem
	if err := decode(i, &v); err != nil {
		return edits.Part{}, err
	}
	p := edits.Part{
		Customer: ledger.Customer{Carrier: v.Carrier, ID: v.Customer}, JobID: v.JobID, Index: v.Index, Ver: v.Ver,
		ExpiresAt: time.Time(v.TTL).UTC(),
	}
	for _, r := range v.Rows {
		row := edits.Row{Line: r.Line, Text: r.Text, Number: r.Number, Outcome: r.Outcome, Code: r.Code, Detail: r.Detail,
			Old: r.Old.values(), New: r.New.values()}
		if r.Change != nil {
			change := edits.Change(*r.Change)
			row.Change = &change
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

// valuesItemOf returns nil for no values.
func valuesItemOf(v edits.Values) *valuesItem {
	if v == (edits.Values{}) {
		return nil
	}
	i := &valuesItem{State: v.State, Label: v.Label, Tags: v.Tags}
	if v.Targets != nil {
		targets := make([]targetItem, len(*v.Targets))
		for n, t := range *v.Targets {
			targets[n] = targetItem(t)
		}
		i.Targets = &targets
	}
	return i
}

func (i *valuesItem) values() edits.Values {
	if i == nil {
		return edits.Values{}
	}
	v := edits.Values{State: i.State, Label: i.Label, Tags: i.Tags}
	if i.Targets != nil {
		var targets []destination.Target
		for _, t := range *i.Targets {
			targets = append(targets, destination.Target(t))
		}
		v.Targets = &targets
	}
	return v
}
