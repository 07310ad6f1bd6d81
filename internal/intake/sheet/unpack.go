package sheet

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
)

// maxRatio is how many bytes one packed byte may become, on the whole; a text
// of a million numbers stays below 30. maxUnpacked is how many there may be.
const (
	maxRatio    = 200
	maxUnpacked = MaxObject
	ratioFrom   = 1 << 20 // the ratio of less says nothing
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zipMagic  = []byte("PK\x03\x04")
)

// Unpacked is the file's text, taken out of gzip where it is in one. Errors:
// *Unreadable, also of its Read, or the reader's.
func Unpacked(file io.Reader) (text io.Reader, compression string, err error) {
	packed := &counter{r: file}
	head := bufio.NewReaderSize(packed, 64<<10)
	magic, _ := head.Peek(len(zipMagic))
	switch {
	case bytes.HasPrefix(magic, zipMagic):
		return nil, "", Unreadablef("the file is a ZIP or a spreadsheet's workbook; save it as CSV")
	case !bytes.HasPrefix(magic, gzipMagic):
		return head, "", nil
	}
	inner, err := gzip.NewReader(head)
	if err != nil {
		return nil, "", packed.blame(err)
	}
	return &unpacker{gzip: inner, packed: packed}, "gzip", nil
}

// unpacker holds what comes out of a gzip to the limits.
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
		return 0, Unreadablef("the file unpacks to more than %d times its size: that is no list of numbers", maxRatio)
	case err != nil && err != io.EOF:
		return n, u.packed.blame(err)
	}
	return n, err
}

// counter counts what is read, and remembers how reading ended.
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

// blame tells a gzip that is broken from one that could not be read to its end.
func (c *counter) blame(err error) error {
	var corrupt flate.CorruptInputError
	broken := errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) ||
		errors.Is(err, io.ErrUnexpectedEOF) && c.err == io.EOF || err == io.EOF
	if !broken {
		return err
	}
	return Unreadablef("the gzip is broken: %v", err)
}
