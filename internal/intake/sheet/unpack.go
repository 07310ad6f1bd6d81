package sheet

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"strings"
)

// maxRatio is the largest ratio of unpacked to packed bytes, on the whole; a text
// of a million numbers stays below 30. maxUnpacked is the largest number of
// unpacked bytes.
const (
	maxRatio    = 200
	maxUnpacked = MaxObject
	ratioFrom   = 1 << 20 // for fewer bytes, the ratio means nothing
)

// foreignKinds are files that are not lists of cells, with their first bytes.
var foreignKinds = []struct{ begin, kind string }{
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook of Excel (.xls), or one that is protected by a password"},
	{"%PDF-", "a PDF"}, {"{\\rtf", "a document (RTF)"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"}, {"Rar!", "a RAR archive"}, {"BZh", "packed by bzip2"},
	{"\xfd7zXZ\x00", "packed by xz"}, {"\x28\xb5\x2f\xfd", "packed by Zstandard"},
	{"PAR1", "a Parquet file"}, {"\x89PNG", "a picture"}, {"\xff\xd8\xff", "a picture"},
}

// foreign names the format of a file that is not a list of cells, "" for one
// that may be.
func foreign(head []byte) string {
	for _, k := range foreignKinds {
		if bytes.HasPrefix(head, []byte(k.begin)) {
			return k.kind
		}
	}
	if bytes.HasPrefix(head, zipMagic) { // a workbook was turned into text before
		return "a ZIP archive"
	}
	text := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(UTF8BOM)), " \t\r\n")))
	switch {
	case strings.HasPrefix(text, "<?xml") && !strings.Contains(text, "<html"):
		return "XML"
	case strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<table"),
		strings.HasPrefix(text, "<?xml"), strings.HasPrefix(text, "<meta"):
		return "a table in HTML, which some programs save as .xls"
	case strings.HasPrefix(text, "[{"), strings.HasPrefix(text, "[\n"), strings.HasPrefix(text, "[ "):
		return "JSON"
	}
	return ""
}

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zipMagic  = []byte("PK\x03\x04")
)

// Unpacked returns the file's text, uncompressed if it is a gzip. Errors:
// *Unreadable, also from its Read, or the reader's.
func Unpacked(file io.Reader) (text io.Reader, compression string, err error) {
	packed := &counter{r: file}
	head := bufio.NewReaderSize(packed, 64<<10)
	magic, _ := head.Peek(4 << 10)
	if kind := foreign(magic); kind != "" {
		return nil, "", Unreadablef("the file is %s; save it as .xlsx or CSV", kind)
	}
	switch {
	case !bytes.HasPrefix(magic, gzipMagic):
		return head, "", nil
	}
	inner, err := gzip.NewReader(head)
	if err != nil {
		return nil, "", packed.blame(err)
	}
	return &unpacker{gzip: inner, packed: packed}, "gzip", nil
}

// unpacker holds the text of a gzip to the limits.
type unpacker struct {
	gzip   io.Reader
	packed *counter
	given  int64
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.gzip.Read(p)
	u.given += int64(n)
	switch {
	case u.given > maxUnpacked:
		return 0, Unreadablef("the file has more than %d bytes when it is unpacked", maxUnpacked)
	case u.given > ratioFrom && u.given > maxRatio*u.packed.n:
		return 0, Unreadablef("the file unpacks to more than %d times its size: it can't be a list of numbers", maxRatio)
	case err != nil && err != io.EOF:
		return n, u.packed.blame(err)
	}
	return n, err
}

// counter counts the read bytes, and stores the error that ended the reading.
type counter struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil {
		c.err = err
	}
	return n, err
}

// blame distinguishes a broken gzip from one that could not be read to its end.
func (c *counter) blame(err error) error {
	var corrupt flate.CorruptInputError
	broken := errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) ||
		errors.Is(err, io.ErrUnexpectedEOF) && c.err == io.EOF || err == io.EOF
	if !broken {
		return err
	}
	return Unreadablef("the gzip is broken: %v", err)
}
