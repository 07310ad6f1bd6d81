package intake

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
)

// ReportRow is a row of a report as JSON.
type ReportRow struct {
	Row     int          `json:"row"` // line of the file
	Outcome plan.Outcome `json:"outcome"`
	Code    sheet.Code   `json:"code"`
	Detail  string       `json:"detail"`
	Cells   []string     `json:"cells"` // of the file, by Columns; guarded as in the CSV
}

// reportHead is the beginning of a report as JSON.
type reportHead struct {
	ID          string      `json:"id"`
	Source      string      `json:"source"`
	Action      plan.Action `json:"action"`
	Status      Status      `json:"status"`
	DryRun      bool        `json:"dry_run"`
	Error       *string     `json:"error"`
	Recognised  recognised  `json:"recognised"`
	Rows        uint64      `json:"rows_read"`
	Applied     uint64      `json:"rows_applied"`
	Unchanged   uint64      `json:"rows_unchanged"`
	Rejected    uint64      `json:"rows_rejected"`
	DIDs        uint64      `json:"dids_added"`
	Withdrawn   uint64      `json:"dids_withdrawn"`
	Repriced    uint64      `json:"dids_repriced"`
	Updated     uint64      `json:"dids_updated"`
	Touched     uint64      `json:"dids_changed"`
	Added       uint64      `json:"ranges_added"`
	Removed     uint64      `json:"ranges_removed"`
	NeedsReview []string    `json:"needs_review"`
	Columns     []string    `json:"columns"`
}

type recognised struct {
	Compression string            `json:"compression,omitempty"`
	Workbook    string            `json:"sheet,omitempty"`
	OtherSheets []string          `json:"other_sheets,omitempty"`
	HiddenRows  int               `json:"hidden_rows,omitempty"`
	Encoding    sheet.Encoding    `json:"encoding"`
	Delimiter   string            `json:"delimiter"`
	HeaderLine  int               `json:"header_line"`
	Columns     map[string]string `json:"columns"`
	CountryCode string            `json:"country_code,omitempty"`
	Notation    string            `json:"notation"`
	Decimal     string            `json:"decimal,omitempty"`
	TwoHeaders  bool              `json:"two_headers"`
	Ignored     []string          `json:"ignored_columns"`
	Doubt       string            `json:"-"` // NeedsReview has this text
	Sounding    []string          `json:"-"` // NeedsReview has these texts
	Sample      []string          `json:"sample"`
}

// writeJSON writes the report again as JSON, with the withdrawn numbers, as a
// stream: the head, then "rows", then "withdrawn".
func (r *attempt) writeJSON(ctx context.Context, job Job, to io.Writer) error {
	body, next, err := r.reportRows(ctx, job.ReportKey)
	if err != nil {
		return err
	}
	defer body.Close()
	header, err := next()
	if err != nil {
		return err
	}
	head := headOfReport(job)
	own := sheet.OwnColumns(header[sheet.ReportColumnCount:])
	head.Columns = append([]string{}, sheet.WithoutReading(header[sheet.ReportColumnCount:], own)...)
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(to)
	fmt.Fprintf(out, "%s,\n\"rows\": [", text[:len(text)-1])
	if err := r.jsonRows(ctx, out, own, next); err != nil {
		return err
	}
	fmt.Fprint(out, "\n],\n\"withdrawn\": [")
	if job.Counts.Withdrawn > 0 {
		if err := r.jsonGone(ctx, out); err != nil {
			return err
		}
	}
	fmt.Fprint(out, "\n]}\n")
	return out.Flush()
}

func headOfReport(j Job) reportHead {
	h := reportHead{
		ID: j.ID, Source: j.Object.Key, Action: j.Action, Status: j.Status, DryRun: j.DryRun,
		Recognised: recognised(j.Recognised), NeedsReview: append([]string{}, j.NeedsReview...),
		Rows: j.Read, Applied: j.Applied, Unchanged: j.Unchanged, Rejected: j.Rejected,
		DIDs: j.DIDs, Withdrawn: j.Withdrawn, Repriced: j.Repriced, Updated: j.Updated, Touched: j.Touched,
		Added: j.RangesAdded, Removed: j.RangesRemoved,
	}
	if j.Error != "" {
		h.Error = &j.Error
	}
	return h
}

func (r *attempt) jsonRows(ctx context.Context, out *bufio.Writer, own int, next func() ([]string, error)) error {
	list := jsonList{out: out}
	for n := 1; ; n++ {
		row, err := next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n%beatEvery == 0 {
			if err := r.beat(ctx, r.job); err != nil {
				return err
			}
		}
		line, err := strconv.Atoi(row[columnRow])
		if err != nil {
			return fmt.Errorf("intake: a report's row: %w", err)
		}
		if err := list.add(ReportRow{
			Row: line, Outcome: plan.Outcome(row[columnOutcome]), Code: sheet.Code(row[columnCode]), Detail: row[columnDetail],
			Cells: sheet.WithoutReading(row[sheet.ReportColumnCount:], own),
		}); err != nil {
			return err
		}
	}
}

func (r *attempt) jsonGone(ctx context.Context, out *bufio.Writer) error {
	list := jsonList{out: out}
	return r.eachStep(ctx, func(_ uint64, s plan.Step) error {
		for _, g := range s.Gone {
			if err := list.add(g); err != nil {
				return err
			}
		}
		return nil
	})
}

// jsonList writes a list's values, each on a line.
type jsonList struct {
	out   *bufio.Writer
	began bool
}

func (l *jsonList) add(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if l.began {
		l.out.WriteByte(',')
	}
	l.began = true
	l.out.WriteByte('\n')
	_, err = l.out.Write(text)
	return err
}
