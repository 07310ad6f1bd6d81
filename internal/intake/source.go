package intake

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/intake/workbook"
)

// look finds the file's encoding, in a separate pass.
func (r *attempt) look(ctx context.Context) error {
	body, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	text, _, err := sheet.Unpacked(body)
	if err != nil {
		return err
	}
	said := sheet.Encoding("")
	if r.job.Profile != nil {
		said = r.job.Profile.Encoding
	}
	r.encoding, r.doubt, err = sheet.Sniff(&beating{r: text, beat: func() error { return r.beat(ctx, r.job) }}, said)
	return err
}

// beating looks at the clock at each read.
type beating struct {
	r    io.Reader
	beat func() error
}

func (b *beating) Read(p []byte) (int, error) {
	if err := b.beat(); err != nil {
		return 0, err
	}
	return b.r.Read(p)
}

// sheet recognises the text of the job's file.
func (r *attempt) sheet(text io.Reader) (*sheet.Sheet, error) {
	if r.table == "" {
		s, err := sheet.OpenSheet(text, r.encoding, r.job.reading())
		if err == nil {
			s.Doubt = r.doubt
			r.job.Action.Fit(s)
		}
		return s, err
	}
	s, err := sheet.OpenTable(text, r.job.reading())
	if err == nil {
		r.job.Action.Fit(s)
		s.Workbook, s.OtherSheets, s.HiddenRows = r.workbook.Sheet, r.workbook.Others, r.workbook.Hidden
	}
	return s, err
}

// open returns the text of the job's file: a workbook is turned into text once in
// an attempt.
func (r *attempt) open(ctx context.Context) (io.ReadCloser, error) {
	if r.table != "" {
		return os.Open(r.table)
	}
	body, err := r.fetch(ctx)
	if err != nil {
		return nil, err
	}
	head := bufio.NewReader(body)
	if magic, _ := head.Peek(4); !workbook.Packed(magic) {
		return struct {
			io.Reader
			io.Closer
		}{head, body}, nil
	}
	defer body.Close()
	if err := r.convert(ctx, head); err != nil {
		return nil, err
	}
	return os.Open(r.table)
}

// fetch returns the job's file, unchanged.
func (r *attempt) fetch(ctx context.Context) (io.ReadCloser, error) {
	if r.job.Inline != "" {
		return io.NopCloser(strings.NewReader(r.job.Inline)), nil
	}
	body, size, err := r.files.Open(ctx, r.job.Object)
	switch {
	case errors.Is(err, ErrNoFile):
		return nil, sheet.Unreadablef("the file was deleted before it was read")
	case err != nil:
		return nil, err
	case size > sheet.MaxObject:
		body.Close()
		return nil, sheet.Unreadablef("the file has %d bytes, more than %d", size, sheet.MaxObject)
	}
	return body, nil
}

// convert turns a workbook into a text on disk: its parts can't be read as a
// stream.
func (r *attempt) convert(ctx context.Context, packed io.Reader) error {
	book, err := os.CreateTemp("", "workbook-*.xlsx")
	if err != nil {
		return err
	}
	defer remove(book)
	beat := func() error { return r.beat(ctx, r.job) }
	size, err := io.Copy(book, &beating{r: io.LimitReader(packed, workbook.MaxPacked+1), beat: beat})
	if err != nil {
		return err
	}
	if size > workbook.MaxPacked {
		return sheet.Unreadablef("the workbook has more than %d bytes; save the sheet as CSV", workbook.MaxPacked)
	}
	text, err := os.CreateTemp("", "workbook-*.csv")
	if err != nil {
		return err
	}
	want := ""
	if r.job.Profile != nil {
		want = r.job.Profile.Sheet
	}
	r.workbook, err = workbook.Convert(book, size, want, &beatingWriter{w: text, beat: beat})
	if err != nil {
		remove(text)
		return err
	}
	r.table = text.Name()
	return text.Close()
}

// beatingWriter looks at the clock at each write.
type beatingWriter struct {
	w    io.Writer
	beat func() error
}

func (b *beatingWriter) Write(p []byte) (int, error) {
	if err := b.beat(); err != nil {
		return 0, err
	}
	return b.w.Write(p)
}

func remove(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}

// discard removes the attempt's files from disk.
func (r *attempt) discard() {
	if r.table != "" {
		os.Remove(r.table)
	}
}
