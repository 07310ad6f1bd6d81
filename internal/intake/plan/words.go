package plan

import (
	"fmt"
	"slices"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// words are the properties of numbers in a file, without the package. If the file
// has none, new numbers get the numbering plan's, and offered numbers keep theirs.
type words struct {
	area     string
	kind     e164.Type
	features string // joined by spaces, in catalogue.Features' order
}

// list returns the features.
func (w words) list() []string {
	if w.features == "" {
		return nil
	}
	return strings.Fields(w.features)
}

// corrects describes the changes of a range by the words, with its old values:
// "area London, type mobile"; "" for none.
func (w words) corrects(o *Offered) string {
	var was []string
	if w.area != "" && w.area != o.Area {
		was = append(was, fmt.Sprintf("area %s", o.Area))
	}
	if w.kind != "" && w.kind != o.Type {
		was = append(was, fmt.Sprintf("type %s", o.Type))
	}
	if w.features != "" && !slices.Equal(w.list(), o.Features) {
		was = append(was, strings.TrimSpace("features "+strings.Join(o.Features, " ")))
	}
	return strings.Join(was, ", ")
}

// of returns the range with the properties of the words.
func (w words) of(r catalogue.Range) catalogue.Range {
	if w.area != "" {
		r.Area = w.area
	}
	if w.kind != "" {
		r.Type = w.kind
	}
	if w.features != "" {
		r.Features = w.list()
	}
	return r
}

// String returns the words for the sentence of a row; "" for none.
func (w words) String() string {
	var said []string
	if w.area != "" {
		said = append(said, "area "+w.area)
	}
	if w.kind != "" {
		said = append(said, "type "+string(w.kind))
	}
	if w.features != "" {
		said = append(said, "features "+w.features)
	}
	return strings.Join(said, ", ")
}
