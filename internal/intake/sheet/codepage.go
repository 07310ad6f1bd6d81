package sheet

import (
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// codePage decodes a text of one byte a character into UTF-8: bytes below 0x80 are
// ASCII, and the others are the runes of the table, in their order. U+FFFD is a byte
// that the encoding does not have.
//
// golang.org/x/text/encoding/charmap has these tables, too, but adds those of 40 other
// encodings to each function: 88 KB. A test compares ours with them.
type codePage struct {
	transform.NopResetter
	high []rune
}

var (
	windows1252 = codePage{high: []rune("€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ" +
		"\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿" +
		"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ")}
	windows1251 = codePage{high: []rune("ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\ufffd™љ›њќћџ" +
		"\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї" +
		"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя")}
)

// rune returns the character of a byte.
func (c codePage) rune(b byte) rune {
	if b < utf8.RuneSelf {
		return rune(b)
	}
	return c.high[b-utf8.RuneSelf]
}

// Transform implements transform.Transformer.
func (c codePage) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r := c.rune(src[nSrc])
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc++
	}
	return nDst, nSrc, nil
}
