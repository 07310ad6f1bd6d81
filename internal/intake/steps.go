package intake

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// step is a part of a plan that is written whole or not at all: what stands in
// a file beside the report before anything is changed, so that whoever takes an
// unfinished job over goes on with the same plan. Repeating a step is harmless.
type step struct {
	Package *pricing.Package `json:"package,omitempty"` // to make
	Delete  []placing        `json:"delete,omitempty"`
	Put     []placing        `json:"put,omitempty"`
	Touch   *touch           `json:"touch,omitempty"`

	Gone      []gone `json:"gone,omitempty"` // what is withdrawn
	Rows      uint64 `json:"rows,omitempty"` // of the file, done by it
	Added     uint64 `json:"added,omitempty"`
	Withdrawn uint64 `json:"withdrawn,omitempty"`
	Repriced  uint64 `json:"repriced,omitempty"`
}

// gone is a part of a range that is withdrawn.
type gone struct {
	Start   e164.Number `json:"start"`
	End     e164.Number `json:"end"`
	Count   uint64      `json:"count"`
	Package string      `json:"package"`
}

// placing is a range to write or to delete, as it is kept in a plan.
type placing struct {
	Start    e164.Number `json:"start"`
	End      e164.Number `json:"end"`
	Set      []byte      `json:"set,omitempty"` // catalogue.Suffixes
	Package  string      `json:"package"`
	Country  string      `json:"country,omitempty"`
	Area     string      `json:"area,omitempty"`
	Type     e164.Type   `json:"type,omitempty"`
	Features []string    `json:"features,omitempty"`
	Seen     int64       `json:"seen,omitempty"` // the version that is replaced, 0 = none
	Ver      int64       `json:"ver,omitempty"`  // 0 = deleted
}

func placingOf(r catalogue.Range, seen, ver int64) placing {
	p := placing{
		Start: r.Span.Start, End: r.Span.End, Package: r.Package, Country: r.Country, Area: r.Area, Type: r.Type, Features: r.Features,
		Seen: seen, Ver: ver,
	}
	if r.IsSet() {
		p.Set = r.Set.Bytes()
	}
	return p
}

func (p placing) rangeOf(job Job) (catalogue.Range, error) {
	r := catalogue.Range{
		Carrier: job.Carrier, Span: e164.Span{Start: p.Start, End: p.End}, Package: p.Package,
		Country: p.Country, Area: p.Area, Type: p.Type, Features: p.Features, ImportID: job.ID, Ver: p.Ver,
	}
	if p.Set == nil {
		return r, nil
	}
	set, err := catalogue.ParseSuffixes(p.Set)
	if err != nil {
		return r, err
	}
	return r.SetRange(p.Start.Block(), set), nil
}

// stepWriter writes steps and digests what they do. The digest leaves versions
// out: the same plan over the same inventory has the same one, whenever it is
// made.
type stepWriter struct {
	to     *json.Encoder
	buffer *bufio.Writer
	digest hash.Hash
	total  Counts
	n      uint64
}

func newStepWriter(to io.Writer) *stepWriter {
	buffer := bufio.NewWriter(to)
	return &stepWriter{to: json.NewEncoder(buffer), buffer: buffer, digest: sha256.New()}
}

func (w *stepWriter) write(s step) error {
	w.n++
	w.total.add(s)
	if err := w.to.Encode(s); err != nil {
		return err
	}
	return json.NewEncoder(w.digest).Encode(s.withoutVersions())
}

func (s step) withoutVersions() step {
	s.Put, s.Delete = withoutVersions(s.Put), withoutVersions(s.Delete)
	return s
}

func withoutVersions(list []placing) []placing {
	plain := make([]placing, len(list))
	for i, p := range list {
		p.Seen, p.Ver = 0, 0
		plain[i] = p
	}
	return plain
}

// close ends the file; sum names what it does.
func (w *stepWriter) close() (sum string, err error) {
	return hex.EncodeToString(w.digest.Sum(nil)), w.buffer.Flush()
}

// add counts what a step does, rows left out.
func (c *Counts) add(s step) {
	c.DIDs += s.Added
	c.Withdrawn += s.Withdrawn
	c.Repriced += s.Repriced
	if s.Touch != nil {
		c.Touched += s.Touch.count()
	}
	for _, p := range s.Put {
		if p.Seen == 0 {
			c.RangesAdded++
		}
	}
	for _, p := range s.Delete {
		if p.Ver == 0 {
			c.RangesRemoved++
		}
	}
}

// addUp takes over what steps do.
func (c *Counts) addUp(steps Counts) {
	c.DIDs, c.Withdrawn, c.Repriced, c.Touched = steps.DIDs, steps.Withdrawn, steps.Repriced, steps.Touched
	c.RangesAdded, c.RangesRemoved = steps.RangesAdded, steps.RangesRemoved
}

// eachStep streams the steps of the job's plan.
func (r *run) eachStep(ctx context.Context, visit func(n uint64, s step) error) error {
	body, _, err := r.files.Open(ctx, Object{Bucket: r.job.Object.Bucket, Key: r.job.file(stepsFile)})
	if err != nil {
		return err
	}
	defer body.Close()
	from := json.NewDecoder(bufio.NewReaderSize(body, 64<<10))
	for n := uint64(0); ; n++ {
		var s step
		switch err := from.Decode(&s); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		if err := visit(n, s); err != nil {
			return err
		}
	}
}
