package plan

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/pricing"
)

// priced reads a file and names the price of each row, or its code.
func priced(t *testing.T, file string) (rows []string) {
	t.Helper()
	p := &sheet.Profile{CountryCode: "44", MakePackages: true}
	prices := NewPackages(map[string]pricing.Package{}, "USD", "", p)
	s, err := opened(file, p)
	if err != nil {
		return []string{err.Error()}
	}
	eachOf(t, s, func(rec sheet.Record) { prices.Survey(&s.Layout, rec.Cells) })
	if s, err = opened(file, p); err != nil {
		t.Fatal(err)
	}
	eachOf(t, s, func(rec sheet.Record) {
		o, fault := readOffer(&s.Layout, rec, prices)
		if fault != nil {
			rows = append(rows, string(fault.Code))
			return
		}
		rows = append(rows, priceOf(prices.made[o.pkg]).String())
	})
	return rows
}

// Prices as carriers write them: they are read correctly or refused, never as other
// prices.
func TestPricesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	const n = "+44207946410"
	for name, test := range map[string]struct {
		header string
		rows   []string // after the number
		want   []string
	}{
		"comma with four decimals": {"number;setup;monthly", []string{"0;0,5000", "0;1,50"},
			[]string{"0.00 USD setup, 0.50 USD a month", "0.00 USD setup, 1.50 USD a month"}},
		"nothing proves the comma": {"number;setup;monthly", []string{"0;1,000"}, []string{"ambiguous_amount"}},
		"nothing proves the point": {"number;setup;monthly", []string{"0;1.000"}, []string{"ambiguous_amount"}},
		"another row proves the comma": {"number;setup;monthly", []string{"0;1,000", "0;2,5"},
			[]string{"0.00 USD setup, 1.00 USD a month", "0.00 USD setup, 2.50 USD a month"}},
		"another row proves the point": {"number;setup;monthly", []string{"0;1,000", "0;2.5"},
			[]string{"0.00 USD setup, 1000.00 USD a month", "0.00 USD setup, 2.50 USD a month"}},
		"both habits": {"number;setup;monthly", []string{"0;1,000", "0;2.5", "0;2,5"},
			[]string{"ambiguous_amount", "0.00 USD setup, 2.50 USD a month", "0.00 USD setup, 2.50 USD a month"}},
		"groups": {"number;setup;monthly",
			[]string{"1.234,50;1 234,50", "1'234.50;1,234.50", "0;1,234,567"},
			[]string{"1234.50 USD setup, 1234.50 USD a month", "1234.50 USD setup, 1234.50 USD a month",
				"0.00 USD setup, 1234567.00 USD a month"}},
		"bad groups": {"number;setup;monthly", []string{"0;1,23,456.00", "0;1.2.3"},
			[]string{"bad_price", "bad_price"}},
		"the row's own sign": {"number;setup;monthly",
			[]string{"US$0;US$1.53", "0;$1.53", "0;1.53 USD", "0;USD 1.53"},
			[]string{"0.00 USD setup, 1.53 USD a month", "0.00 USD setup, 1.53 USD a month", "0.00 USD setup, 1.53 USD a month",
				"0.00 USD setup, 1.53 USD a month"}},
		"another currency's sign": {"number;setup;monthly",
			[]string{"0;1,52 €", "0;£1.52", "0;EUR 1.52", "0;C$1.52", "0;1.52 x"},
			[]string{"bad_price", "bad_price", "bad_price", "bad_price", "bad_price"}},
		"a currency column": {"number;setup;monthly;currency",
			[]string{"0;1,54 €;EUR", "0;$1.54;EUR", "0;1.54;€", "0;1.54;XXQ"},
			[]string{"0.00 EUR setup, 1.54 EUR a month", "bad_price", "0.00 EUR setup, 1.54 EUR a month", "bad_price"}},
		"no decimals, three decimals": {"number;setup;monthly;currency",
			[]string{"0;1,500;JPY", "0;1.5;JPY", "0;1.2345;KWD", "0;1.2340;KWD"},
			[]string{"0 JPY setup, 1500 JPY a month", "bad_price", "bad_price", "0.000 KWD setup, 1.234 KWD a month"}},
		"a unit in the header": {"DID;Setup Fee (USD);Monthly Fee (USD)", []string{"0;1.02"},
			[]string{"0.00 USD setup, 1.02 USD a month"}},
		"a sign in the header": {"DID;Setup [€];MRC €", []string{"1;1.02"},
			[]string{"1.00 EUR setup, 1.02 EUR a month"}},
		"cents": {"DID;Monthly (cents)", []string{"102", "5", "1.5"},
			[]string{"0.00 USD setup, 1.02 USD a month", "0.00 USD setup, 0.05 USD a month", "bad_price"}},
		"per year": {"DID;price per year", []string{"12.00"},
			[]string{"0.00 USD setup, 12.00 USD a year"}},
		"annual fee": {"DID;Annual fee (EUR)", []string{"12.00"},
			[]string{"0.00 EUR setup, 12.00 EUR a year"}},
		"an interval column": {"number;recurring;interval",
			[]string{"12.00;yearly", "1.01;monthly", "1.00;every 30 days", "1.00;30 days", "3.00;quarterly",
				"3.00;vierteljährlich", "1.00;par mois", "1.00;anual", "1.00;ежемесячно", "1.00;12 months", "1.00;daily",
				"1.00;biweekly", "1.00;12"},
			[]string{"0.00 USD setup, 12.00 USD a year", "0.00 USD setup, 1.01 USD a month",
				"0.00 USD setup, 1.00 USD every 30 days", "0.00 USD setup, 1.00 USD every 30 days",
				"0.00 USD setup, 3.00 USD every 3 months", "0.00 USD setup, 3.00 USD every 3 months",
				"0.00 USD setup, 1.00 USD a month", "0.00 USD setup, 1.00 USD a year", "0.00 USD setup, 1.00 USD a month",
				"0.00 USD setup, 1.00 USD a year", "0.00 USD setup, 1.00 USD a day", "bad_interval", "bad_interval"}},
		"the header against the column": {"number;monthly;billing interval", []string{"1.00;yearly"},
			[]string{"bad_interval"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := test.header + "\n"
			for i, row := range test.rows {
				file += fmt.Sprintf("%s%d;%s\n", n[:len(n)-1], 10+i, row)
			}
			if diff := cmp.Diff(test.want, priced(t, file)); diff != "" {
				t.Errorf("prices (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint64{
		"10000": 10000, "10,000": 10000, "10.000": 10000, "10 000": 10000, "10'000": 10000, "10’000": 10000,
		"10\u00a0000": 10000, "1000,0": 1000, "1000.00": 1000, "10,000.00": 10000, "1,000,000": 1000000, "100 numbers": 100,
		"1,000 DIDs": 1000, "100 Rufnummern": 100,
		"1k": 1000, "10 K": 10000, "1.5k": 0, "0k": 0, "1e3": 0, "1E+03": 0, "100x": 0, "block of 100": 0, "100 or 200": 0,
		"": 0, "0": 0, "1,5": 0, "10,00,000": 0, "1.5": 0, "-5": 0, "1000,5": 0, "ten": 0, "1,0000": 1,
	} {
		if got, _ := readCount(text); got != want {
			t.Errorf("readCount(%q) = %d, want %d", text, got, want)
		}
	}
}

// Statuses in words: "for sale" is accepted; "in use", "reserved" and "aging" need
// a profile. A register's status of a block does not apply to a number.
func TestStatuses(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"number,status,package\n+442079460000,%s,gold\n":        "Available Free disponible frei свободен",
		"prefix,size,status,package\n+4420794600,100,%s,gold\n": "assigned active effectif действует available",
	} {
		for status := range strings.FieldsSeq(want) {
			if got, err := judge(t, fmt.Sprintf(file, status), nil); err != nil || !strings.HasSuffix(got[0], " gold") {
				t.Errorf("%s in %q: %q, %v; want it accepted", status, file, got, err)
			}
		}
	}
	for status := range strings.SplitSeq("ready for sale|In stock|frei verfügbar|nicht belegt|disponible à la vente|sin "+
		"asignar|не занят|vrij|Yes", "|") {
		if got, err := judge(t, "number,status,package\n+442079460000,"+status+",gold\n", nil); err != nil ||
			got[0] != "2: 442079460000-442079460000 gold" {
			t.Errorf("%q: %q, %v; want it accepted", status, got, err)
		}
	}
	for status := range strings.SplitSeq("Available (reserved)|sold out|Disconnected|suspended|Test|InUse|portiert|in "+
		"Karenz|pas disponible|portado|перенесён|не свободен|n/a|-|1|No|Assigned|in "+
		"use|Used|Active|belegt|occupé|ocupado|занят|Aging|quarantine|Reserved|reserviert|unheard of|", "|") {
		got, err := judge(t, "number,status,package\n+442079460000,"+status+",gold\n", nil)
		if diff := cmp.Diff([]string{"2: status_not_accepted"}, got); err != nil || diff != "" {
			t.Errorf("%q: %v, %s", status, err, diff)
		}
	}
}

// Files with an unusual head or dialect.
func TestHeadersAndDialects(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file string
		want []string
	}{
		"a title that is a known word": {"DIDs\n\nstart,end,package\n+442079467100,+442079467109,gold\n",
			[]string{"4: 442079467100-442079467109 gold"}},
		"a title of two words before": {"Numbers;\nstart;end;package\n+442079467100;+442079467109;gold\n",
			[]string{"3: 442079467100-442079467109 gold"}},
		"two header rows": {"Number range,,Package\nFrom,To,\n+442079465000,+442079465999,gold\n",
			[]string{"3: 442079465000-442079465999 gold"}},
		"a unit without a meaning": {"Start (E.164),End (E.164),Package\n+442079465000,+442079465999,gold\n",
			[]string{"2: 442079465000-442079465999 gold"}},
		"carriage returns alone": {"start,end,package\r+442079464010,+442079464019,gold\r+442079464020,+442079464029,gold\r",
			[]string{"2: 442079464010-442079464019 gold", "3: 442079464020-442079464029 gold"}},
		"mixed line ends": {"start,end,package\r\n+442079464010,+442079464019,gold\r+442079464020,+442079464029,gold\n",
			[]string{"2: 442079464010-442079464019 gold", "3: 442079464020-442079464029 gold"}},
		"blanks around quotes": {"\"start\" , \"end\",\t\"package\"\n \"+442079467280\", \"+442079467289\" , " +
			"\"gold\" \n", []string{"2: 442079467280-442079467289 gold"}},
		"a quote that is never closed": {"number,area,package\n+442079467280,\"London,gold\n+442079467281,\"Paris\"," +
			"gold\n+442079467282,x,gold\n", []string{"2: malformed_row", "3: 442079467281-442079467281 gold in Paris",
			"4: 442079467282-442079467282 gold in x"}},
		"a quote open to the end": {"number,package\n+442079467280,\"gold\n+442079467281,gold\n",
			[]string{"2: malformed_row", "3: 442079467281-442079467281 gold"}},
		"Windows-1251": {"number,area,package\n+442079467280,\xcc\xee\xf1\xea\xe2\xe0,gold\n",
			[]string{"2: 442079467280-442079467280 gold in Москва"}},
		"Windows-1252": {"range,package\n+442079467210\x96+442079467219,gold\n",
			[]string{"2: 442079467210-442079467219 gold"}},
		"NPA-NXX": {"NPA-NXX,package\n212-555,gold\n352-795-1,gold\n",
			[]string{"2: 12125550000-12125559999 gold", "3: 13527951000-13527951999 gold"}},
		"block A": {"NPA,NXX,BLOCK_ID,package\n352,795,A,gold\n352,796,1,gold\n",
			[]string{"2: 13527950000-13527959999 gold", "3: 13527961000-13527961999 gold"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := judge(t, test.file, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestForeignFilesAreNamed(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old": ".xls", "PK\x03\x04....a.csv": "a ZIP archive",
		"%PDF-1.7": "a PDF", "\n<HTML><table>": "a table in HTML", "<?xml version='1.0'?><x/>": "XML",
		`[{"number":1}]`: "JSON",
	} {
		if _, err := opened(file, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.12q: %v, want it named as %s", file, err, want)
		}
	}
}

// Unused columns are named; headers that sound like money are asked about.
func TestIgnoredColumnsAreNamed(t *testing.T) {
	t.Parallel()
	s, err := opened("number,package,note,Price,Block Status,OCN\n+442079467280,gold,x,1,y,z\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"note", "Price", "Block Status", "OCN"}, s.Ignored); diff != "" {
		t.Errorf("ignored (-want +got):\n%s", diff)
	}
	want := []string{`the column "Price" sounds like money and is not used`,
		`the column "Block Status" sounds like a status and is not used`}
	if diff := cmp.Diff(want, s.Sounding); diff != "" {
		t.Errorf("sounding (-want +got):\n%s", diff)
	}
}

func TestPaidThrough(t *testing.T) {
	t.Parallel()
	p := NewPeople(context.Background(), "acme", nil, time.UTC, time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		text    string
		through bool
		want    string
	}{
		{"2026-12-31", false, "2026-12-31T00:00:00Z"}, {"2026-12-31", true, "2027-01-01T00:00:00Z"},
		{"2026-12-31T12:00:00Z", true, "2026-12-31T12:00:00Z"},
		{"2026-12-31 00:00:00", true, "2027-01-01T00:00:00Z"}, {"2026-12-31T00:00:00", false, "2026-12-31T00:00:00Z"},
		{"31/12/2026 00:00", true, "2027-01-01T00:00:00Z"}, {"2026-12-31T00:00:00Z", true, "2026-12-31T00:00:00Z"},
		{"31.12.2026", true, "2027-01-01T00:00:00Z"}, {"31/12/2026", false, "2026-12-31T00:00:00Z"},
		{"12/31/2026", false, "2026-12-31T00:00:00Z"}, {"01/02/2027", false, "bad_time"},
	} {
		at, fault := p.time(c.text, c.through)
		got := at.Format(time.RFC3339)
		if fault != nil {
			got = string(fault.Code)
		}
		if got != c.want {
			t.Errorf("%q, through %t = %s, want %s", c.text, c.through, got, c.want)
		}
	}
}
