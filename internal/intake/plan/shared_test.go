package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const fr = `{"country_code": "33", "default_package": "gold", "columns": {}}`

// Forms of numbers, each with the number that it means or the code of its refusal,
// below a header, in a file with a country or without.
var notations = []struct {
	header, profile string
	rows            string // text → number, last number if it is a range
}{
	{"number;package", "", `
		+44 (0)20 7946 0001 → 442079460001
		+44 (0) 20 7946 0002 → 442079460002
		0044(0)2079460004 → 442079460004
		00 44 20 7946 0005 → 442079460005
		011 44 20 7946 0006 → 442079460006
		011-44-(0)20-7946-0007 → 442079460007
		+44 0 20 7946 0008 → 442079460008
		+4402079460009 → 442079460009
		(+44)(0)2079460021 → 442079460021
		(0044) 2079460022 → 442079460022
		+44 (020) 7946 0038 → 442079460038
		+44 [0] 20 7946 0039 → 442079460039
		'+442079460005' → 442079460005
		“+442079460006” → 442079460006
		=+442079460026 → 442079460026
		+٤٤٢٠٧٩٤٦٠٠٠٠ → 442079460000
		+४४२०७९४६०००२ → 442079460002
		+44·20·7946·0036 → 442079460036
		+44 20 7946 0001 x123 → not_e164
		+44 20 7946 0002 ext. 12 → not_e164
		+44 20 7946 0005 #5 → not_e164
		+44 20 7946 0006,,5 → not_e164
		+44 20 7946 0009 DW 5 → not_e164
		+44 20 7946 0008/9 → not_e164
		4,42079460001E11 → not_e164
		442079460E3 → not_e164
		4.42079 E+11 → not_e164
		2026-11-29 → not_e164
		29/11/2026 → not_e164
		20261129 → not_e164
		29.11.2026 → not_e164
		44527 → not_e164
		(212) 555-0100 → not_e164
		6135550107 → not_e164
		+442079460014 / +442079460015 → not_e164
		+44 20 7946 OO34 → not_e164
		++442079460023 → not_e164`},
	{"TN;package", us, `
		(212) 555-0100 → 12125550100
		1 (212) 555 0101 → 12125550101
		001 212 555 0110 → 12125550110
		212/555-0111 → 12125550111
		1 212 555 01 12 → 12125550112
		212-555-0100 to 0199 → 12125550100-12125550199
		212-555-01XX → 12125550100-12125550199
		212-555-0100-0199 → not_e164
		(0212) 555 0108 → not_e164
		555-0107 → not_e164
		1-800-FLOWERS → not_e164
		911 → not_e164`},
	{"DDI;package", gb, `
		020 7946 0xxx → 442079460000-442079460999
		0207946 1xxx → 442079461000-442079461999
		020 7946 2XX X → 442079462000-442079462999
		+44 20 7946 00хх → 442079460000-442079460099
		020 7946 0000x → not_e164
		020 7946 3*** → not_e164
		020 7946 7000-7999 → not_e164`},
	{"range;package", gb, `
		+442079460000…99 → 442079460000-442079460099
		+442079460100…+442079460199 → 442079460100-442079460199
		+442079460300–399 → 442079460300-442079460399
		+442079460600 -> 699 → 442079460600-442079460699
		020 7946 0500 to 020 7946 0599 → 442079460500-442079460599
		+44 20 7946 0000 - 20 7946 0099 → 442079460000-442079460099
		+442079460000 (10) → not_e164
		+442079460000 + 9 → not_e164
		+442079460000-2079460099 → 442079460000-442079460099
		+442079460099 - 00 → reversed
		+44 20 7946 0[0-9]{2} → not_e164
		+442079460000-0009, 0020-0029 → not_e164`},
	{"Rufnummernblock;Tarif", de, `
		030/12345600-99 → ambiguous_number
		030 123456 00-99 → ambiguous_number
		(030) 123456-00 bis -99 → 493012345600-493012345699
		030 123456-00 bis 030 123456-99 → 493012345600-493012345699
		+49 30 123456 00…99 → 493012345600-493012345699`},
	{"Tranche;Forfait", fr, `
		01 30 00 00 00 à 01 30 00 00 99 → 33130000000-33130000099
		01.30.00.00.00 au 01.30.00.00.99 → 33130000000-33130000099
		de 0130000000 à 0130000099 → 33130000000-33130000099
		01 30 00 00 XX → 33130000000-33130000099`},
	{"NPA-NXX;package", "", `
		(212)555 → 12125550000-12125559999
		1-212-556 → 12125560000-12125569999
		212-557-0 → 12125570000-12125570999
		212-562-A → 12125620000-12125629999
		212-558-0000 → not_e164
		212-559-00 → not_e164
		212-155 → not_e164
		212-555-XXXX → not_e164`},
}

func TestNumbersAsPeopleShareThem(t *testing.T) {
	t.Parallel()
	for _, test := range notations {
		file, want := test.header+"\n", []string{}
		for line := range strings.SplitSeq(strings.TrimSpace(test.rows), "\n") {
			text, means, _ := strings.Cut(strings.TrimSpace(line), " → ")
			file += text + ";gold\n"
			want = append(want, text+" → "+means)
		}
		v := variant{file: file, profile: test.profile}
		got := v.read(t)
		for i, row := range got {
			_, row, _ = strings.Cut(row, ": ")
			row = strings.TrimSuffix(row, " gold")
			if from, to, ok := strings.Cut(row, "-"); ok && from == to {
				row = from
			}
			text, _, _ := strings.Cut(want[i], " → ")
			got[i] = text + " → " + row
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("below %q (-want +got):\n%s", test.header, diff)
		}
	}
}

// Other cells and heads of such files.
func TestFilesAsPeopleShareThem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]variant{
		"counts": {file: "start;count;package\n+442079460000;1k;gold\n+442079461000;1\u202f000;gold\n+442079462000;1.000;" +
			"gold\n+442079463000;1’000;gold\n+442079464000;1E3;gold\n+442079465000;1,00,000;gold\n+442079466000;1000 " +
			"pcs;gold\n+442079467000;2 x 100;gold\n",
			want: []string{"2: 442079460000-442079460999 gold", "3: 442079461000-442079461999 gold",
				"4: 442079462000-442079462999 gold", "5: 442079463000-442079463999 gold", "6: bad_size", "7: bad_size",
				"8: bad_size", "9: bad_size"}},
		"a count is missing": {file: "Number;Qty;package\n+442079460000;10;gold\n+442079460020;;gold\n",
			want: []string{"2: 442079460000-442079460009 gold", "3: missing_value"}},
		"prefixes": {file: "Prefix;Qty\n020 7946 0;1000\n+44 20 7946 0;1000\n02079461;1k\n(0)2079464;1000\n020 7946 " +
			"5000;1000\n020 7946 6;100\n020 79467;999\n02079468;10000\n", profile: gb,
			want: []string{"2: 442079460000-442079460999 gold", "3: 442079460000-442079460999 gold",
				"4: 442079461000-442079461999 gold", "5: 442079464000-442079464999 gold", "6: 442079465000-442079465999 gold",
				"7: not_e164", "8: 442079467000-442079467998 gold", "9: not_e164"}},
		"lengths": {file: "prefix;national length;package\n4420794;10;gold\n44207940;10 " +
			"digits;gold\n44207941;10.0;gold\n44207942;10 or 9;gold\n44207943;ten;gold\n",
			want: []string{"2: 442079400000-442079499999 gold", "3: 442079400000-442079409999 gold",
				"4: 442079410000-442079419999 gold", "5: bad_length", "6: bad_length"}},
		"a use that is affirmed": {file: "number;Use;package\n+442079460000;yes;gold\n+442079460001;unused;gold\n",
			want: []string{"2: status_not_accepted", "3: 442079460001-442079460001 gold"}},
		"statuses with a remark": {file: "number;status;package\n+442079460000;Available from " +
			"2027-01-01;gold\n+442079460001;available*;gold\n+442079460002;soon available;gold\n+442079460003;Free " +
			"(porting);gold\n+442079460004;available - do not sell;gold\n",
			want: []string{"2: status_not_accepted", "3: 442079460001-442079460001 gold", "4: status_not_accepted",
				"5: status_not_accepted", "6: status_not_accepted"}},
		"Availability: yes and no": {file: "number;Available;package\n+442079460000;yes;gold\n+442079460001;no;" +
			"gold\n+442079460002;1;gold\n+442079460003;FALSE;gold\n",
			want: []string{"2: 442079460000-442079460000 gold", "3: status_not_accepted", "4: status_not_accepted",
				"5: status_not_accepted"}},
		"a line feed in headers": {file: "\"Start\nnumber\",\"End\nnumber\",package\n+442079460000,+442079460009,gold\n",
			want: []string{"4: 442079460000-442079460009 gold"}},
		"line ends mixed, quotes": {file: "number,area,package\r\n\"+442079460000\",\"New, " +
			"\"\"York\"\"\",gold\r+442079460001,x,gold\n\r\n+442079460002,\"a\nb\",gold\r\n",
			want: []string{"2: 442079460000-442079460000 gold in New, \"York\"", "3: 442079460001-442079460001 gold in x",
				"5: 442079460002-442079460002 gold in a\nb"}},
		"a table drawn in signs": {file: "| number | package |\n|--------|---------|\n| +442079460000 | gold |\n",
			want: []string{"2: not_data", "3: 442079460000-442079460000 gold"}},
		"countries": {file: "country,number,package\n0044,2079460000,gold\n1-242,5550100,gold\nUS,011 44 20 7946 " +
			"0000,gold\nMX,1 55 1234 5678,gold\nHU,06 1 234 5678,gold\nIT,669821234,gold\n",
			want: []string{"2: 442079460000-442079460000 gold", "3: wrong_country", "4: wrong_country", "5: not_e164",
				"6: 3612345678-3612345678 gold", "7: not_e164"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

func TestPricesAsPeopleShareThem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ header, row, want string }{
		"lakhs":                   {"number;monthly;currency", "1,00,000.50;INR", "0.00 INR setup, 100000.50 INR a month"},
		"lakhs without decimals":  {"number;monthly;currency", "₹12,34,567;INR", "0.00 INR setup, 1234567.00 INR a month"},
		"lakhs of dollars":        {"number;monthly", "1,00,000", "bad_price"},
		"Rs.":                     {"number;monthly;currency", "Rs. 1500/-;INR", "0.00 INR setup, 1500.00 INR a month"},
		"Rs. of dollars":          {"number;monthly", "Rs 10", "bad_price"},
		"Fr.":                     {"number;monthly;currency", "Fr. 12.50;CHF", "0.00 CHF setup, 12.50 CHF a month"},
		"SFr.":                    {"number;monthly;currency", "12.50 SFr.;CHF", "0.00 CHF setup, 12.50 CHF a month"},
		"a Swiss apostrophe":      {"number;monthly;currency", "CHF 1’000.-;CHF", "0.00 CHF setup, 1000.00 CHF a month"},
		"an apostrophe misplaced": {"number;monthly;currency", "1'00.00;CHF", "bad_price"},
		"a no-break blank":        {"number;monthly;currency", "1\u00a0234,50 €;EUR", "0.00 EUR setup, 1234.50 EUR a month"},
		"a narrow blank":          {"number;monthly;currency", "1\u202f234,50;EUR", "0.00 EUR setup, 1234.50 EUR a month"},
		"a blank misplaced":       {"number;monthly;currency", "1 23,50;EUR", "bad_price"},
		"Arabic digits and signs": {"number;monthly", "١٬٢٣٤٫٥٠", "0.00 USD setup, 1234.50 USD a month"},
		"two commas":              {"number;monthly", "1,,000.00", "bad_price"},
		"an exponent":             {"number;monthly", "1.5E0", "bad_price"},
		"a letter O":              {"number;monthly", "1.5O", "bad_price"},
		"a footnote":              {"number;monthly", "1.50*", "bad_price"},
		"from":                    {"number;monthly", "from 1.50", "bad_price"},
		"a currency and a month":  {"number;Price (EUR/month)", "1,50", "0.00 EUR setup, 1.50 EUR a month"},
		"a Russian fee":           {"номер;Абонентская плата, руб./мес", "150,00", "0.00 RUB setup, 150.00 RUB a month"},
		"a Russian fee, a year":   {"номер;Абонплата (руб. в год)", "150,00", "0.00 RUB setup, 150.00 RUB a year"},
		"a setup, one time":       {"number;Setup (one time);MRC", "5;1.50", "5.00 USD setup, 1.50 USD a month"},
		"two prices, one once":    {"number;Price (one time);Price (monthly)", "5;1.50", "5.00 USD setup, 1.50 USD a month"},
		"an interval below": {"number;Setup;Recurring\n;(one time);(annual)", "0;12.00",
			"0.00 USD setup, 12.00 USD a year"},
		"a currency below":         {"number;Setup;Recurring\n;EUR;EUR/year", "0;12.00", "0.00 EUR setup, 12.00 EUR a year"},
		"an empty interval":        {"number;recurring;interval", "12.00;", "bad_interval"},
		"an interval in the price": {"number;recurring;interval", "12.00/mo;", "0.00 USD setup, 12.00 USD a month"},
		"28 days":                  {"number;recurring;interval", "1.00;28d", "0.00 USD setup, 1.00 USD every 28 days"},
		"biannual":                 {"number;recurring;interval", "1.00;biannual", "bad_interval"},
		"semi-monthly":             {"number;recurring;interval", "1.00;semi-monthly", "bad_interval"},
		"a number alone":           {"number;recurring;interval", "1.00;30", "bad_interval"},
		"tous les 3 mois": {"number;recurring;interval", "3.00;tous les 3 mois",
			"0.00 USD setup, 3.00 USD every 3 months"},
		"cada 6 meses": {"number;recurring;interval", "3.00;cada 6 meses",
			"0.00 USD setup, 3.00 USD every 6 months"},
	} {
		if diff := cmp.Diff([]string{test.want}, priced(t, test.header+"\n+442079464100;"+test.row+"\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Words that could change the meaning of prices are asked about, or doubted.
func TestWordsAroundPricesAreDoubted(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"number,setup,recurring\n,once,in arrears\n+442079460000,1,5\n": `line 2 has "in arrears" in ` +
			`the column of the monthly price and no number: it seems to belong to the header and is not used; nothing names ` +
			`the interval of the recurring price: it is taken for a month's`,
		"A,,B,\nstart,end,setup,monthly\nE.164,E.164,€,€\n+442079460000,+442079460009,1,5\n": `line 3 has "€" in the ` +
			`column of the monthly price and no number: it seems to belong to the header and is not used`,
		"number,recurring\n+442079460000,5\n": "nothing names the interval " +
			"of the recurring price: it is taken for a month's",
		"number,package,Opłata (zł)\n+442079460000,gold,1\n":   `the column "Opłata (zł)" sounds like money and is not used`,
		"number,package,Regions (all)\n+442079460000,gold,1\n": "",
		"number,setup,monthly\n+442079460000,free,5\n":         "",
		"number,recurring\n+442079460000,5 per month\n":        "",
	} {
		asks, doubts, _ := reviewed(t, Offer, file, nil)
		if got := strings.Join(append(asks, doubts...), "; "); got != want {
			t.Errorf("%q: review %q, want %q", file, got, want)
		}
	}
}
