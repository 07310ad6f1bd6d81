package catalogue

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold is the form in which names are compared that people type: without case,
// accents and spelled-out letters, words separated by one blank.
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

// undecomposed are Latin letters that Unicode does not take apart.
var undecomposed = strings.NewReplacer("ß", "ss", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i")

// plain reports whether a name has only ASCII and nothing for fold to do but
// case.
func plain(name string) bool {
	for i := range len(name) {
		if name[i] >= 0x80 || name[i] <= ' ' && (name[i] != ' ' || i == 0 || i == len(name)-1 || name[i+1] == ' ') {
			return false
		}
	}
	return true
}
