package plan

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

// reviewed plans a file and returns the questions and doubts of its plan.
func reviewed(t *testing.T, action Action, file string, p *sheet.Profile) (asks, doubts []string, s *sheet.Sheet) {
	t.Helper()
	s, err := opened(file, p)
	if err != nil {
		t.Fatalf("%q: %v", file, err)
	}
	action.Fit(s)
	plan := NewPlan(action, false, anyPackage(p))
	eachOf(t, s, func(rec sheet.Record) {
		if err := plan.Add(&s.Layout, rec); err != nil {
			t.Fatal(err)
		}
	})
	asks, doubts = plan.Review(s.Recognised)
	return asks, doubts, s
}

// A column that is not used, but whose header or values look like money, a status
// or a customer, stops the import at its plan.
func TestColumnsThatMatterAreAsked(t *testing.T) {
	t.Parallel()
	heads := "Rate|Cost|Wholesale|Grundgebühr|Abonnement|Per minute|Цена|Monthly incl. VAT|Prix mensuel TTC|MRC " +
		"yearly|Setup per month|Billing|In use?|Assigned to|Free|Sold|Belegt|Zustand|État|Занят|Usage|Customer|Kunde|Paid " +
		"until|Subscriber"
	for header := range strings.SplitSeq(heads, "|") {
		asks, _, _ := reviewed(t, Offer, "number,"+header+",package\n+442079460000,x,gold\n", nil)
		if len(asks) != 1 || !strings.Contains(asks[0], `"`+header+`"`) {
			t.Errorf("column %q: asks %q, want one that names it", header, asks)
		}
	}
	for header := range strings.SplitSeq("Note|OCN|Company|Rate Center Name|Activation date|Toll free|Created|State|Line",
		"|") {
		if asks, _, _ := reviewed(t, Offer, "number,"+header+",package\n+442079460000,NY,gold\n", nil); len(asks) > 0 {
			t.Errorf("column %q: asks %q, want none", header, asks)
		}
	}
	for value := range strings.SplitSeq("in use|belegt|Occupé|Ported out|Quarantine|reserviert|занят|$1.50|1,50 €", "|") {
		asks, _, _ := reviewed(t, Offer, "number;X;package\n+442079460000;"+value+";gold\n", nil)
		if len(asks) != 1 || !strings.Contains(asks[0], value) {
			t.Errorf("value %q: asks %q, want one that names it", value, asks)
		}
	}
}

// A title that names the currency of the prices is reported.
func TestTitlesWithACurrencyAreAsked(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]int{
		"All prices in EUR,,\nnumber,setup,monthly\n+442079460000,0,1.50\n":   1,
		"Preisliste (€),,\n,,\nnumber,setup,monthly\n+442079460000,0,1.50\n":  1,
		"All prices in EUR,\nnumber,monthly (EUR)\n+442079460000,1.50\n":      0,
		"Europe and try-outs,,\nnumber,setup,monthly\n+442079460000,0,1.50\n": 0,
		"All prices in EUR,\nnumber,package\n+442079460000,gold\n":            0,
	} {
		if asks, _, _ := reviewed(t, Offer, file, nil); len(asks) != want {
			t.Errorf("%q: asks %q, want %d", file, asks, want)
		}
	}
}

// Two columns with the same meaning: the second one is reported.
func TestColumnsOfOneMeaningAreAsked(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]int{
		"number,number,package\n+442079460000,+442079460001,gold\n":                                   1,
		"number,plan,package\n+442079460000,gold,standard\n":                                          1,
		"start,end,start,end,package\n+442079460000,+442079460009,+442079460100,+442079460109,gold\n": 2,
		"Range,Start,End,package\nX1,+442079460000,+442079460009,gold\n":                              1,
		"number,city,region,package\n+442079460000,London,England,gold\n":                             0,
		"country,country code,number,package\nGB,44,+442079460000,gold\n":                             0,
	} {
		if asks, _, _ := reviewed(t, Offer, file, nil); len(asks) != want {
			t.Errorf("%q: asks %q, want %d", file, asks, want)
		}
	}
}

// A file for another action names the columns that the action does not use, and
// they don't reject its rows.
func TestUnusedColumnsOfActionsAreNamed(t *testing.T) {
	t.Parallel()
	for action, want := range map[Action]string{
		Offer: "", Withdraw: "area type package monthly", Reprice: "area type", Withhold: "area type package monthly",
		Return: "area type package monthly",
	} {
		asks, _, s := reviewed(t, action, "number,area,type,package,monthly\n+442079460000,Soho,unheard,gold,5\n", nil)
		if got := strings.Join(s.Ignored, " "); got != want || len(asks) > 0 {
			t.Errorf("%s: ignored %q, asks %q, want %q", action, got, asks, want)
		}
	}
}

// A row with two meanings is rejected with a sentence that names both.
func TestAmbiguousRowsNameBothReadings(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"number\n4951265524533\n": `the number: "4951265524533" has 2 meanings: international +4951265524533 or national ` +
			`+494951265524533; ` +
			`write it with a plus and its country code`,
		"from;to\n49362477;49362478\n": `the start: "49362477 to 49362478" has 2 meanings: international +49362477 to ` +
			`+49362478 ` +
			`or national +4949362477 to +4949362478; write it with a plus and its country code`,
		"range\n030/12345600-99\n": `the range: "030/12345600-99" has 2 meanings: national +49301234560099 ` +
			`or national +493012345600 to +493012345699; write it with a plus and its country code`,
		"Vorwahl;Rufnummer\n30;30123456\n": `"30123456" with the area code "30" is +493030123456, or +4930123456 if it is ` +
			`whole; ` +
			`write it with a plus and its country code`,
	} {
		p := columns(t, de)
		s, err := opened(file, p)
		if err != nil {
			t.Fatal(err)
		}
		eachOf(t, s, func(rec sheet.Record) {
			_, fault := readOffer(&s.Layout, rec, anyPackage(p))
			if fault == nil || fault.Code != CodeAmbiguousNumber {
				t.Fatalf("%q: %v, want it ambiguous", file, fault)
			}
			wanttest.Equal(t, file, fault.Detail, want)
		})
	}
}

// An encoding that the profile names is not a guess.
func TestNamedEncodingsAreNotDoubted(t *testing.T) {
	t.Parallel()
	const file = "number;area;package\n+442079460000;\xcc\xee\xf1\xea\xe2\xe0;gold\n"
	for wire, want := range map[string]int{
		`{"country_code": "7", "columns": {}}`:                             1,
		`{"country_code": "7", "columns": {}, "encoding": "windows-1251"}`: 0,
		`{"country_code": "7", "columns": {}, "encoding": "windows-1252"}`: 0,
	} {
		if _, doubts, _ := reviewed(t, Offer, file, columns(t, wire)); len(doubts) != want {
			t.Errorf("%s: doubts %q, want %d", wire, doubts, want)
		}
	}
}

// A text in a guessed encoding is doubted if its letters are unusual.
func TestEncodingsAreDoubted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		encoding encoding.Encoding
		area     string
		doubted  bool
	}{
		"Windows-1252": {charmap.Windows1252, "Zürich, São Paulo, Málaga, Besançon, Tromsø", false},
		"with a euro":  {charmap.Windows1252, "“Köln” – 5 € – l’Île", false},
		"an old Mac":   {charmap.Macintosh, "Zürich", true},
		"DOS":          {charmap.CodePage850, "Zürich", true},
		"Turkish":      {charmap.Windows1254, "Şişli", true},
		"Czech":        {charmap.Windows1250, "České Budějovice", true},
		"Polish":       {charmap.Windows1250, "Łódź", true},
		"Japanese":     {japanese.ShiftJIS, "東京", true},
		"Windows-1251": {charmap.Windows1251, "Москва", true},
		"Greek":        {charmap.Windows1253, "Αθήνα", true},
		"UTF-8":        {encoding.Nop, "Şişli", false},
	} {
		text, err := test.encoding.NewEncoder().String("number;area;package\n+442079460000;" + test.area + ";gold\n")
		if err != nil {
			t.Fatal(name, err)
		}
		if _, doubts, _ := reviewed(t, Offer, text, nil); len(doubts) > 0 != test.doubted {
			t.Errorf("%s: doubts %q, want %t", name, doubts, test.doubted)
		}
	}
}
