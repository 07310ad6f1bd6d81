package plan

import (
	"regexp"
	"strconv"
	"strings"
)

// maxSize is larger than any span of E.164 numbers.
const maxSize = 1e14

// counts are the forms of a whole number: 10000, 10,000, 10.000, 10 000, 10'000,
// each also with decimals that are zero, as spreadsheets add them. Three digits
// after one separator are a group, because a count has no thousandths.
var counts = regexp.MustCompile(`^(?:(\d+)|(\d{1,3}(?:,\d{3})+)|(\d{1,3}(?:\.\d{3})+)|(\d{1,3}(?: ` +
	`\d{3})+)|(\d{1,3}(?:'\d{3})+))(?:[.,](?:0|00|0000+))?$`)

// thousand is a count of thousands: 10k.
var thousand = regexp.MustCompile(`^(\d{1,6})\s?[kK]$`)

// numbersAfter is a count with its word: 100 numbers.
var numbersAfter = regexp.MustCompile(`(?i)^\s*([0-9][0-9.,' ` +
	`\x{a0}\x{202f}\x{2019}]*?)\s+(?:numbers|dids|ddis|tns|nos|nummern|rufnummern|numéros|numeros|números|номеров)\.?\s*$`)

// readCount reads a count of numbers.
func readCount(text string) (uint64, bool) {
	if end := strings.TrimRight(text, "0123456789"); len(end) == len(text) {
		text = numbersAfter.ReplaceAllString(text, "$1")
	}
	plain := strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u202f', '\u2009':
			return ' '
		case '’', '\u02bc':
			return '\''
		}
		return r
	}, strings.TrimSpace(text))
	plain = thousand.ReplaceAllString(plain, "${1}000")
	if !counts.MatchString(plain) {
		return 0, false
	}
	whole := counts.FindStringSubmatch(plain)
	var digits string
	for _, group := range whole[1:] {
		digits += strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, group)
	}
	size, err := strconv.ParseUint(digits, 10, 64)
	return size, err == nil && size >= 1 && size <= maxSize
}
