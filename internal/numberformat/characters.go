package numberformat

import (
	"strings"
	"unicode"
)

// plainly replaces characters by those of ASCII with the same meaning: digits
// of any script and width, blanks, dashes, dots, brackets, quotes and plus
// signs. It removes invisible characters (zero width, direction, byte order).
func plainly(text string) string {
	if isPlain(text) {
		return text
	}
	return strings.Map(plainRune, text)
}

func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x7f || text[i] < ' ' || text[i] == '`' || text[i] == '[' || text[i] == ']' {
			return false
		}
	}
	return true
}

func plainRune(r rune) rune {
	if ascii, ok := asciiOf[r]; ok {
		return ascii
	}
	switch {
	case r < 0x7f && r >= ' ':
		return r
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), r == '\u034f':
		return -1
	case unicode.IsSpace(r), r == '\u2800', r == '\u3164':
		return ' '
	case unicode.Is(unicode.Nd, r):
		return '0' + digitValue(r)
	case unicode.Is(unicode.Pd, r):
		return '-'
	}
	return r
}

// asciiOf maps characters that have the meaning of an ASCII character in
// another Unicode category.
var asciiOf = func() map[rune]rune {
	m := map[rune]rune{}
	for ascii, others := range map[rune]string{
		'-': "−ー", '.': "·•․‧∙⋅。．", '+': "＋﹢⁺₊", '(': "（［【〔[", ')': "）］】〕]", '/': "／⁄∕",
		',': "，、٫", ';': "；", ':': "：", '=': "＝﹦", '\'': "＇’‘‛`´٬", '"': "＂“”„«»", '#': "＃", '*': "＊", '?': "？",
	} {
		for _, r := range others {
			m[r] = ascii
		}
	}
	return m
}()

// digitValue returns the value of a decimal digit of any script. Unicode has
// them in runs of ten, from 0 to 9.
func digitValue(r rune) rune {
	for _, run := range unicode.Nd.R16 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10
		}
	}
	for _, run := range unicode.Nd.R32 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10
		}
	}
	panic("numberformat: not a decimal digit")
}
