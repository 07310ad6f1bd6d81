package numberformat

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

// Plain replaces characters by those of ASCII with the same meaning.
func Plain(text string) string { return plainly(text) }
