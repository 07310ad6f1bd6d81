// Package workbook turns one sheet of a workbook (.xlsx) into the CSV text that
// package sheet reads: row n of the sheet is line n of the text. It reads as a
// stream within limits. It may not know the meaning of the cells.
package workbook

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"didpurchase/internal/intake/sheet"
)

// Limits of a workbook.
const (
	MaxPacked = 128 << 20 // bytes of the file
	maxPart   = 1 << 30   // bytes of one part of it, unpacked
	maxText   = 256 << 20 // bytes of the CSV
	maxParts  = 2_000
	maxSheets = 255
)

// Info is the recognised content of a workbook.
type Info struct {
	Sheet  string   // the sheet that was read
	Others []string // sheets that were not read, the hidden ones too
	Hidden int      // hidden rows, which were read like the others
}

// magic begins every ZIP archive, and so every workbook.
var magic = []byte("PK\x03\x04")

// Packed reports whether a file with this beginning is a ZIP archive.
func Packed(head []byte) bool { return bytes.HasPrefix(head, magic) }

// Convert writes a sheet's rows to a text: the named sheet, or for "" the first
// sheet that is not hidden. Errors: *sheet.Unreadable, the writer's, or the file's.
func Convert(file io.ReaderAt, size int64, want string, to io.Writer) (Info, error) {
	b, err := open(file, size)
	if err != nil {
		return Info{}, err
	}
	chosen, info, err := b.choose(want)
	if err != nil {
		return info, err
	}
	texts, err := b.sharedTexts()
	if err != nil {
		return info, err
	}
	forms, err := b.forms()
	if err != nil {
		return info, err
	}
	r := &rows{texts: texts, forms: forms, since1904: b.since1904, to: newTextWriter(to)}
	if err := b.scan(chosen.part, r.read); err != nil {
		return info, err
	}
	if !r.ended {
		return info, sheet.Unreadablef("the sheet %q of the workbook ends in the middle", chosen.name)
	}
	info.Hidden = r.hidden
	return info, r.to.flush()
}

// book is an opened workbook.
type book struct {
	parts     map[string]*zip.File // by name in lower case
	related   map[string]relation  // relations of the workbook's part, by id
	sheets    []sheetEntry
	since1904 bool // days are counted from 1 January 1904
}

type sheetEntry struct {
	name, part string
	hidden     bool
}

func open(file io.ReaderAt, size int64) (*book, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, sheet.Unreadablef("the file is a broken ZIP archive: %v", err)
	}
	if len(archive.File) > maxParts {
		return nil, sheet.Unreadablef("the workbook has %d parts, more than %d", len(archive.File), maxParts)
	}
	b := &book{parts: map[string]*zip.File{}}
	for _, f := range archive.File {
		b.parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	main, err := b.mainPart()
	if err != nil {
		return nil, err
	}
	if b.related, err = b.relations(main); err != nil {
		return nil, err
	}
	return b, b.scan(main, b.readMain)
}

// mainPart returns the name of the part that lists the sheets.
func (b *book) mainPart() (string, error) {
	top, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range top {
		if r.kind != "officeDocument" {
			continue
		}
		switch {
		case strings.HasSuffix(r.part, "workbook.bin"):
			return "", sheet.Unreadablef("the file is a binary workbook (.xlsb); save it as .xlsx or CSV")
		case strings.HasPrefix(r.part, "xl/"):
			return r.part, nil
		}
		return "", sheet.Unreadablef("the file is a document of an office program, not a workbook; save its table as .xlsx " +
			"or CSV")
	}
	if b.parts["mimetype"] != nil && b.parts["content.xml"] != nil {
		return "", sheet.Unreadablef("the file is a workbook of LibreOffice (.ods); save it as .xlsx or CSV")
	}
	return "", sheet.Unreadablef("the file is a ZIP archive, not a workbook; send the file that is in it")
}

// choose returns the sheet that is read.
func (b *book) choose(want string) (chosen sheetEntry, info Info, err error) {
	at := -1
	for i, s := range b.sheets {
		named := want != "" && strings.EqualFold(strings.TrimSpace(s.name), strings.TrimSpace(want))
		if at < 0 && (named || want == "" && !s.hidden) {
			at = i
			continue
		}
		info.Others = append(info.Others, s.name)
	}
	switch {
	case at >= 0:
		info.Sheet = b.sheets[at].name
		return b.sheets[at], info, nil
	case want != "":
		return chosen, info, sheet.Unreadablef("the profile's sheet %q is not in the workbook, which has %s", want,
			sheet.Quoted(info.Others))
	}
	return chosen, info, sheet.Unreadablef("the workbook has no sheet that is not hidden")
}
