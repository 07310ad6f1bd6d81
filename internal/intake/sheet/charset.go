package sheet

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is the encoding of a file's text. A byte order mark overrules it.
type Encoding string

// The encodings. UTF-16 is detected only by the bytes, never set by a profile.
const (
	UTF8        Encoding = "utf-8"
	Latin1      Encoding = "latin-1" // read as Windows-1252, the real encoding of such files
	Windows1252 Encoding = "windows-1252"
	Windows1251 Encoding = "windows-1251" // Cyrillic
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
)

// said are the encodings that a profile may name.
var said = []Encoding{UTF8, Latin1, Windows1252, Windows1251}

const UTF8BOM = "\ufeff"

// marks are the byte order marks.
var marks = []struct {
	mark     string
	encoding Encoding
}{{UTF8BOM, UTF8}, {"\xff\xfe", UTF16LE}, {"\xfe\xff", UTF16BE}}

// Sniff finds the encoding of a text, and reads as much of the text as it
// needs: its byte order mark, NULs at every second byte, valid UTF-8. A text
// with more valid than broken UTF-8 sequences is UTF-8 with some broken rows;
// otherwise it has a Windows code page. said is the profile's encoding, "" for
// none. doubt is a sentence if the code page is likely, but not certain.
func Sniff(text io.Reader, said Encoding) (found Encoding, doubt string, err error) {
	r := bufio.NewReaderSize(text, 64<<10)
	head, err := r.Peek(4 << 10)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return "", "", err
	}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.encoding, "", nil
		}
	}
	if wide := wide(head); wide != "" {
		return wide, "", nil
	}
	// one of our reports, whatever the encoding of the original file
	if bytes.HasPrefix(head, []byte(ReportColumns+",")) || looksLikeJSON(head) {
		return UTF8, "", nil
	}
	if said != "" {
		return said, "", nil
	}
	return narrow(r)
}

// wide returns UTF-16 if a third of the bytes at even places, or at odd ones,
// are NUL and hardly any of the others.
func wide(head []byte) Encoding {
	var nul [2]int
	for i, b := range head {
		if b == 0 {
			nul[i%2]++
		}
	}
	switch {
	case len(head) < 8:
		return ""
	case nul[1] > len(head)/6 && nul[0] < nul[1]/8:
		return UTF16LE
	case nul[0] > len(head)/6 && nul[1] < nul[0]/8:
		return UTF16BE
	}
	return ""
}

// evidence distinguishes Windows-1251 from Windows-1252 by the letters above ASCII:
// in Cyrillic words they follow each other, in Western ones they are among ASCII
// letters. "Москва" has six in a row, "Zürich" has one between others.
type evidence struct {
	last           byte
	rows, isolated int
	unusual        byte
}

// seldom are bytes that words of Western Europe seldom, or never, have in
// Windows-1252. Texts in other encodings have them: š is ö on an old Mac, „ is ä in
// DOS, Ý is İ in Turkey, ì is ě in Czechia.
const seldom = "\x80\x81\x82\x83\x84\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x93\x94\x98\x99\x9a\x9b\x9d\x9e\x9f\xa2\xa3\xa4\xa5\xa6\xb3\xb9\xbe\xcc\xd0\xd5\xd7\xdd\xde\xec\xf0\xf7\xfd\xfe\xff"

func isSeldom(b byte) bool { return b >= 0x80 && strings.IndexByte(seldom, b) >= 0 }

// follows reports whether a byte is a sign that follows words: € “ ” „ ™ £.
func follows(b byte) bool {
	return strings.IndexByte("\x80\x84\x93\x94\x99\xa2\xa3\xa4\xa5\xa6\xb3\xb9", b) >= 0
}

func isLatin(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func (e *evidence) see(b byte) {
	switch {
	case isLatin(b) && isSeldom(e.last) && e.last != 0x84 && e.last != 0x93: // „ and “ begin words
		e.unusual = e.last
	case isLatin(e.last) && isSeldom(b) && !follows(b), e.last >= 0x80 && e.last != 0xa0 && isSeldom(b) && !follows(b):
		e.unusual = b
	}
	high, latin := b >= 0xc0, isLatin(b)
	switch wasHigh := e.last >= 0xc0; {
	case high && wasHigh:
		e.rows++
	case high && isLatin(e.last), wasHigh && latin:
		e.isolated++
	}
	e.last = b
}

func (e *evidence) prevails() bool { return e.rows > 2*e.isolated && e.rows > 1 }

// narrow distinguishes UTF-8 from the Windows code pages by the whole text.
func narrow(r *bufio.Reader) (found Encoding, doubt string, err error) {
	good, broken := 0, 0
	var cyrillic evidence
	for {
		part, err := r.Peek(r.Size())
		for at := 0; at < len(part); {
			cyrillic.see(part[at])
			if part[at] < utf8.RuneSelf {
				at++
				continue
			}
			if err == nil && len(part)-at < utf8.UTFMax {
				part = part[:at] // the rest is read again with the next part
				break
			}
			char, size := utf8.DecodeRune(part[at:])
			if char == utf8.RuneError && size == 1 {
				broken++
			} else {
				good++
			}
			for _, b := range part[at+1 : at+size] {
				cyrillic.see(b)
			}
			at += size
		}
		if _, skipped := r.Discard(len(part)); skipped != nil {
			return "", "", skipped
		}
		switch {
		case err == io.EOF && broken > good && cyrillic.prevails():
			return Windows1251, "the text is taken for Windows-1251 (Cyrillic) by its letters", nil
		case err == io.EOF && broken > good:
			return Windows1252, cyrillic.westernDoubt(), nil
		case err == io.EOF:
			return UTF8, "", nil
		case err != nil:
			return "", "", err
		}
	}
}

// westernDoubt returns a sentence about a character that texts in Windows-1252
// have seldom, "" if there is none.
func (e *evidence) westernDoubt() string {
	if e.unusual == 0 {
		return ""
	}
	return fmt.Sprintf("the text is taken for Windows-1252 (Western), in which %q is unusual: another encoding is likely",
		windows1252.rune(e.unusual))
}

// decoded returns the text as UTF-8 without a byte order mark. Broken UTF-8
// stays unchanged: only its rows are rejected.
func decoded(text io.Reader, from Encoding) io.Reader {
	var decoder transform.Transformer = encoding.Nop.NewDecoder()
	switch from {
	case Latin1, Windows1252:
		decoder = windows1252
	case Windows1251:
		decoder = windows1251
	case UTF16LE:
		decoder = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case UTF16BE:
		decoder = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	}
	return transform.NewReader(text, unicode.BOMOverride(decoder))
}
