package e164

import (
	"bytes"
	"compress/flate"
	"io"
)

// tableReader reads the files that gen made: varints and texts. They are part
// of the program, so an error in one is an error of the build: it panics.
type tableReader struct {
	data string // texts are slices of it
	pos  int
}

func newTableReader(file []byte) *tableReader {
	data, err := io.ReadAll(flate.NewReader(bytes.NewReader(file)))
	if err != nil {
		panic("e164: numbering table: " + err.Error())
	}
	return &tableReader{data: string(data)}
}

// int reads an unsigned varint (as encoding/binary writes it).
func (r *tableReader) int() (n int) {
	for shift := 0; ; shift += 7 {
		b := r.data[r.pos]
		r.pos++
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

func (r *tableReader) text() string {
	length := r.int()
	r.pos += length
	return r.data[r.pos-length : r.pos]
}

func (r *tableReader) texts() []string {
	list := make([]string, r.int())
	for i := range list {
		list[i] = r.text()
	}
	return list
}
