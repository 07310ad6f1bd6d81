package workbook

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"

	"didpurchase/internal/intake/sheet"
)

// Limits of the texts that cells share, all together.
const (
	maxShared      = 2_500_000
	maxSharedBytes = 40 << 20
)

// shared are the texts to which cells refer by their number, one after another.
type shared struct {
	text []byte
	ends []uint32
}

func (s *shared) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return string(s.text[from:s.ends[i]]), true
}

// sharedTexts reads them. Pieces of one text in different fonts are joined; the
// pronunciation (rPh) does not belong to it.
func (b *book) sharedTexts() (*shared, error) {
	name := b.partOf("sharedStrings")
	s := &shared{}
	if f := b.parts[strings.ToLower(name)]; f != nil {
		s.text = make([]byte, 0, min(f.UncompressedSize64, maxSharedBytes))
	}
	var one inline
	err := b.scan(name, func(t token) error {
		if t.ends("si") {
			s.text = append(s.text, one.take()...)
			s.ends = append(s.ends, uint32(len(s.text)))
			if len(s.ends) > maxShared || len(s.text) > maxSharedBytes {
				return sheet.Unreadablef("the workbook has more than %d different texts, or %d bytes of them; save the "+
					"sheet as CSV", maxShared, maxSharedBytes)
			}
			return nil
		}
		one.see(t)
		return nil
	})
	return s, err
}

// inline collects the text of <si> or <is>.
type inline struct {
	text   []byte
	inText bool
	spoken bool
}

func (i *inline) see(t token) {
	switch {
	case t.begins("rPh"):
		i.spoken = true
	case t.ends("rPh"):
		i.spoken = false
	case t.begins("t"):
		i.inText = !i.spoken
	case t.ends("t"):
		i.inText = false
	case i.inText:
		if text, ok := t.Token.(xml.CharData); ok {
			i.text = append(i.text, text...)
		}
	}
}

// take returns the text and begins a new one.
func (i *inline) take() []byte {
	text := i.text
	if escaped.Match(text) {
		text = escaped.ReplaceAllFunc(text, func(code []byte) []byte {
			char, _ := strconv.ParseUint(string(code[2:6]), 16, 32)
			return []byte(string(rune(char)))
		})
	}
	*i = inline{text: i.text[:0]}
	return text
}

// escaped matches the form in which workbooks write characters that XML can't
// have: _x000D_ is CR.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)
