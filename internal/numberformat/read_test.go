package numberformat

import (
	"fmt"
	"strings"
	"testing"
)

func country(t *testing.T, text string) Country {
	t.Helper()
	found, ok := CountryOf(text)
	if !ok {
		t.Fatalf("CountryOf(%q) is not known", text)
	}
	return found
}

// in is a context of the countries in a text such as "GB DE".
func in(t *testing.T, countries string) (c Context) {
	t.Helper()
	for _, text := range strings.Fields(countries) {
		c.Countries = append(c.Countries, country(t, text))
	}
	return c
}

// said is a result in one line: its reading, or its code.
func said(r Result) string {
	if r.Reason != nil {
		return string(r.Reason.Code)
	}
	return fmt.Sprintf("%s %s", nameOf(r.Readings[0].Span), r.Readings[0].Notation)
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ countries, text, want string }{
		{"", "+44 20 7946 0120", "+442079460120 international"},
		{"", "442079460120", "+442079460120 international"},
		{"", "0044 20 7946 0120", "+442079460120 international"},
		{"", "011 44 20 7946 0120", "+442079460120 international"},
		{"", "+44 (0)20 7946 0120", "+442079460120 international"},
		{"", "0044(0)20 7946 0120", "+442079460120 international"},
		{"", "+44 020 7946 0120", "+442079460120 international"},
		{"", "(+44) (0)20 7946 0120", "+442079460120 international"},
		{"", "+39 (0)6 1234 5678", "+390612345678 international"},
		{"", "+39 06 1234 5678", "+390612345678 international"},
		{"", "+7 (8) 495 123-45-67", "+74951234567 international"},
		{"", "020 7946 0120", "needs_country"},
		{"GB", "020 7946 0120", "+442079460120 national"},
		{"GB", "(020) 7946-0120", "+442079460120 national"},
		{"GB", "20 7946 0120", "+442079460120 national"},
		{"GB", "442079461000", "+442079461000 international"},
		{"IT", "390612345678", "+390612345678 international"},
		{"IT", "0612345678", "+390612345678 national"},
		{"IT", "612345678", "not_in_plan"},
		{"IT", "+39 6 12345684", "not_in_plan"}, // which lost its 0
		{"", "0039 6 12345684", "not_in_plan"},
		{"IT", "+39 347 1234569", "+393471234569 international"},
		{"CI", "+225 0700000004", "+2250700000004 international"},
		{"DE", "00493012345678", "+493012345678 international"},
		{"DE", "030 12345679", "+493012345679 national"},
		{"DE", "030/12345679", "+493012345679 national"},
		{"RU", "8 (495) 123-45-67", "+74951234567 national"},
		{"HU", "06 1 234 5678", "+3612345678 national"},
		{"AR", "011 15-2345-6789", "+5491123456789 national"},
		{"BR", "0 15 11 2345-6789", "+551123456789 national"},
		{"BR", "(11) 96123-4567", "+5511961234567 national"},
		{"MX", "55 1234 5678", "+525512345678 national"},
		{"MX", "044 55 1234 5678", "wrong_length"},
		{"GG", "256789", "+441481256789 national"},
		{"KZ", "8 (727) 312-34-56", "+77273123456 national"},
		{"VA", "06 698 12345", "+390669812345 national"},
		{"US", "212.555.0100", "+12125550100 national"},
		{"US", "1-212-555-0100", "+12125550100 international"},
		{"US", "479 254 1234", "+14792541234 national"},
		{"", "212-555-0100", "wrong_length"},
		{"", "442079462003.0", "+442079462003 international"},
		{"", "49301234500.00", "+49301234500 international"},
		{"", "442.079.467.403", "+442079467403 international"},
		{"", "442,079,467,403.00", "+442079467403 international"},
		{"", "4.42079E+11", "lost_digits"},
		{"", `="442079467260"`, "+442079467260 international"},
		{"", `="+442079467260"`, "+442079467260 international"},
		{"", "'+442079467401", "+442079467401 international"},
		{"", "\u202a+442079467240\u202c", "+442079467240 international"},
		{"", "+44‑20‑7946‑7242", "+442079467242 international"},
		{"", "＋４４ ２０ ７９４６ ７２４２", "+442079467242 international"},
		{"", "tel:+44-20-7946-0120", "+442079460120 international"},
		{"", "tel:+44-20-7946-0120;npdi", "+442079460120 international"},
		{"", "tel:20-7946-0120;phone-context=+44", "+442079460120 international"},
		{"", "tel:7042;phone-context=example.com", "needs_country"},
		{"", "tel:+44-20-7946-0120;ext=12", "has_extension"},
		{"", "+44 20 7946 0120 x12", "has_extension"},
		{"", "+0442071234567", "unknown_calling"},
		{"", "", "empty"},
		{"", "call me", "not_a_number"},
		{"", "+49 30 1234567/8", "not_a_number"},
		{"", "+442079460120, +442079460121", "not_a_number"},
	} {
		t.Run(c.countries+" "+c.text, func(t *testing.T) {
			if got := said(Read(c.text, in(t, c.countries))); got != c.want {
				t.Errorf("Read = %s, want %s", got, c.want)
			}
		})
	}
}

// A number that is ambiguous is refused by a sentence with every reading.
func TestAmbiguousNumbersNameTheirReadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ countries, text, want string }{
		{"GB US", "2079460120", "national +442079460120 or national +12079460120"},
		{"DE", "4951265524533", "international +4951265524533 or national +494951265524533"},
		{"IT", "390640575", "international +390640575 or national +39390640575"},
		{"", "44 800 1111.000", "international +448001111 or international +448001111000"},
	} {
		r := Read(c.text, in(t, c.countries))
		want := fmt.Sprintf("%q has 2 meanings: %s; write it with a plus and its country code", c.text, c.want)
		if r.Reason == nil || r.Reason.Code != Ambiguous || r.Reason.Detail != want {
			t.Errorf("%q of %q: %v, want %s", c.text, c.countries, r.Reason, want)
		}
		if len(r.Readings) != 2 {
			t.Errorf("%q of %q: readings %v, want 2", c.text, c.countries, r.Readings)
		}
	}
}

// A 0 that begins national numbers is missing: a spreadsheet took it. A notation
// that is declared doesn't make a number of the rest.
func TestLostZerosAreRefused(t *testing.T) {
	t.Parallel()
	for iso, texts := range map[string][]string{"IT": {"612345685", "+39 6 12345685"}, "GA": {"1000000"}} {
		for _, notation := range []Notation{Auto, National} {
			c := in(t, iso)
			c.Notation = notation
			for _, text := range texts {
				if r := Read(text, c); r.Reason == nil || r.Reason.Code != NotInPlan {
					t.Errorf("%q of %s, %s: %s, want it refused", text, iso, notation, said(r))
				}
			}
		}
	}
}

func TestCountryOf(t *testing.T) {
	for iso, texts := range map[string]string{
		"GB": "GB|gb|UK|U.K.|GBR|United Kingdom|England|Großbritannien|Reino Unido|Великобритания",
		"US": "US|USA|U.S.|u.s.a.|United States|États-Unis|США",
		"DE": "DE|DEU|Deutschland|Germany|Alemania", "IT": "IT|ITALIA|Italie", "CI": "CI|Côte d'Ivoire|Ivory Coast",
	} {
		for text := range strings.SplitSeq(texts, "|") {
			if got, ok := CountryOf(text); !ok || got.ISO != iso {
				t.Errorf("CountryOf(%q) = %v, %t, want %s", text, got, ok, iso)
			}
		}
	}
	for text, calling := range map[string]int{"44": 44, "+44": 44, "0044": 44, "44.0": 44, "1": 1, "7,00": 7} {
		if got, ok := CountryOf(text); !ok || got.Calling != calling {
			t.Errorf("CountryOf(%q) = %v, %t, want +%d", text, got, ok, calling)
		}
	}
	for _, text := range []string{"", "XX", "999", "Atlantis", "UK - London", "4 4", "44.5", "-44"} {
		if got, ok := CountryOf(text); ok {
			t.Errorf("CountryOf(%q) = %v, want none", text, got)
		}
	}
}
