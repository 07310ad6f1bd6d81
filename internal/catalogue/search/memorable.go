package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// Memorable is the reason why a number is easy to remember, by its last four
// digits.
type Memorable string

// The reasons, the most striking first. A number has the first that applies.
const (
	Repeat     Memorable = "repeat"     // 7777
	Ladder     Memorable = "ladder"     // 1234, 4321, 7890
	Round      Memorable = "round"      // 5000
	Pairs      Memorable = "pairs"      // 1212, 1122
	Palindrome Memorable = "palindrome" // 1221
)

// Memorables are all reasons, the most striking first.
var Memorables = []Memorable{Repeat, Ladder, Round, Pairs, Palindrome}

// anyMemorable is the filter's word for all of them.
const anyMemorable = "any"

// MemorableOf returns the reason of a number, "" if it has none.
func MemorableOf(n e164.Number) Memorable {
	ending := int(n.Suffix())
	return reasonOf(ending/1000, ending/100%10, ending/10%10, ending%10)
}

func reasonOf(a, b, c, d int) Memorable {
	switch {
	case a == b && b == c && c == d:
		return Repeat
	case steps(a, b, c, d) || steps(d, c, b, a):
		return Ladder
	case b == 0 && c == 0 && d == 0:
		return Round
	case a == c && b == d || a == b && c == d:
		return Pairs
	case a == d && b == c:
		return Palindrome
	}
	return ""
}

// steps reports whether each digit is one more than the one before it; the last
// may be 0 after 9, as on a keypad: 0123, 7890.
func steps(a, b, c, d int) bool {
	return b == a+1 && c == b+1 && d == (c+1)%10
}

// readMemorable reads the filter: reasons with commas between them, or any.
func (q *Query) readMemorable(f Filters) *FieldError {
	if f.Memorable == "" {
		return nil
	}
	wanted := Memorables
	if f.Memorable != anyMemorable {
		wanted = nil
		for text := range strings.SplitSeq(f.Memorable, ",") {
			reason := Memorable(strings.ToLower(strings.TrimSpace(text)))
			switch {
			case !slices.Contains(Memorables, reason):
				return &FieldError{"memorable", fmt.Sprintf("%q is none of any, repeat, ladder, round, pairs, palindrome", text)}
			case slices.Contains(wanted, reason):
				return &FieldError{"memorable", fmt.Sprintf("%q is there twice; name each once", text)}
			}
			wanted = append(wanted, reason)
		}
	}
	q.reasons, q.endings = wanted, newEndings(endingsOf(wanted))
	return nil
}

// endingsOf returns the endings with one of the reasons.
func endingsOf(wanted []Memorable) (list []string) {
	for ending := range e164.Number(e164.BlockSize) {
		if slices.Contains(wanted, MemorableOf(ending)) {
			list = append(list, strconv.Itoa(int(ending) + e164.BlockSize)[1:])
		}
	}
	return list
}
