package numberformat

// Beginning is what is known of a number that a person is still typing.
type Beginning struct {
	Digits        string   // as written
	Plus          bool     // a plus begins them
	International []string // what the number begins with, if it is written with a plus, 00 or 011
}

// minTyped is how many digits a text has before its end can be a spreadsheet's
// decimals or a URI's parameters.
const minTyped = 7

// ReadBeginning reads a text that may be only the beginning of a number. ok is
// false for one that has something else, such as wildcards, or few digits.
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

// Plain writes a text with the characters of ASCII where they mean the same.
func Plain(text string) string { return plainly(text) }
