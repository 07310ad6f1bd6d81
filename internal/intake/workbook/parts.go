package workbook

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"didpurchase/internal/intake/sheet"
)

// maxToken is the largest size in bytes of one piece of XML in a part: a cell's
// text.
const maxToken = 1 << 20

// relation is a reference from one part of a workbook to another.
type relation struct{ kind, part string }

// relations returns the relations of a part by their ids; with "" the relations
// of the whole file.
func (b *book) relations(of string) (map[string]relation, error) {
	folder, name := path.Split(of)
	list := map[string]relation{}
	err := b.scan(folder+"_rels/"+name+".rels", func(t token) error {
		if !t.begins("Relationship") {
			return nil
		}
		target := t.attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(folder, target)
		}
		list[t.attr("Id")] = relation{kind: path.Base(t.attr("Type")), part: strings.TrimPrefix(target, "/")}
		return nil
	})
	return list, err
}

// readMain reads the list of sheets.
func (b *book) readMain(t token) error {
	switch {
	case t.begins("workbookPr"):
		b.since1904 = isTrue(t.attr("date1904"))
	case t.begins("sheet"):
		r, known := b.related[t.attr("id")]
		if !known || r.kind != "worksheet" { // the sheet is a chart
			return nil
		}
		if len(b.sheets) == maxSheets {
			return sheet.Unreadablef("the workbook has more than %d sheets", maxSheets)
		}
		state := t.attr("state")
		b.sheets = append(b.sheets, sheetEntry{name: t.attr("name"), part: r.part, hidden: state == "hidden" ||
			state == "veryHidden"})
	}
	return nil
}

// partOf returns the name of the one part of a kind, "" if it is missing.
func (b *book) partOf(kind string) string {
	for _, r := range b.related {
		if r.kind == kind {
			return r.part
		}
	}
	return ""
}

// token is a piece of XML: an element's begin or end, or text.
type token struct{ xml.Token }

func (t token) begins(name string) bool {
	e, ok := t.Token.(xml.StartElement)
	return ok && e.Name.Local == name
}

func (t token) ends(name string) bool {
	e, ok := t.Token.(xml.EndElement)
	return ok && e.Name.Local == name
}

// attr returns an attribute's value, "" if it is missing.
func (t token) attr(name string) string {
	if e, ok := t.Token.(xml.StartElement); ok {
		for _, a := range e.Attr {
			if a.Name.Local == name && a.Name.Space != "xmlns" {
				return a.Value
			}
		}
	}
	return ""
}

func isTrue(text string) bool { return text == "1" || text == "true" }

// scan visits the pieces of a part's XML in order; a missing part has none. Tokens
// are valid until the next one. Errors: *sheet.Unreadable for malformed or too
// large XML, or those of visit.
func (b *book) scan(name string, visit func(token) error) error {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil
	}
	if f.UncompressedSize64 > maxPart {
		return sheet.Unreadablef("the part %s of the workbook has %d bytes, more than %d", f.Name, f.UncompressedSize64,
			int64(maxPart))
	}
	body, err := f.Open()
	if err != nil {
		return sheet.Unreadablef("the part %s of the workbook can't be read: %v", f.Name, err)
	}
	defer body.Close()
	bound := &boundedPart{from: body} // archive/zip limits a part to its stated size
	decoder := xml.NewDecoder(bound)
	for {
		t, err := decoder.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return blame(f.Name, err)
		}
		if err := visit(token{t}); err != nil {
			return err
		}
		bound.begin = decoder.InputOffset()
	}
}

// blame names the part that is broken.
func blame(part string, err error) error {
	var unreadable *sheet.Unreadable
	if errors.As(err, &unreadable) {
		return err
	}
	return sheet.Unreadablef("the part %s of the workbook is broken: %v", part, err)
}

// boundedPart stops a part if its next piece is too long: the decoder would collect
// the whole piece.
type boundedPart struct {
	from         io.Reader
	given, begin int64
}

func (b *boundedPart) Read(p []byte) (int, error) {
	if b.given-b.begin > maxToken {
		return 0, sheet.Unreadablef("the workbook has a piece of more than %d bytes", maxToken)
	}
	n, err := b.from.Read(p)
	b.given += int64(n)
	return n, err
}
