package e164

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"didpurchase/internal/wanttest"
)

func TestNumberingTable(t *testing.T) {
	for _, want := range []struct {
		number  Number
		display string
		country string
		kind    Type
		area    string
	}{
		{442071234567, "+44 20 7123 4567", "GB", Geographic, "London"},
		{441481256789, "+44 1481 256789", "GG", Geographic, "Guernsey"},
		{447911123456, "+44 7911 123456", "GG", Mobile, ""},
		{443000012345, "+44 300 001 2345", "GB", UAN, ""},
		{33145678901, "+33 1 45 67 89 01", "FR", Geographic, ""},
		{12012001234, "+1 201-200-1234", "US", Geographic, "Jersey City, NJ"},
		{14162345678, "+1 416-234-5678", "CA", Geographic, "Etobicoke, ON"},
		{18005551234, "+1 800-555-1234", "US", TollFree, ""},
		{12425551234, "+1 242-555-1234", "BS", Unknown, ""},
		{4930123456, "+49 30 123456", "DE", Geographic, "Berlin"},
		{493012345678, "+49 30 12345678", "DE", Geographic, "Berlin"},
		{5511961234567, "+55 11 96123-4567", "BR", Mobile, "São Paulo"},
		{551120781234, "+55 11 2078-1234", "BR", Geographic, "Barueri - SP"},
		{77273123456, "+7 727 312 3456", "KZ", Geographic, "Almaty"},
		{74951234567, "+7 495 123-45-67", "RU", Geographic, "Moscow"},
		{390612345678, "+39 06 1234 5678", "IT", Geographic, "Rome"},
		{80012345678, "+800 1234 5678", "", TollFree, ""},
		{99912345678, "+99912345678", "", Unknown, ""},
	} {
		t.Run(want.number.String(), func(t *testing.T) {
			n := want.number
			got := fmt.Sprintf("%q %q %q %q", Display(n), Country(n), KindOf(n), Area(n))
			if want := fmt.Sprintf("%q %q %q %q", want.display, want.country, want.kind, want.area); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestValid(t *testing.T) {
	for number, valid := range map[Number]bool{
		442071234567:     true,
		448001111:        true, // GB has numbers of 7, 9 and 10 digits
		44207123456:      true,
		4420712345678:    false,
		33145678901:      true,
		333000:           false, // a short code
		33118000:         false,
		3370000000000000: false, // over 15 digits
		12012001234:      true,
		1201200123:       false,
		49301234:         true,
		4930123456789:    true,
		99912345678:      false, // no such country
		210123456:        false,
	} {
		err := Valid(number)
		if (err == nil) != valid {
			t.Errorf("Valid(%d) = %v, want valid: %t", number, err, valid)
		}
		if err != nil && (!errors.Is(err, ErrNotE164) || !strings.Contains(err.Error(), number.String())) {
			t.Errorf("Valid(%d) = %v: must wrap ErrNotE164 and name the number", number, err)
		}
	}
}

func TestNational(t *testing.T) {
	for _, c := range []struct {
		code, national, trunk string
		want                  Number
		err                   error
	}{
		{"44", "3000 00 1234", "", 443000001234, nil},
		{"44", "020 7123 4567", "", 442071234567, nil},
		{"+33", "0105600000", "0", 33105600000, nil},
		{"33", "0105600000", "", 33105600000, nil},
		{"7", "8005553535", "", 78005553535, nil},  // the 8 is part of the number
		{"7", "88005553535", "", 78005553535, nil}, // dialled with it
		{"1", "12012001234", "", 12012001234, nil},
		{"39", "0612345678", "", 390612345678, nil}, // Italy keeps its 0
		{"39", "0612345678", "0", 39612345678, nil},
		{"999", "12345678", "", 0, ErrNotE164},
		{"GB", "12345678", "", 0, ErrNotE164},
		{"44", "20 71x", "", 0, ErrSyntax},
		{"44", "", "", 0, ErrSyntax},
		{"44", "20712345671234567", "", 0, ErrSyntax},
	} {
		got, err := National(c.code, c.national, c.trunk)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("National(%q, %q, %q) = %v, %v; want %v, %v", c.code, c.national, c.trunk, got, err, c.want, c.err)
		}
	}
}

// numbers draws numbers of real calling codes and lengths; half of them begin
// as the library's examples do, so that most of its formats come up.
func numbers(t *rapid.T) Number {
	calling := rapid.SampledFrom(CallingCodes()).Draw(t, "calling code")
	length := rapid.SampledFrom(NationalLengths(calling)).Draw(t, "length")
	digits := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), length, length, -1).Draw(t, "national")
	if rapid.Bool().Draw(t, "like an example") {
		region := rapid.SampledFrom(phonenumbers.GetRegionCodesForCountryCode(calling)).Draw(t, "region")
		kind := rapid.IntRange(0, 10).Draw(t, "type")
		if example := phonenumbers.GetExampleNumberForType(region, phonenumbers.PhoneNumberType(kind)); example != nil {
			head := phonenumbers.GetNationalSignificantNumber(example)
			digits = (head[:min(len(head), 6, length)] + digits)[:length]
		}
	}
	n, err := Parse(strconv.Itoa(calling) + digits)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func libraryNumber(n Number) *phonenumbers.PhoneNumber {
	code, national := plan().find(n)
	value, _ := strconv.ParseUint(national, 10, 64)
	number := &phonenumbers.PhoneNumber{CountryCode: proto.Int32(int32(code.code)), NationalNumber: &value}
	if zeros := len(national) - len(strings.TrimLeft(national, "0")); zeros > 0 {
		number.ItalianLeadingZero, number.NumberOfLeadingZeros = proto.Bool(true),
			proto.Int32(int32(min(zeros, len(national)-1)))
	}
	return number
}

func TestTableSaysWhatTheLibrarySays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := numbers(t)
		number := libraryNumber(n)
		display := Display(n)
		if digits := strings.Map(keepOnlyDigits, display); digits != n.Digits() {
			t.Fatalf("Display(%s) = %q loses digits", n, display)
		}
		// Some of the library's formats drop digits of numbers that can't exist.
		want := phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
		if strings.Map(keepOnlyDigits, want) == n.Digits() && display != want {
			t.Fatalf("Display(%s) = %q, the library's is %q", n, display, want)
		}
		region := phonenumbers.GetRegionCodeForNumber(number)
		if len(region) == 2 && Country(n) != region {
			t.Fatalf("Country(%s) = %q, the library's is %q", n, Country(n), region)
		}
		if (phonenumbers.GetNumberType(number) == phonenumbers.MOBILE) != (KindOf(n) == Mobile) {
			t.Fatalf("KindOf(%s) = %q, the library's is %d", n, KindOf(n), phonenumbers.GetNumberType(number))
		}
		if err := Valid(n); err != nil {
			t.Fatal(err)
		}
	})
}

func keepOnlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func TestBorders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := numbers(t)
		width := pow10(rapid.IntRange(0, 7).Draw(t, "digits of the width"))
		span := Span{start, start + Number(rapid.Uint64Range(0, uint64(width)).Draw(t, "width"))}
		next := span.Start
		var last traits
		for i, piece := range Borders(span) {
			if piece.Start != next || piece.End < piece.Start {
				t.Fatalf("%v: piece %v does not begin at %v", span, piece, next)
			}
			want := traitsOf(piece.Start)
			if i > 0 && want == last {
				t.Fatalf("%v: %v could go on", span, piece)
			}
			for range 20 {
				n := Number(rapid.Uint64Range(uint64(piece.Start), uint64(piece.End)).Draw(t, "inside"))
				if got := traitsOf(n); got != want {
					t.Fatalf("%v: %v is %v, %v is %v", piece, piece.Start, want, n, got)
				}
			}
			last, next = want, piece.End+1
		}
		if next != span.End+1 {
			t.Fatalf("%v: pieces end before %v", span, next)
		}
	})
}

func traitsOf(n Number) traits {
	return traits{n.Partition(), Country(n), Area(n), KindOf(n)}
}

func TestBordersOfLondon(t *testing.T) {
	got := fmt.Sprint(Borders(Span{441999999998, 442000000003}))
	if want := "[{+441999999998 +441999999999} {+442000000000 +442000000003}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func BenchmarkDisplay(b *testing.B) {
	for b.Loop() {
		Display(442071234567)
	}
}

func BenchmarkDecodePlan(b *testing.B) {
	for b.Loop() {
		decodePlan(newTableReader(planFile))
	}
}

func BenchmarkDecodeAreas(b *testing.B) {
	for b.Loop() {
		decodeAreas(newTableReader(areasFile))
	}
}

// TestBlocksLieInOnePartition: whatever their length, all numbers of a block
// are read together.
func TestBlocksLieInOnePartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(MinDigits, MaxDigits).Draw(t, "length")
		n := Number(rapid.Uint64Range(uint64(pow10(length-1)), uint64(pow10(length))-1).Draw(t, "n"))
		p := n.Partition()
		least, most := p.Lengths()
		wanttest.Equal(t, "partition of the number", p, n.Block().Partition())
		wanttest.True(t, "the number begins with its partition's digits", strings.HasPrefix(n.Digits(), p.Digits()))
		wanttest.True(t, "the number is not shorter than its partition allows", length >= least)
		wanttest.True(t, "the number is not longer than its partition allows", length <= most)
		if length >= 8 && p.Digits() != n.Digits()[:4] {
			t.Fatalf("%v is in partition %d, not in that of its first four digits", n, p)
		}
	})
}
