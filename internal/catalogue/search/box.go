package search

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"didpurchase/internal/e164"
	"didpurchase/internal/numberformat"
)

// parseBox reads the search box:
//
//	+44 20      an international number: the number begins with it
//	7777, TAXI  anywhere in the number; letters are those of a keypad
//	020 7123    also anywhere; and, as people write national numbers with a
//	leading 0, the national number of a country with that 0 begins
//	with it
//	0044 20     also anywhere; and the international number begins with it
//	77?77       ? is any digit
//	+44 (0)20   as numberformat reads it: without the zero, as +44 20
//	8 (495) …   a whole number with another trunk prefix than 0: the number
//	+4420*77    with a *, which is any digits or none, it is the whole number,
//	international or, with a leading 0, national
//
// A leading space counts as a plus, because an unescaped plus in a URL becomes
// a space. Separators alone are no condition.
func parseBox(text string) ([]alternative, error) {
	if typed, ok := numberformat.ReadBeginning(text); ok {
		return alternatives(typedGlobs(text, typed))
	}
	if r := numberformat.Read(text, numberformat.Context{}); r.Reason != nil && r.Reason.Code == numberformat.LostDigits {
		return nil, r.Reason
	}
	tokens, plus, err := lex(numberformat.Plain(text), keypad)
	if err != nil || tokens == "" {
		return nil, err
	}
	return alternatives(tokenGlobs(tokens, plus))
}

// tokenGlobs returns the patterns for digits and wildcards.
func tokenGlobs(tokens string, plus bool) (globs []boxGlob) {
	tail := "*" // after a text that is not the whole number
	if strings.Contains(tokens, "*") {
		tail = ""
	}
	switch {
	case plus || tail == "":
		globs = append(globs, boxGlob{tokens + tail, false})
	default:
		globs = append(globs, boxGlob{"*" + tokens + "*", false})
	}
	if rest, ok := strings.CutPrefix(tokens, "0"); ok && !plus && rest != "" {
		globs = append(globs, boxGlob{rest + tail, true})
		if rest, ok = strings.CutPrefix(rest, "0"); ok && rest != "" {
			globs = append(globs, boxGlob{rest + tail, false})
		}
	}
	return globs
}

// typedGlobs returns the patterns for a number or its beginning.
func typedGlobs(text string, typed numberformat.Beginning) (globs []boxGlob) {
	for _, digits := range typed.International {
		globs = append(globs, boxGlob{digits + "*", false})
	}
	if typed.Plus {
		return globs
	}
	if strings.HasPrefix(text, " ") { // a plus that was not escaped
		globs = append(globs, boxGlob{typed.Digits + "*", false})
	} else {
		globs = append(globs, boxGlob{"*" + typed.Digits + "*", false})
	}
	if rest, ok := strings.CutPrefix(typed.Digits, "0"); ok && !strings.HasPrefix(rest, "0") {
		globs = append(globs, boxGlob{rest + "*", true})
	}
	if n, err := numberformat.Read(text, numberformat.Context{Countries: otherTrunks()}).Number(); err == nil &&
		n.Digits() != typed.Digits {
		globs = append(globs, boxGlob{n.Digits(), false})
	}
	return globs
}

// otherTrunks are the countries with another trunk prefix than 0, such as
// Russia's 8; North America's 1 is its calling code.
var otherTrunks = sync.OnceValue(func() (list []numberformat.Country) {
	for _, code := range e164.CallingCodes() {
		if trunk := e164.TrunkPrefix(code); trunk != "" && trunk != "0" && code != 1 {
			list = append(list, numberformat.Country{Calling: code})
		}
	}
	return list
})

type boxGlob struct {
	tokens   string
	national bool
}

func alternatives(globs []boxGlob) (list []alternative, err error) {
	for _, g := range globs {
		if compiled, ok := newGlob(g.tokens); ok {
			list = append(list, alternative{compiled, g.national})
		}
	}
	if list == nil {
		return nil, fmt.Errorf("is longer than %d digits", e164.MaxDigits)
	}
	return list, nil
}

// anchored returns a parser for a filter of digits, ? and *, with the given
// text before and after it.
func anchored(before, after string) func(string) ([]alternative, error) {
	return func(text string) ([]alternative, error) {
		tokens, plus, err := lex(text, nil)
		switch {
		case err != nil:
			return nil, err
		case tokens == "":
			return nil, errors.New("has no digits")
		case plus && before != "":
			return nil, errors.New("has a plus that is not at its start")
		}
		return alternatives([]boxGlob{{before + tokens + after, false}})
	}
}

// lex reduces a text to digits, ? and *. letters, if given, turns other
// characters into digits.
func lex(text string, letters func(rune) rune) (tokens string, plus bool, err error) {
	body := strings.TrimLeft(text, " ")
	plus = letters != nil && body != text
	if rest, ok := strings.CutPrefix(body, "+"); ok {
		body, plus = rest, true
	}
	var b strings.Builder
	for _, r := range body {
		if letters != nil {
			r = letters(r)
		}
		switch {
		case r >= '0' && r <= '9', r == '?':
			b.WriteRune(r)
		case r == '*':
			if !strings.HasSuffix(b.String(), "*") {
				b.WriteRune(r)
			}
		case strings.ContainsRune(" -.()/\u00a0", r):
		default:
			return "", false, fmt.Errorf("has %q, which is not part of a number", r)
		}
	}
	return b.String(), plus, nil
}

// keypad returns the digit of a Latin letter on a keypad (ITU-T E.161).
func keypad(r rune) rune {
	const digitOf = "22233344455566677778889999"
	if lower := unicode.ToLower(r); lower >= 'a' && lower <= 'z' {
		return rune(digitOf[lower-'a'])
	}
	return r
}
