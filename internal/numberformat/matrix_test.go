package numberformat

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"didpurchase/internal/e164"
)

// example is a number of the plan in the forms that the notations need.
type example struct {
	country            Country
	number             e164.Number
	code, national     string // digits
	display, dialled   string // as the plan's country writes it abroad and at home
	rfc3966, trunkZero string
	homely             bool // the plan's library reads its own dialled to the number
}

func examples(t *testing.T) (list []example) {
	t.Helper()
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			if n := phonenumbers.GetExampleNumberForType(region, kind); n != nil {
				list = append(list, exampleOf(t, region, n))
			}
		}
	}
	if len(list) < 1000 {
		t.Fatalf("the plan has %d examples, want more than 1000", len(list))
	}
	return list
}

func exampleOf(t *testing.T, region string, n *phonenumbers.PhoneNumber) example {
	e := example{
		country: country(t, region), code: strconv.Itoa(int(n.GetCountryCode())),
		national: phonenumbers.GetNationalSignificantNumber(n),
		display:  phonenumbers.Format(n, phonenumbers.INTERNATIONAL), dialled: phonenumbers.Format(n, phonenumbers.NATIONAL),
		rfc3966: phonenumbers.Format(n, phonenumbers.RFC3966),
	}
	back, err := phonenumbers.Parse(e.dialled, region)
	e.homely = err == nil && phonenumbers.GetNationalSignificantNumber(back) == e.national
	value, err := strconv.ParseUint(e.code+e.national, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	e.number = e164.Number(value)
	e.trunkZero = "+" + e.code + " (0)" + strings.TrimPrefix(e.national, "0")
	return e
}

// writing is a way to write a number: its digits, and the signs around them.
type writing struct {
	name          string
	before, after string
	body          func(example) string
	home          bool // it needs the country
	lossy         bool // leading zeros are gone, as a spreadsheet leaves them
}

func digitsOf(e example) string { return e.code + e.national }

var writings = []writing{
	{"E.164", "+", "", digitsOf, false, false},
	{"international", "", "", func(e example) string { return e.display }, false, false},
	{"with 00", "00 ", "", func(e example) string { return e.display[1:] }, false, false},
	{"with 011", "011 ", "", func(e example) string { return e.display[1:] }, false, false},
	{"without plus", "", "", digitsOf, false, false},
	{"(0)", "", "", func(e example) string { return e.trunkZero }, false, false},
	{"RFC 3966", "tel:", "", func(e example) string { return strings.TrimPrefix(e.rfc3966, "tel:") }, false, false},
	{"decimals", "", ".0", digitsOf, false, false},
	{"text formula", `="+`, `"`, digitsOf, false, false},
	{"dots", "+", "", func(e example) string { return e.code + "." + grouped(e.national, ".") }, false, false},
	{"no-break blanks", "\u202a+", "\u202c",
		func(e example) string { return e.code + "\u00a0" + grouped(e.national, "\u2011") }, false, false},
	{"full width", "＋", "", func(e example) string { return fullWidth(digitsOf(e)) }, false, false},
	{"national", "", "", func(e example) string { return e.dialled }, true, false},
	{"national digits", "", "", func(e example) string { return strings.TrimLeft(e.national, "0") }, true, true},
	{"national decimals", "", ".00", func(e example) string { return strings.TrimLeft(e.national, "0") }, true, true},
}

// grouped parts digits into groups of three, the last of up to five.
func grouped(digits, between string) string {
	var groups []string
	for len(digits) > 5 {
		groups, digits = append(groups, digits[:3]), digits[3:]
	}
	return strings.Join(append(groups, digits), between)
}

func fullWidth(digits string) string {
	return strings.Map(func(r rune) rune { return r - '0' + '０' }, digits)
}

// isDigit reports whether a rune is a digit in the writings.
func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// cut takes the last n digits off a text, and what follows them.
func cut(text string, n int) string {
	runes := []rune(text)
	for ; n > 0; n-- {
		for !isDigit(runes[len(runes)-1]) {
			runes = runes[:len(runes)-1]
		}
		runes = runes[:len(runes)-1]
	}
	return string(runes)
}

// ending gives a text another last digit.
func ending(text string, digit rune) string {
	runes := []rune(text)
	last := len(runes) - 1
	for !isDigit(runes[last]) {
		last--
	}
	if runes[last] >= '０' {
		digit += '０' - '0'
	}
	runes[last] = digit
	return string(runes)
}

// The subjects of the matrix: a number, the ten numbers around it as a span,
// and the hundred around it as a prefix.
var subjects = []struct {
	name string
	want func(e example) e164.Span
	read func(w writing, e example, c Context) Result
}{
	{"number", func(e example) e164.Span { return e164.Span{Start: e.number, End: e.number} },
		func(w writing, e example, c Context) Result { return Read(w.before+w.body(e)+w.after, c) }},
	{"span", func(e example) e164.Span { return around(e.number, 10) },
		func(w writing, e example, c Context) Result {
			body := w.body(e)
			return ReadSpan(w.before+ending(body, '0')+w.after, w.before+ending(body, '9')+w.after, c)
		}},
	{"prefix", func(e example) e164.Span { return around(e.number, 100) },
		func(w writing, e example, c Context) Result {
			return ReadPrefix(w.before+cut(w.body(e), 2)+w.after, len(e.national), 0, c)
		}},
}

func around(n, size e164.Number) e164.Span {
	return e164.Span{Start: n / size * size, End: n/size*size + size - 1}
}

// isLiteral reports whether the digits that are left are another number's own:
// Gabon has 06031234 and 6031234.
func isLiteral(r Result, e example, left string) bool {
	return left != e.national && strings.HasPrefix(r.Readings[0].Number().Digits(), e.code+left[:len(left)-2])
}

// Every country of the plan, in each writing, as each subject, without and with
// its country: right or refused, and never another number.
func TestMatrix(t *testing.T) {
	t.Parallel()
	all := examples(t)
	for _, subject := range subjects {
		for _, w := range writings {
			right, literal, refused := 0, 0, map[Code]int{}
			for _, e := range all {
				contexts := []Context{{Countries: []Country{e.country}}, {Countries: []Country{e.country}, Only: true}}
				if !w.home {
					contexts = append(contexts, Context{})
				}
				if w.home && !e.homely {
					continue
				}
				for _, c := range contexts {
					r := subject.read(w, e, c)
					switch {
					case r.Reason != nil:
						refused[r.Reason.Code]++
					case r.Readings[0].Span == subject.want(e):
						right++
					case w.lossy && isLiteral(r, e, w.body(e)):
						literal++
					default:
						t.Errorf("%q: %s %s of %s in %v is read as %s, want %s", w.body(e), w.name, subject.name, e.number, c.Countries,
							nameOf(r.Readings[0].Span), nameOf(subject.want(e)))
					}
				}
			}
			t.Logf("%-6s %-17s right %5d, refused %v, lost zeros make another number %d", subject.name, w.name,
				right, refused, literal)
			if right == 0 {
				t.Errorf("%s %s: no example is read", w.name, subject.name)
			}
		}
	}
}

// A displayed number is read back, with any expected country.
func TestDisplayIsReadBack(t *testing.T) {
	t.Parallel()
	contexts := []Context{{}, in(t, "GB"), in(t, "US"), in(t, "IT"), in(t, "RU"),
		{Notation: National, Countries: in(t, "DE").Countries}}
	for _, e := range examples(t) {
		for digit := range e164.Number(3) {
			n := e.number/10*10 + digit
			if !e164.InPlan(n) {
				continue
			}
			for _, c := range contexts {
				if got, err := Read(e164.Display(n), c).Number(); err != nil || got != n {
					t.Errorf("%q with %v is read as %s, %v; want %s", e164.Display(n), c, got, err, n)
				}
			}
		}
	}
}

// Fuzz: nothing panics, and a read number is printed and read again to the
// same.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"+44 (0)20 7946 0120", "020 7946 0120", `="442079467260"`, "tel:20-7946-0120;phone-context=+44", "49301234500.00",
		"442,079,467,403.0",
		"00 39 06 1234 5678", "011 44 20 7946 0120", "8 (495) 123-45-67", "＋４４", "4.42079E+11", "+1 212-555-0100 x12", "1-2",
		"tel:%", "(((", "212.555.0000",
	} {
		f.Add(text, "020 7946 0199", "GB IT US", uint8(0))
	}
	f.Add("1000000", "00000", "GA", uint8(2)) // national, its 0 is lost
	notations := []Notation{Auto, International, National}
	f.Fuzz(func(t *testing.T, text, last, countries string, how uint8) {
		c := Context{Notation: notations[int(how)%len(notations)], Only: how >= 128}
		for _, text := range strings.Fields(countries) {
			if found, ok := CountryOf(text); ok && len(c.Countries) < 5 {
				c.Countries = append(c.Countries, found)
			}
		}
		for name, r := range map[string]Result{
			"Read": Read(text, c), "ReadSpan": ReadSpan(text, last, c), "ReadRange": ReadRange(text, c),
			"ReadRun":    ReadRun(text, uint64(how), c),
			"ReadPrefix": ReadPrefix(text, int(how)%16, uint64(how), c), "ReadNPANXX": ReadNPANXX(text, last, c),
			"ReadEither": ReadEither(text, c),
		} {
			again(t, name, r, c)
		}
	})
}

// again checks a result's form, and that its ends are read again to the same.
func again(t *testing.T, name string, r Result, c Context) {
	if (len(r.Readings) == 1) == (r.Reason != nil) {
		t.Fatalf("%s: %d readings and reason %v", name, len(r.Readings), r.Reason)
	}
	if r.Reason != nil {
		if r.Reason.Detail == "" || r.Reason.Code == "" {
			t.Errorf("%s: the reason %+v is empty", name, r.Reason)
		}
		return
	}
	s := r.Readings[0].Span
	if s.End < s.Start || s.Start.Len() != s.End.Len() {
		t.Fatalf("%s: the span %s", name, nameOf(s))
	}
	for _, n := range slices.Compact([]e164.Number{s.Start, s.End}) {
		if name == "ReadPrefix" || name == "ReadNPANXX" || name == "ReadRun" && n == s.End {
			continue // the plan knows a number in the span, maybe not its ends
		}
		for _, printed := range []string{n.String(), e164.Display(n)} {
			if got, err := Read(printed, c).Number(); err != nil || got != n {
				t.Errorf("%s: %s is printed as %q and read again as %s, %v", name, n, printed, got, err)
			}
		}
	}
}
