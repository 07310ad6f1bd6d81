package plan

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// Step is a part of a plan that is written as a whole or not at all. The steps are
// stored in a file with the report before the first change, so that a worker that
// takes over an unfinished job continues with the same plan. A step is idempotent.
type Step struct {
	Package *pricing.Terms `json:"package,omitempty"` // a package to make
	Delete  []placing      `json:"delete,omitempty"`
	Put     []placing      `json:"put,omitempty"`
	Touch   *Touch         `json:"touch,omitempty"`

	Gone      []gone `json:"gone,omitempty"` // withdrawn ranges
	Rows      uint64 `json:"rows,omitempty"` // number of rows of the file that are done after this step
	Added     uint64 `json:"added,omitempty"`
	Withdrawn uint64 `json:"withdrawn,omitempty"`
	Repriced  uint64 `json:"repriced,omitempty"`
	Updated   uint64 `json:"updated,omitempty"`
}

// gone is a part of a range that is withdrawn.
type gone struct {
	Start   e164.Number `json:"start"`
	End     e164.Number `json:"end"`
	Count   uint64      `json:"count"`
	Package string      `json:"package"`
}

// placing is a range to write or to delete, in its stored form.
type placing struct {
	Start    e164.Number `json:"start"`
	End      e164.Number `json:"end"`
	Set      []byte      `json:"set,omitempty"` // catalogue.Suffixes
	Package  string      `json:"package"`
	Country  string      `json:"country,omitempty"`
	Area     string      `json:"area,omitempty"`
	Type     e164.Type   `json:"type,omitempty"`
	Features []string    `json:"features,omitempty"`
	Seen     int64       `json:"seen,omitempty"` // the version that it replaces, 0 = none
	Ver      int64       `json:"ver,omitempty"`  // 0 = deleted
}

func placingOf(r catalogue.Range, seen, ver int64) placing {
	p := placing{
		Start: r.Span.Start, End: r.Span.End, Package: r.Package, Country: r.Country, Area: r.Area, Type: r.Type,
		Features: r.Features,
		Seen:     seen, Ver: ver,
	}
	if r.IsSet() {
		p.Set = r.Set.Bytes()
	}
	return p
}

func (p placing) RangeOf(carrier, importID string) (catalogue.Range, error) {
	r := catalogue.Range{
		Carrier: carrier, Span: e164.Span{Start: p.Start, End: p.End}, Package: p.Package,
		Country: p.Country, Area: p.Area, Type: p.Type, Features: p.Features, ImportID: importID, Ver: p.Ver,
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

// StepWriter writes steps and digests their changes. The digest leaves versions
// out: the same plan over the same inventory always has the same digest.
type StepWriter struct {
	to     *json.Encoder
	buffer *bufio.Writer
	Digest hash.Hash
	Total  Counts
	n      uint64
}

func NewStepWriter(to io.Writer) *StepWriter {
	buffer := bufio.NewWriter(to)
	return &StepWriter{to: json.NewEncoder(buffer), buffer: buffer, Digest: sha256.New()}
}

func (w *StepWriter) write(s Step) error {
	w.n++
	w.Total.Add(s)
	if err := w.to.Encode(s); err != nil {
		return err
	}
	return json.NewEncoder(w.Digest).Encode(s.withoutVersions())
}

func (s Step) withoutVersions() Step {
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

// Close ends the file; sum identifies its changes.
func (w *StepWriter) Close() (sum string, err error) {
	return hex.EncodeToString(w.Digest.Sum(nil)), w.buffer.Flush()
}

// Add counts a step's changes, without rows.
func (c *Counts) Add(s Step) {
	c.DIDs += s.Added
	c.Withdrawn += s.Withdrawn
	c.Repriced += s.Repriced
	c.Updated += s.Updated
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

// AddUp adds the counts of the steps.
func (c *Counts) AddUp(steps Counts) {
	c.DIDs, c.Withdrawn, c.Repriced, c.Updated, c.Touched = steps.DIDs, steps.Withdrawn, steps.Repriced, steps.Updated,
		steps.Touched
	c.RangesAdded, c.RangesRemoved = steps.RangesAdded, steps.RangesRemoved
}
