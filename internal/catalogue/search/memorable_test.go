package search

import (
	"errors"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

func TestMemorableOf(t *testing.T) {
	t.Parallel()
	for number, want := range map[e164.Number]Memorable{
		442079467777: Repeat, 442079460000: Repeat, 442079461234: Ladder, 442079464321: Ladder, 442079467890: Ladder,
		442079460987: Ladder, 442079460123: Ladder, 442079463210: Ladder, 442079465000: Round, 442079461212: Pairs,
		442079461122: Pairs, 442079460011: Pairs, 442079461221: Palindrome, 442079462112: Palindrome, 442079461235: "",
		442079468901: "", 442079465500: Pairs, 442079465050: Pairs, 442079461357: "",
	} {
		if got := MemorableOf(number); got != want {
			t.Errorf("%s is %q, want %q", number, got, want)
		}
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	e := newEndings([]string{"00", "12", "212", "0121"})
	for digits, want := range map[string]bool{
		"": false, "0": false, "00": true, "000": true, "5012": true, "012": true, "0121": true, "1212": true, "121": false,
		"120": false, "1200": true, "01212": true, "2": false,
	} {
		at := uint16(0)
		for _, r := range digits {
			at = e.next[at][r-'0']
		}
		if got := e.accepted[at]; got != want {
			t.Errorf("%q: %t, want %t", digits, got, want)
		}
	}
}

// All reasons together are exact over many numbers, with a filter on the digits.
func TestMemorableNumbersAreCounted(t *testing.T) {
	t.Parallel()
	c := New([]catalogue.Range{{Carrier: "acme", Package: "standard", Country: "GB", Type: e164.Geographic,
		Span: e164.Span{Start: 442000000000, End: 442099999999}}}, nil)
	for filter, want := range map[Filters]uint64{
		{Memorable: "any"}:                      10_000 * uint64(len(memorableEndings("any"))),
		{Memorable: "repeat"}:                   100_000,
		{Memorable: " Repeat , round"}:          190_000,
		{Memorable: "repeat", EndsWith: "7?77"}: 10_000,
		{Memorable: "any", Contains: "99999"}:   1_110,
	} {
		query, err := ParseQuery(filter)
		if err != nil {
			t.Fatalf("%+v: %v", filter, err)
		}
		if got := c.Search(query, prices).Total; got != want {
			t.Errorf("%+v: %d numbers, want %d", filter, got, want)
		}
	}
}

func TestMemorableIsOneOfTheReasons(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"nice", "repeat,", ",", "repeat,repeat", "any,repeat", " "} {
		_, err := ParseQuery(Filters{Memorable: text})
		var refused FieldErrors
		if !errors.As(err, &refused) {
			t.Errorf("%q: %v, want it refused", text, err)
			continue
		}
		if got := refused[0].Field; got != "memorable" {
			t.Errorf("%q: %s is refused", text, got)
		}
	}
}
