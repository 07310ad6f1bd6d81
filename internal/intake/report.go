package intake

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
)

// reportColumns are what a report puts in front of the file's own columns. A
// file that begins with them is taken for a report that was mended and sent
// again: comma and UTF-8 whatever its profile says, these columns left out.
const (
	reportColumns     = "row,outcome,code,detail"
	reportColumnCount = 4
)

// report writes a row for each row of the file: its line, what came of it and
// why, and its cells.
func (r *run) report(ctx context.Context, p *plan) error {
	key := r.job.reportKey()
	from, to := io.Pipe()
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		err := r.reportRows(ctx, p, to)
		to.CloseWithError(err) // nil is the end of the report
		return err
	})
	both.Go(func() error {
		err := r.files.Write(ctx, key, "text/csv; charset=utf-8", from)
		from.CloseWithError(err) // nobody reads any more: a writer that waits must not wait for ever
		return err
	})
	return both.Wait()
}

func (r *run) reportRows(ctx context.Context, p *plan, to io.Writer) error {
	w := csv.NewWriter(to)
	var out []string
	i := 0
	begin := func(s *sheet) error {
		return w.Write(appendGuarded(strings.Split(reportColumns, ","), s.header))
	}
	err := r.eachRow(ctx, begin, func(s *sheet, rec record) error {
		word := p.explain(i, &s.layout, rec)
		out = append(out[:0], strconv.Itoa(rec.line), string(word.Code.outcome()), string(word.Code), word.Detail)
		out = appendGuarded(out, rec.cells)
		i++
		return w.Write(out)
	})
	if err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

func appendGuarded(out, cells []string) []string {
	for _, cell := range cells {
		out = append(out, Guard(strings.ToValidUTF8(cell, "\ufffd")))
	}
	return out
}
