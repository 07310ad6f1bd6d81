package report

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/xlsxexport"
)

// A part ends with the step that reaches one of these.
const (
	rowsPerPart  = 5_000
	bytesPerPart = 4 << 20
	timePerPart  = 15 * time.Second
)

// maxRows bounds a report.
const maxRows = 5_000_000

// source makes the rows of a report.
type source interface {
	columns() []xlsxexport.Column
	// about returns the number of rows to expect, 0 if that is unknown.
	about(ctx context.Context) (uint64, error)
	// step writes the rows after a place ("" is the start), and returns the next
	// place, "" at the end. From the same place it writes the same rows again.
	step(ctx context.Context, place string, to *table) (next string, err error)
}

// table is a part in the making.
type table struct {
	columns []xlsxexport.Column
	buffer  bytes.Buffer
	csv     *csvexport.Writer
	cells   []csvexport.Cell
	rows    int
}

func newTable(columns []xlsxexport.Column) *table {
	t := &table{columns: columns}
	t.csv = csvexport.NewWriter(&t.buffer)
	return t
}

// row adds a row.
func (t *table) row(values ...string) error {
	if len(values) != len(t.columns) {
		return fmt.Errorf("report: row has %d values, want %d", len(values), len(t.columns))
	}
	t.cells = t.cells[:0]
	for i, v := range values {
		if t.columns[i].Type == xlsxexport.Text {
			t.cells = append(t.cells, csvexport.Text(v))
		} else {
			t.cells = append(t.cells, csvexport.Exact(v))
		}
	}
	t.rows++
	return t.csv.Write(t.cells...)
}

// bytes returns the rows without the mark that begins a file.
func (t *table) bytes() ([]byte, error) {
	err := t.csv.Flush()
	return bytes.TrimPrefix(t.buffer.Bytes(), []byte(csvexport.Mark)), err
}

// header returns the first bytes of the file: the mark and the names of the
// columns.
func header(columns []xlsxexport.Column) ([]byte, error) {
	var file bytes.Buffer
	w := csvexport.NewWriter(&file)
	names := make([]csvexport.Cell, len(columns))
	for i, c := range columns {
		names[i] = csvexport.Text(c.Name)
	}
	err := w.Write(names...)
	if err == nil {
		err = w.Flush()
	}
	return file.Bytes(), err
}

func (m *making) partKey(n int) string {
	return fmt.Sprintf("audit-parts/%s/%s/%04d-%s.csv", m.report.Carrier, m.report.ID, n, m.report.Parts[n])
}

// part reads and stores the next part, then saves the progress. The part's key
// has the holder's id: a worker that lost its lease writes no part of another's.
func (m *making) part(ctx context.Context) (err error) {
	to := m.report
	if to.Place == "" {
		if to.About, err = m.source.about(ctx); err != nil {
			return err
		}
	}
	t := newTable(m.source.columns())
	if to.Place, err = m.read(ctx, to.Place, t); err != nil {
		return err
	}
	to.IsRead = to.Place == ""
	if to.Rows += uint64(t.rows); to.Rows > maxRows {
		return &Unmakeable{fmt.Sprintf("it has more than %d rows; ask for a shorter period", maxRows)}
	}
	if t.rows > 0 {
		if to.Parts, err = m.store(ctx, t); err != nil {
			return err
		}
	}
	to.Attempts = 0
	return m.save(ctx, to.heldUntil(m.report.Holder, m.now().Add(Lease)))
}

// read makes the steps of a part, and returns the place of the next.
func (m *making) read(ctx context.Context, place string, t *table) (next string, err error) {
	begun := m.now()
	for next = place; ; {
		if next, err = m.source.step(ctx, next, t); err != nil || next == "" {
			return "", err
		}
		if t.rows >= m.partRows || t.buffer.Len() >= bytesPerPart || m.now().Sub(begun) >= timePerPart {
			return next, nil
		}
		if err := m.beat(ctx); err != nil {
			return "", err
		}
	}
}

// store writes the rows as the next part, and returns all parts.
func (m *making) store(ctx context.Context, t *table) ([]string, error) {
	rows, err := t.bytes()
	if err != nil {
		return nil, err
	}
	n := len(m.report.Parts)
	parts := append(m.report.Parts[:n:n], m.report.Holder)
	with := *m
	with.report.Parts = parts
	return parts, m.files.Write(ctx, with.partKey(n), csvexport.ContentType, bytes.NewReader(rows))
}

// join writes the file from its parts, as a stream, and returns its size in bytes.
// It may be repeated: the file is there whole or not at all.
func (m *making) join(ctx context.Context) (size int64, err error) {
	from, to := io.Pipe()
	count := &counting{r: from}
	produce, contentType := m.asCSV, csvexport.ContentType
	if m.report.Format == XLSX {
		produce, contentType = m.asXLSX, xlsxexport.ContentType
	}
	g, within := errgroup.WithContext(ctx)
	g.Go(func() error {
		err := produce(within, to)
		to.CloseWithError(err)
		return err
	})
	g.Go(func() error {
		err := m.files.Write(within, m.report.FileKey(), contentType, count)
		from.CloseWithError(err)
		return err
	})
	err = g.Wait()
	return count.n, err
}

func (m *making) asCSV(ctx context.Context, to io.Writer) error {
	head, err := header(m.source.columns())
	if err != nil {
		return err
	}
	if _, err := to.Write(head); err != nil {
		return err
	}
	return m.eachPart(ctx, func(part io.Reader) error {
		_, err := io.Copy(to, part)
		return err
	})
}

func (m *making) asXLSX(ctx context.Context, to io.Writer) error {
	columns := m.source.columns()
	w := xlsxexport.NewWriter(to, columns)
	err := m.eachPart(ctx, func(part io.Reader) error {
		rows := csvexport.NewReader(part)
		for {
			cells, err := rows.Read()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := w.Write(unguarded(cells, columns)); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// unguarded removes the guards against formulas from the cells. A workbook needs
// none, because each of its cells has a type.
func unguarded(cells []string, columns []xlsxexport.Column) []string {
	for i := range cells {
		if i < len(columns) && columns[i].Type == xlsxexport.Text {
			cells[i] = csvexport.Unguard(cells[i])
		}
	}
	return cells
}

func (m *making) eachPart(ctx context.Context, use func(io.Reader) error) error {
	for n := range m.report.Parts {
		part, err := m.files.Read(ctx, m.partKey(n))
		if err != nil {
			return err
		}
		err = use(part)
		part.Close()
		if err == nil {
			err = m.beat(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// counting counts the bytes that are read.
type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// columnsOf reads a list of names, each with the first letter of its type after a
// colon where it is not a text: "did assigned_at:time recurring:number".
func columnsOf(list string) (columns []xlsxexport.Column) {
	types := map[string]xlsxexport.Type{"": xlsxexport.Text, "number": xlsxexport.Number, "date": xlsxexport.Date,
		"time": xlsxexport.Time}
	for _, field := range strings.Fields(list) {
		name, kind, _ := strings.Cut(field, ":")
		columns = append(columns, xlsxexport.Column{Name: name, Type: types[kind]})
	}
	return columns
}
