package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold returns the form in which typed names are compared: without case,
// accents and spelled-out letters, with one blank between words.
//
//	"  ŁÓDŹ " → "lodz"    "Sao  Paulo", "São Paulo" → "sao paulo"
func fold(name string) string {
	if plain(name) {
		return strings.ToLower(name)
	}
	letters := func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}
	decomposed := strings.Map(letters, norm.NFKD.String(strings.ToLower(name)))
	return strings.Join(strings.Fields(undecomposed.Replace(decomposed)), " ")
}

// undecomposed are Latin letters that Unicode does not decompose.
var undecomposed = strings.NewReplacer("ß", "ss", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ",
	"oe", "ı", "i")

// plain reports whether a name is ASCII and fold would change at most its case.
func plain(name string) bool {
	for i := range len(name) {
		if name[i] >= 0x80 || name[i] <= ' ' && (name[i] != ' ' || i == 0 || i == len(name)-1 || name[i+1] == ' ') {
			return false
		}
	}
	return true
}
