package edits

import (
	"context"
	"io"
	"strconv"
	"strings"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
)

// reportParts is the number of parts that a report reads at once.
const reportParts = 50

// reportHeader has the columns of a report. A value that the job left as it was is
// empty, before and after.
var reportHeader = []string{
	"line", "number", "outcome", "code", "detail", "old_state", "new_state", "old_destination", "new_destination",
	"old_label", "new_label", "old_tags", "new_tags",
}

// Report writes a job's report: a row for each number, with its outcome so far.
// Numbers that were not worked on have the outcome not_done. Errors:
// commit.ErrNotFound.
func (s *Service) Report(ctx context.Context, job Job, to io.Writer) error {
	w := csvexport.NewWriter(to)
	cells := make([]csvexport.Cell, len(reportHeader))
	for i, name := range reportHeader {
		cells[i] = csvexport.Text(name)
	}
	if err := w.Write(cells...); err != nil {
		return err
	}
	for from := 0; from < job.Parts; {
		parts, err := s.reported(ctx, job, from)
		if err != nil {
			return err
		}
		if len(parts) == 0 {
			break
		}
		for _, p := range parts {
			for _, row := range p.Rows {
				if err := w.Write(row.cells()...); err != nil {
					return err
				}
			}
		}
		from = parts[len(parts)-1].Index + 1
	}
	return w.Flush()
}

// reported returns parts of a report from an index on. Where the job has no parts
// of its own yet, they are the parts of the job that it applies or undoes.
func (s *Service) reported(ctx context.Context, job Job, from int) ([]Part, error) {
	parts, err := s.store.EditParts(ctx, job.Customer, job.ID, from, reportParts)
	if err != nil || len(parts) > 0 && parts[0].Index == from || job.Of == "" {
		return parts, err
	}
	ahead := job
	ahead.Done = from
	part, err := s.input(ctx, ahead)
	return []Part{part}, err
}

func (r Row) cells() []csvexport.Cell {
	line, number := "", r.Text
	if r.Line > 0 {
		line = strconv.Itoa(r.Line)
	}
	if r.Number != 0 {
		number = r.Number.String()
	}
	outcome, was, is := string(r.Outcome), r.Old, r.New
	if outcome == "" {
		outcome, was, is = "not_done", Values{}, Values{}
	}
	return []csvexport.Cell{
		csvexport.Exact(line), csvexport.Text(number), csvexport.Text(outcome), csvexport.Text(r.Code),
		csvexport.Text(r.Detail), stateCell(was.State), stateCell(is.State), csvexport.Text(was.First()),
		csvexport.Text(is.First()), textCell(was.Label), textCell(is.Label), tagsCell(was.Tags), tagsCell(is.Tags),
	}
}

func stateCell(s did.State) csvexport.Cell {
	if s == did.None {
		return ""
	}
	return csvexport.Text(s.Word())
}

func textCell(text *string) csvexport.Cell {
	if text == nil {
		return ""
	}
	return csvexport.Text(*text)
}

func tagsCell(tags *[]string) csvexport.Cell {
	if tags == nil {
		return ""
	}
	return csvexport.Text(strings.Join(*tags, ", "))
}

// Rows returns up to limit rows of a job with an outcome, from the first part on,
// for a preview.
func (s *Service) Rows(ctx context.Context, c ledger.Customer, id string, limit int) (rows []Row, err error) {
	parts, err := s.store.EditParts(ctx, c, id, 0, (limit+perPart-1)/perPart)
	for _, p := range parts {
		for _, row := range p.Rows {
			if row.Outcome != "" && len(rows) < limit {
				rows = append(rows, row)
			}
		}
	}
	return rows, err
}
