package desk

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"didpurchase/internal/validate"
)

// maxReference is the longest reference in characters, both as written and as
// compared.
const maxReference = 128

// SameReference returns the form in which references are compared, so that a
// payment is not entered twice because it was typed differently: compatibility
// forms (NFKC) are equal, as are capital and small letters, and runs of blanks;
// blanks at the ends and invisible characters don't count.
//
// For example, " Ｒｅ-17\u00a0 A" and "re-17 a" are the same reference.
func SameReference(reference string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, reference)
	folded := norm.NFKC.String(strings.Map(foldCase, spelled.Replace(norm.NFKC.String(seen))))
	return strings.Join(strings.Fields(folded), " ")
}

// spelled are letters with a capital form of two letters.
var spelled = strings.NewReplacer("ß", "ss", "ẞ", "ss")

// foldCase returns one letter for all letters that differ only in case.
func foldCase(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return unicode.ToLower(least)
}

func isReference(reference string) bool {
	return validate.Text(reference, 1, maxReference) && validate.Text(SameReference(reference), 1, maxReference)
}
