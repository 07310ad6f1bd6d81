package numberformat

import "strings"

// maxShort is the largest number of digits of a shortened end that does not
// replace whole groups of the start.
const maxShort = 4

// shortened judges spans whose end has only the last digits of a number: the
// digits of the last groups of the start, or a few digits of the last group:
//
//	020 7946 0000 and 0099, 99 or 7946 0099, but not 460099
//	030 1234 0 and 99: an extension of another length, which is not read
func (c Context) shortened(first string, starts, ends []written) (list []judged) {
	for _, start := range starts {
		for _, end := range ends {
			n, all := len(end.digits), len(start.digits)
			if end.plus || len(end.brackets) > 0 || n >= all || !fitsGroups(first, n) {
				continue
			}
			full := written{plus: start.plus, digits: start.digits[:all-n] + end.digits, brackets: start.brackets}
			list = append(list, c.pairs([]written{start}, []written{full})...)
		}
	}
	return list
}

// fitsGroups reports whether n digits are the last groups of a text, or a few
// digits of the last one.
func fitsGroups(text string, n int) bool {
	groups := strings.FieldsFunc(plainly(text), func(r rune) bool { return r < '0' || r > '9' })
	sum := 0
	for i := len(groups) - 1; i >= 0; i-- {
		if i == len(groups)-1 && n <= min(maxShort, len(groups[i])) {
			return true
		}
		if sum += len(groups[i]); sum == n {
			return true
		}
	}
	return false
}
