package plan

import (
	"slices"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// offer is the content of a row for its numbers. Texts are valid until the next
// row is read.
type offer struct {
	span e164.Span
	pkg  string
	words
	rental *Rental // of a row that is adopted
}

// maxArea is the largest length of an area's name, in bytes.
const maxArea = 120

// readOffer reads a row. A fault is the first error of the row; the numbers are
// returned as soon as they could be read.
func readOffer(l *sheet.Layout, rec sheet.Record, prices *Packages) (o offer, fault *sheet.Fault) {
	switch {
	case rec.Fault != nil:
		return o, rec.Fault
	case l.IsTitle(rec.Cells):
		return o, sheet.Faultf(CodeNotData, "the row has no number; it is taken for a title")
	}
	refused := accepted(l, rec.Cells)
	span, fault := readSpan(l, rec.Cells)
	if refused != nil {
		if fault == nil {
			o.span = span
		}
		return o, refused
	}
	if fault != nil {
		return o, fault
	}
	if span.Count() > maxSpan {
		return o, sheet.Faultf(CodeTooLarge, "the row, %s, has %d numbers, more than %d in one row", bounds(span),
			span.Count(), uint64(maxSpan))
	}
	o.span = span
	if o.words, fault = readWords(l, rec.Cells); fault != nil {
		return o, fault
	}
	o.pkg, fault = prices.find(l, rec.Cells)
	return o, fault
}

// readWords reads area, type and features.
func readWords(l *sheet.Layout, cells []string) (w words, fault *sheet.Fault) {
	if w.area = l.Cell(cells, sheet.RoleArea); len(w.area) > maxArea {
		return w, sheet.Faultf(CodeBadArea, "the area %q is longer than %d bytes", w.area[:maxArea], maxArea)
	}
	if w.kind, fault = readType(l.Cell(cells, sheet.RoleType)); fault != nil {
		return w, fault
	}
	w.features, fault = readFeatures(l.Cell(cells, sheet.RoleFeatures))
	return w, fault
}

// typeWords are other words for the types of numbers.
var typeWords = map[string]e164.Type{
	"local": e164.Geographic, "landline": e164.Geographic, "fixed": e164.Geographic, "geo": e164.Geographic,
	"cell": e164.Mobile, "cellular": e164.Mobile,
	"freephone": e164.TollFree, "tollfree": e164.TollFree, "free": e164.TollFree, "shared": e164.SharedCost,
	"premium rate": e164.Premium, "national": e164.UAN,
}

func readType(text string) (e164.Type, *sheet.Fault) {
	name := sheet.Normal(text)
	if kind, known := typeWords[name]; known || name == "" {
		return kind, nil
	}
	if kind := e164.Type(strings.ReplaceAll(name, " ", "_")); slices.Contains(e164.Types, kind) {
		return kind, nil
	}
	return "", sheet.Faultf(CodeUnknownType, "the type %q is not one of %v", text, e164.Types)
}

func readFeatures(text string) (string, *sheet.Fault) {
	if text == "" {
		return "", nil
	}
	said := map[string]bool{}
	for _, name := range strings.FieldsFunc(strings.ToLower(text),
		func(r rune) bool { return strings.ContainsRune(" ,;/|+&", r) }) {
		if !slices.Contains(catalogue.Features, name) {
			return "", sheet.Faultf(CodeUnknownFeature, "the feature %q is not one of %v", name, catalogue.Features)
		}
		said[name] = true
	}
	var list []string
	for _, name := range catalogue.Features {
		if said[name] {
			list = append(list, name)
		}
	}
	return strings.Join(list, " "), nil
}
