package books

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/csvexport"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
)

const (
	// maxFile is the largest file, in bytes, that is answered uncompressed: a
	// Lambda answers at most 6 MB, and the JSON around the file escapes each quote
	// and line break.
	maxFile = 4 << 20
	// maxPacked is the largest compressed file, which is Base64 in the answer.
	maxPacked = 4 << 20
)

// rentalsCSV answers all rentals that match as a file.
func (b Rentals) rentalsCSV(ctx context.Context, c ledger.Customer, q rentals.Query,
	in *RentalQuery) (*httpapi.Representation, error) {
	all, err := b.Lists.All(ctx, c, q, rentals.Sort(in.Sort))
	if err != nil {
		return nil, tooMany(err)
	}
	var file bytes.Buffer
	if err := writeRentals(&file, all); err != nil {
		return nil, err
	}
	name := c.ID + "-numbers-" + b.Now().UTC().Format(time.DateOnly) + ".csv"
	return b.fileAnswer(ctx, c, name, file.Bytes(), in.Packed)
}

// Exports keeps files that are too large for an answer.
type Exports interface {
	// Write stores an object. Errors: commit.ErrUnavailable.
	Write(ctx context.Context, key, contentType string, body []byte) error
	// Get returns a URL of the object, saved as filename, until it expires.
	Get(ctx context.Context, key, filename string, expires time.Duration) (string, error)
}

// exportWithin is the time for which the URL of a large file is valid.
const exportWithin = 5 * time.Minute

// fileAnswer answers with a CSV: with the file itself, or, where an answer has no
// room for it, with a redirect to a copy in the bucket, which is deleted after a
// day.
func (b Rentals) fileAnswer(ctx context.Context, c ledger.Customer, name string, file []byte,
	packed string) (*httpapi.Representation, error) {
	if fits(file, packed) {
		return &httpapi.Representation{
			ContentType: csvexport.ContentType, Disposition: `attachment; filename="` + name + `"`, Vary: "Accept", Body: file,
			Status: http.StatusOK,
		}, nil
	}
	key := "exports/" + c.Carrier + "/" + c.ID + "/" + commit.NewID(b.Now()) + ".csv"
	if err := b.Exports.Write(ctx, key, csvexport.ContentType, file); err != nil {
		return nil, err
	}
	url, err := b.Exports.Get(ctx, key, name, exportWithin)
	return &httpapi.Representation{Status: http.StatusSeeOther, Location: url, Vary: "Accept", Body: []byte{}}, err
}

// fits reports whether a Lambda can answer with the file, which is compressed for
// clients that accept it.
func fits(file []byte, accepted string) bool {
	if len(file) <= maxFile {
		return true
	}
	if !strings.Contains(accepted, "gzip") {
		return false
	}
	var size counter
	packed := gzip.NewWriter(&size)
	_, err := packed.Write(file)
	return err == nil && packed.Close() == nil && size <= maxPacked
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// writeRentals writes a row for each rental. The first column can be sent back to
// edit the same numbers.
func writeRentals(to io.Writer, all []rentals.Listed) error {
	w := csvexport.NewWriter(to)
	header := []string{
		"number", "state", "package", "country", "area", "type", "label", "tags", "destination", "assigned_at",
		"next_charge_at",
	}
	if err := w.Write(httpapi.Each(header, csvexport.Text)...); err != nil {
		return err
	}
	for _, r := range all {
		next := ""
		if !r.NextCharge.IsZero() {
			next = r.NextCharge.Format(time.RFC3339)
		}
		err := w.Write(csvexport.Text("+"+r.Digits), csvexport.Text(httpapi.WireState(r.State)),
			csvexport.Text(r.Lot.Package), csvexport.Text(r.Lot.Country), csvexport.Text(r.Lot.Area),
			csvexport.Text(string(r.Lot.Type)), csvexport.Text(r.Label), csvexport.Text(strings.Join(r.Tags, ", ")),
			csvexport.Text(r.Destination), csvexport.Exact(time.Unix(r.Since, 0).UTC().Format(time.RFC3339)),
			csvexport.Exact(next))
		if err != nil {
			return err
		}
	}
	return w.Flush()
}
