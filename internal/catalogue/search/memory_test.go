package search

import (
	"runtime"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"

	"pgregory.net/rapid"
)

// maxQueryBytes is the most memory that any query may allocate: 16 MiB.
const maxQueryBytes = 16 << 20

// wideCatalogue has blocks after every four digits, so that a search comes to as
// many states as its pattern has; a part of each is taken.
func wideCatalogue(t *testing.T) *Catalogue {
	var places []uint16
	for p := uint16(0); p < e164.BlockSize; p += 3 {
		places = append(places, p)
	}
	taken, err := catalogue.NewSuffixes(places)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []catalogue.Block
	for b := e164.Block(44300000); b < 44310000; b++ {
		blocks = append(blocks, catalogue.Block{Carrier: "acme", Block: b, Taken: taken, Ver: 1})
	}
	return New([]catalogue.Range{{Span: e164.Span{Start: 443000000000, End: 443099999999}, Package: "standard",
		Country: "GB"}}, blocks)
}

// No query takes more than 16 MiB, neither one that is answered nor one that is
// refused.
func TestMemoryOfAnyQuery(t *testing.T) {
	c := wideCatalogue(t)
	most, widest := uint64(0), 0
	look := func(t interface{ Errorf(string, ...any) }, f Filters) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		query, err := ParseQuery(f)
		if err == nil {
			c.Search(query, prices)
			widest = max(widest, len(query.automaton.finals))
		}
		runtime.ReadMemStats(&after)
		bytes := after.TotalAlloc - before.TotalAlloc
		if most = max(most, bytes); bytes > maxQueryBytes {
			t.Errorf("%+v takes %d bytes", f, bytes)
		}
	}
	for _, pattern := range []string{"*1????????2*", "*1???????2*", "*1??????2?*", "*1?????2??3*", "*1????2????3*",
		"*7???????7*"} {
		for _, consecutive := range []int{0, 2, 100} {
			look(t, Filters{Pattern: pattern, Consecutive: consecutive, Limit: MaxLimit})
		}
	}
	for _, f := range []Filters{
		{Contains: "1????2", EndsWith: "3????"}, {Contains: "1?????2", EndsWith: "3???"},
		{Contains: "1?????", EndsWith: "2?????"},
		{Contains: "1??????", EndsWith: "2?????"}, {Contains: "1?????", EndsWith: "2??????"},
		{Contains: "1??????", EndsWith: "2??????"},
		{Contains: "1????", Pattern: "*2????3*"}, {Contains: "1???2", Pattern: "*3????4*"},
		{Contains: "12???3", Pattern: "*4????5*"},
		{Q: "0?1??2", Contains: "3????4"}, {Contains: "1???", EndsWith: "2????", Pattern: "*3??4*"},
	} {
		for _, f.Consecutive = range []int{0, 2, 100} {
			look(t, f)
		}
	}
	glob := rapid.StringOfN(rapid.RuneFrom([]rune("1237???????*")), 4, 14, -1)
	rapid.Check(t, func(t *rapid.T) {
		look(t, Filters{
			Pattern:     "*" + glob.Draw(t, "pattern") + "*",
			Contains:    rapid.SampledFrom([]string{"", "1????", "7"}).Draw(t, "contains"),
			Consecutive: rapid.SampledFrom([]int{0, 2, 30}).Draw(t, "consecutive"),
			Sort:        rapid.SampledFrom([]string{"number", "price"}).Draw(t, "sort"),
		})
	})
	t.Logf("at most %d bytes, with %d states", most, widest)
	if widest < maxStates/2 {
		t.Errorf("the widest pattern had %d states of %d", widest, maxStates)
	}
}
