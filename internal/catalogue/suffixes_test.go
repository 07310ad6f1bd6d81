package catalogue

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"didpurchase/internal/catalogue/cataloguetest"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"

	"pgregory.net/rapid"
)

func TestSuffixesKeepTheirPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		places := cataloguetest.DrawPlaces(t)
		set, err := NewSuffixes(places)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := ParseSuffixes(set.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		wanttest.Diff(t, "parsed set", parsed, set)
		wanttest.Equal(t, "count of the parsed set", parsed.Count(), len(places))
		wanttest.True(t, "the parsed set has the same places", slices.Equal(parsed.Places(), places))
		if len(set.Bytes()) > 1+bitmapBytes {
			t.Fatalf("%d bytes are more than a bitmap", len(set.Bytes()))
		}
		for p := range uint16(e164.BlockSize + 1) {
			if _, want := slices.BinarySearch(places, p); set.Contains(p) != want {
				t.Fatalf("Contains(%d) is not %t", p, want)
			}
		}
	})
}

func TestSuffixesAsSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := NewSuffixes(cataloguetest.DrawPlaces(t))
		b, _ := NewSuffixes(cataloguetest.DrawPlaces(t))
		union, without := a.Union(b), a.Without(b)
		for p := range uint16(e164.BlockSize) {
			if union.Contains(p) != (a.Contains(p) || b.Contains(p)) ||
				without.Contains(p) != (a.Contains(p) && !b.Contains(p)) {
				t.Fatalf("place %d", p)
			}
		}
	})
}

func TestSuffixesAreShort(t *testing.T) {
	for _, c := range []struct {
		name  string
		every int // the distance between members
		not   bool
		kind  byte
		bytes int
	}{
		{"1 %", 100, false, kindGaps, 101},
		{"99 %", 100, true, kindInverted, 101},
		{"half", 2, false, kindBitmap, 1251},
		{"one", 10000, false, kindGaps, 2},
		{"all but one", 10000, true, kindInverted, 2},
	} {
		var places []uint16
		for p := range e164.BlockSize {
			if (p%c.every == 0) != c.not {
				places = append(places, uint16(p))
			}
		}
		set, err := NewSuffixes(places)
		code := set.Bytes()
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		wanttest.Equal(t, c.name+": kind", code[0], c.kind)
		wanttest.Equal(t, c.name+": length in bytes", len(code), c.bytes)
	}
}

func TestParseSuffixesRefuses(t *testing.T) {
	for name, code := range map[string][]byte{
		"nothing":           {},
		"another version":   {2 << 4, 1},
		"another kind":      {codingVersion | 3},
		"ends in an escape": {kindGaps, 255},
		"place 10,000":      append(append([]byte{kindGaps}, bytes.Repeat([]byte{255}, 39)...), 55),
		"short bitmap":      append([]byte{kindBitmap}, make([]byte, bitmapBytes-1)...),
	} {
		if _, err := ParseSuffixes(code); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewSuffixes([]uint16{e164.BlockSize}); err == nil {
		t.Error("NewSuffixes takes place 10,000")
	}
}

func FuzzParseSuffixes(f *testing.F) {
	f.Add([]byte{kindGaps, 1, 255, 7})
	f.Add([]byte{kindInverted, 0})
	f.Add(append([]byte{kindBitmap}, make([]byte, bitmapBytes)...))
	f.Fuzz(func(t *testing.T, code []byte) {
		set, err := ParseSuffixes(code)
		if err != nil {
			return
		}
		again, err := NewSuffixes(set.Places())
		at := fmt.Sprintf("%x", code)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		wanttest.Diff(t, at+": parsed again", again, set)
		wanttest.Equal(t, at+": count when parsed again", again.Count(), set.Count())
		wanttest.True(t, at+": the new code is no longer than the given one", len(again.Bytes()) <= max(len(code), 1))
	})
}
