package numberformat

import "strings"

// Beginning is the known part of a number that a person is still typing.
type Beginning struct {
	Digits        string   // as written
	Plus          bool     // a plus begins them
	International []string // the possible first digits, if the number is written with a plus, 00 or 011
}

// minTyped is the least number of digits before an end that may be a
// spreadsheet's decimals or a URI's parameters.
const minTyped = 7

// ReadBeginning reads a text that may be only the beginning of a number. ok is
// false if it contains other characters, such as wildcards, or few digits.
func ReadBeginning(text string) (b Beginning, ok bool) {
	forms, reason := clean(text)
	if reason != nil {
		return Beginning{}, false
	}
	w := forms[len(forms)-1]
	if !w.plus && len(w.digits) < minTyped {
		return Beginning{}, false
	}
	b = Beginning{Digits: w.digits, Plus: w.plus}
	for _, found := range (Context{}).candidates(w, false) {
		if found.notation == International && (found.digits != w.digits || w.plus) {
			b.International = append(b.International, found.digits)
		}
	}
	return b, true
}

// ReadDigits reads digits that numbers of a list are searched by: the beginning of
// a number, or digits from within. Of a number that is written with a plus, 00 or
// 011, it returns the digits after these; zero reports that the text begins with a
// single 0, as national numbers do. Errors: *Reason.
//
//	+44 (0)20 7946  →  44207946
//	0044 20         →  4420
//	020 7946        →  0207946, zero
func ReadDigits(text string) (digits string, zero bool, err error) {
	forms, reason := clean(text)
	if reason != nil {
		return "", false, reason
	}
	w := forms[len(forms)-1]
	for _, found := range (Context{}).candidates(w, false) {
		if found.notation == International && found.digits != w.digits {
			return found.digits, false, nil
		}
	}
	return w.digits, !w.plus && strings.HasPrefix(w.digits, "0"), nil
}

// Plain replaces characters by those of ASCII with the same meaning.
func Plain(text string) string { return plainly(text) }
