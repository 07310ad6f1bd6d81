package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
)

// Columns of a report.
const (
	columnRow = iota
	columnOutcome
	columnCode
	columnDetail
)

const jsonType = "application/json"

// writeReport writes the report of a plan: a row for each row of the file, with its
// line, its outcome, the reason, and its cells.
func (r *attempt) writeReport(ctx context.Context, key string,
	word func(i uint32, l *sheet.Layout, rec sheet.Record) *sheet.Fault) error {
	return r.upload(ctx, key, csvexport.ContentType, func(ctx context.Context, to io.Writer) error {
		w := csvexport.NewWriter(to)
		var out []csvexport.Cell
		i := uint32(0)
		reading, own := r.job.Recognised.String(), 0
		begin := func(s *sheet.Sheet) error {
			own = len(s.Header)
			return w.Write(appendTexts(verdictHeader(), sheet.WithReading(s.Header, own, sheet.ReadingColumn))...)
		}
		err := r.eachRow(ctx, begin, func(s *sheet.Sheet, rec sheet.Record) error {
			said := word(i, &s.Layout, rec)
			out = append(out[:0], csvexport.Exact(strconv.Itoa(rec.Line)), csvexport.Text(string(plan.OutcomeOf(said.Code))),
				csvexport.Text(string(said.Code)), csvexport.Text(said.Detail))
			out = appendTexts(out, sheet.WithReading(rec.Cells, own, reading))
			reading = "" // in the first row only
			i++
			return w.Write(out...)
		})
		if err != nil {
			return err
		}
		return w.Flush()
	})
}

func verdictHeader() (header []csvexport.Cell) {
	return appendTexts(header, strings.Split(sheet.ReportColumns, ","))
}

func appendTexts(out []csvexport.Cell, cells []string) []csvexport.Cell {
	for _, cell := range cells {
		out = append(out, csvexport.Text(strings.ToValidUTF8(cell, string(utf8.RuneError))))
	}
	return out
}

// concludePlan ends a dry run with its report.
func (r *attempt) concludePlan(ctx context.Context, p *plan.Plan, job Job) error {
	if err := r.writeReport(ctx, r.job.file(planFile), p.Explain); err != nil {
		return err
	}
	job.Counts = p.Counts
	return r.concludeWith(ctx, job, r.job.file(planFile), "")
}

// concludeRefused ends a job that applies nothing.
func (r *attempt) concludeRefused(ctx context.Context, p *plan.Plan, job Job, failure string) error {
	if err := r.writeReport(ctx, r.job.file(reportFile), p.Explain); err != nil {
		return err
	}
	job.Counts = p.Counts
	return r.concludeWith(ctx, job, r.job.file(reportFile), failure)
}

// concludeChanged ends a job that can no longer make the changes of its dry
// run: its report names the changes of each row since then.
func (r *attempt) concludeChanged(ctx context.Context, p *plan.Plan, job Job) error {
	planned, next, err := r.reportRows(ctx, r.job.file(planFile))
	if err != nil {
		return err
	}
	defer planned.Close()
	if _, err := next(); err != nil { // the header
		return err
	}
	p.Waits = true // as in the sentences that are compared
	changed, first := 0, ""
	compare := func(i uint32, l *sheet.Layout, rec sheet.Record) *sheet.Fault {
		now := p.Explain(i, l, rec)
		before, err := next()
		if err == nil && before[columnCode] == string(now.Code) && before[columnDetail] == now.Detail {
			return sheet.Faultf(plan.CodeNotApplied, "nothing was applied, as other rows changed since the plan")
		}
		was := "not in the plan"
		if err == nil {
			was = before[columnCode] + ", " + before[columnDetail]
		}
		text := fmt.Sprintf("planned was: %s; now: %s, %s", was, now.Code, now.Detail)
		if changed++; changed == 1 {
			first = fmt.Sprintf("; first line %d: %s", rec.Line, text)
		}
		return sheet.Faultf(plan.CodeChanged, "%s", text)
	}
	if err := r.writeReport(ctx, r.job.file(reportFile), compare); err != nil {
		return err
	}
	failure := fmt.Sprintf("%d rows changed since the plan%s", changed, first)
	if changed == 0 {
		failure = fmt.Sprintf("the ranges changed since the plan: it was to add %d numbers, withdraw %d and move %d to "+
			"other packages; now it would be %d, %d and %d",
			job.Planned.DIDs, job.Planned.Withdrawn, job.Planned.Repriced, p.Counts.DIDs, p.Counts.Withdrawn, p.Counts.Repriced)
	}
	job.Counts = plan.Counts{Read: p.Counts.Read, Rejected: p.Counts.Read}
	return r.concludeWith(ctx, job, r.job.file(reportFile), failure+". Nothing was applied; plan again")
}

// conclude ends an applied job: its report is the plan's, with the outcomes.
func (r *attempt) conclude(ctx context.Context) error {
	lost, err := r.missed(ctx)
	if err != nil {
		return err
	}
	job := r.job
	job.Counts = job.Planned
	err = r.upload(ctx, r.job.file(reportFile), csvexport.ContentType, func(ctx context.Context, to io.Writer) error {
		return r.finalRows(ctx, &job, lost, to)
	})
	if err != nil {
		return err
	}
	return r.concludeWith(ctx, job, r.job.file(reportFile), "")
}

// finalRows turns the rows of a plan into the final rows.
func (r *attempt) finalRows(ctx context.Context, job *Job, lost map[uint64]missed, to io.Writer) error {
	body, next, err := r.reportRows(ctx, r.job.file(applyingFile))
	if err != nil {
		return err
	}
	defer body.Close()
	w := csvexport.NewWriter(to)
	for n := uint64(0); ; n++ {
		row, err := next()
		if err == io.EOF {
			return w.Flush()
		}
		if err == nil && n%beatEvery == 0 {
			err = r.beat(ctx, r.job)
		}
		if err == nil {
			if row[columnOutcome] == string(plan.Planned) {
				r.finalRow(job, row, lost[n-1]) // n counts the header
			}
			err = w.Copy(row)
		}
		if err != nil {
			return err
		}
	}
}

// missed counts the planned numbers of a row that could not be changed.
type missed struct{ planned, left uint64 }

// finalRow writes the outcome into a row that was planned.
func (r *attempt) finalRow(job *Job, row []string, m missed) {
	row[columnOutcome] = string(plan.Applied)
	if m.left == 0 {
		return
	}
	job.Touched -= m.left
	row[columnDetail] += fmt.Sprintf("; %d of them were taken meanwhile", m.left)
	if m.left == m.planned {
		row[columnOutcome], row[columnCode] = string(plan.Rejected), string(plan.CodeTaken)
		job.Applied, job.Rejected = job.Applied-1, job.Rejected+1
	}
}

// concludeWith writes the report as JSON too, and ends the job.
func (r *attempt) concludeWith(ctx context.Context, job Job, key, failure string) error {
	job.ReportKey = key
	job = job.finished(r.now(), failure)
	err := r.upload(ctx, job.JSONReportKey(), jsonType, func(ctx context.Context, to io.Writer) error {
		return r.writeJSON(ctx, job, to)
	})
	if err != nil {
		return err
	}
	return r.end(ctx, job)
}

// reportRows reads one of the job's reports; next gives rows until io.EOF.
func (r *attempt) reportRows(ctx context.Context, key string) (body io.Closer, next func() ([]string, error), err error) {
	file, _, err := r.files.Open(ctx, Object{Bucket: r.job.Object.Bucket, Key: key})
	if err != nil {
		return nil, nil, err
	}
	rows := csvexport.NewReader(file)
	return file, func() ([]string, error) {
		row, err := rows.Read()
		if err == nil && len(row) < sheet.ReportColumnCount {
			err = errors.New("intake: a report's row has too few columns")
		}
		return row, err
	}, nil
}
