package plan

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/intake/sheet"
)

const (
	gb = `{"country_code": "44", "default_package": "gold", "columns": {}}`
	de = `{"country_code": "49", "default_package": "gold", "columns": {}}`
	it = `{"country_code": "39", "default_package": "gold", "columns": {}}`
	ru = `{"country_code": "7", "default_package": "gold", "columns": {}}`
	us = `{"country_code": "1", "default_package": "gold", "columns": {}}`
)

// Variants of files from the field: other columns, languages, signs, encodings.
// Each row is read correctly or refused; it is never read as another number.
var numberVariants = map[string]variant{
	// Numbers.
	"(0) with blanks": {file: "DID;plan\n+44 ( 0 ) 20 7946 0001;gold\n",
		want: []string{"2: 442079460001-442079460001 gold"}},
	"(0) without a plus": {file: "number;package\n44(0)20 7946 0001;gold\n",
		want: []string{"2: 442079460001-442079460001 gold"}},
	"(0) behind 00": {file: "number;package\n0044 (0)20 7946 0001;gold\n",
		want: []string{"2: 442079460001-442079460001 gold"}},
	"(0) at both ends": {file: "start;end;package\n+44(0)2079460000;+44(0)2079460009;gold\n",
		want: []string{"2: 442079460000-442079460009 gold"}},
	"(0) of Germany": {file: "Rufnummer;Tarif\n+49 (0)30 901820;gold\n",
		want: []string{"2: 4930901820-4930901820 gold"}},
	"brackets of an area code": {file: "number;package\n+1 (212) 555-0100;gold\n",
		want: []string{"2: 12125550100-12125550100 gold"}},
	"decimals of zero": {file: "from;to;package\n442079460000.00;442079460009.0;gold\n",
		want: []string{"2: 442079460000-442079460009 gold"}},
	"a decimal comma of zero": {file: "number;package\n442079460000,0;gold\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"a prefix's decimals": {file: "prefix;size;package\n44207946.0;10000.0;gold\n",
		want: []string{"2: 442079460000-442079469999 gold"}},
	"an exponent": {file: "number;package\n4.42E+11;gold\n4,42079E+11;gold\n",
		want: []string{"2: not_e164", "3: not_e164"}},
	"an apostrophe": {file: "number;package\n'442079460000;gold\n’442079460001;gold\n",
		want: []string{"2: 442079460000-442079460000 gold", "3: 442079460001-442079460001 gold"}},
	"a formula of a text": {file: "number;package\n=\"+442079460000\";gold\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"tel:": {file: "number;package\ntel:+44-20-7946-0000;gold\nTEL: +44 20 7946 0001;gold\n",
		want: []string{"2: 442079460000-442079460000 gold", "3: 442079460001-442079460001 gold"}},
	"full width": {file: "number;package\n＋４４２０７９４６００００;gold\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"invisible characters": {file: "number;package\n\u202a+442079460000\u202c;gold\n\u200b+442079460001;" +
		"gold\n\u2060+442079460002\ufeff;gold\n", want: []string{"2: 442079460000-442079460000 gold",
		"3: 442079460001-442079460001 gold", "4: 442079460002-442079460002 gold"}},
	"unusual dashes": {file: "number;package\n+44\u201120\u20137946\u20140000;gold\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"unusual blanks": {file: "number;package\n+44\u202f20\u20097946\u00a00000;gold\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"011": {file: "TN;package\n011 44 20 7946 0000;gold\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"Italy's own zero": {file: "number\n06 6982\n+39 06 69821\n", profile: it,
		want: []string{"2: 39066982-39066982 gold", "3: 390669821-390669821 gold"}},
	"Italy, only one in the plan": {file: "number\n390612345678\n", profile: it,
		want: []string{"2: 390612345678-390612345678 gold"}},
	"Russia's eight": {file: "номер\n8 (495) 123-45-67\n", profile: ru,
		want: []string{"2: 74951234567-74951234567 gold"}},
	"a national span": {file: "von;bis\n030 901820 00;030 901820 09\n", profile: de,
		want: []string{"2: 493090182000-493090182009 gold"}},
	"a national number, no country": {file: "number;package\n020 7946 0000;gold\n", want: []string{"2: not_e164"}},
	"another country's number": {file: "country;number;package\nFR;+442079460000;gold\n",
		want: []string{"2: wrong_country"}},
	"the calling code twice": {file: "country;number;package\nGB;44442079460000;gold\n",
		want: []string{"2: not_e164"}},
	"a span of two notations": {file: "start;end\n020 7946 0000;+442079460009\n", profile: gb,
		want: []string{"2: 442079460000-442079460009 gold"}},
	"NPA-NXX with dots": {file: "NPA-NXX;package\n212.555;gold\n(212) 556;gold\n212555;gold\n",
		want: []string{"2: 12125550000-12125559999 gold", "3: 12125560000-12125569999 gold",
			"4: 12125550000-12125559999 gold"}},
	"NPANXX with a wrong code": {file: "NPANXX;package\n112-555;gold\n", want: []string{"2: not_e164"}},
	"NPA NXX X": {file: "NPA;NXX;X;Rate " +
		"Center;package\n212;555;0;NWYRCYZN01;gold\n212;555;A;NWYRCYZN01;gold\n",
		want: []string{"2: 12125550000-12125550999 gold in NWYRCYZN01", "3: 12125550000-12125559999 gold in NWYRCYZN01"}},
	"ten digits of America": {file: "TN\n2125550100\n1-212-555-0101\n", profile: us,
		want: []string{"2: 12125550100-12125550100 gold", "3: 12125550101-12125550101 gold"}},
	// Counts and shapes.
	"a count with a blank": {file: "Anfang;Anzahl;Paket\n+442079460000;1 000;gold\n",
		want: []string{"2: 442079460000-442079460999 gold"}},
	"a count with an apostrophe": {file: "start;size;package\n+442079460000;1'000;gold\n",
		want: []string{"2: 442079460000-442079460999 gold"}},
	"half a number": {file: "start;size;package\n+442079460000;10,5;gold\n", want: []string{"2: bad_size"}},
	"a count that differs": {file: "start;end;size;package\n+442079460000;+442079460009;9;gold\n",
		want: []string{"2: bad_size"}},
	"a range with an en dash": {file: "Plage;Forfait\n+442079460000 – +442079460009;gold\n",
		want: []string{"2: 442079460000-442079460009 gold"}},
	"a range with to": {file: "range;package\n+442079460000 to +442079460009;gold\n",
		want: []string{"2: 442079460000-442079460009 gold"}},
	"a range, the end shortened": {file: "range;package\n+442079460000-09;gold\n",
		want: []string{"2: 442079460000-442079460009 gold"}},
	// Headers.
	"French": {file: "Tranche début;Tranche fin;Forfait;Ville\n+33130000000;+33130000009;gold;Paris\n",
		want: []string{"2: 33130000000-33130000009 gold in Paris"}},
	"Spanish": {file: "Desde;Hasta;Plan;Ciudad\n+34910000000;+34910000009;gold;Madrid\n",
		want: []string{"2: 34910000000-34910000009 gold in Madrid"}},
	"German": {file: "Von;Bis;Tarif;Ort\n+493090182000;+493090182009;gold;Köln\n",
		want: []string{"2: 493090182000-493090182009 gold in Köln"}},
	"Russian": {file: "Начало;Конец;Тариф;Город\n+74951234000;+74951234009;gold;Москва\n",
		want: []string{"2: 74951234000-74951234009 gold in Москва"}},
	"capitals and underscores": {file: "START_NUMBER|END_NUMBER|RATE_PLAN\n+442079460000|+442079460009|gold\n",
		want: []string{"2: 442079460000-442079460009 gold"}},
	"two rows, a group": {file: "Range,,Plan\nStart,End,\n+442079460000,+442079460009,gold\n",
		want: []string{"3: 442079460000-442079460009 gold"}},
	"three rows of titles": {file: "Acme\nNumbers\n2026\nnumber,package\n+442079460000,gold\n",
		want: []string{"5: 442079460000-442079460000 gold"}},
	"the header again": {file: "number,package\n+442079460000,gold\nnumber,package\n+442079460001,gold\n",
		want: []string{"2: 442079460000-442079460000 gold", "3: not_e164", "4: 442079460001-442079460001 gold"}},
	"a column of totals": {file: "start,end,package\n+442079460000,+442079460009,gold\nTotal,10,\n",
		want: []string{"2: 442079460000-442079460009 gold", "3: not_data"}},
	// Statuses.
	"in use, in French": {file: "numéro;statut;forfait\n+33130000000;Occupé;gold\n+33130000001;Disponible;gold\n",
		want: []string{"2: status_not_accepted", "3: 33130000001-33130000001 gold"}},
	"in use, in Russian": {file: "номер;статус;пакет\n+74951234000;ЗАНЯТ;gold\n+74951234001;Свободен;gold\n",
		want: []string{"2: status_not_accepted", "3: 74951234001-74951234001 gold"}},
	"ported out": {file: "number,status,package\n+442079460000,Ported-Out,gold\n+442079460001,AVAILABLE ,gold\n",
		want: []string{"2: status_not_accepted", "3: 442079460001-442079460001 gold"}},
	// Encodings and dialects.
	"UTF-16 and semicolons": {file: widened("start;end;package\r\n+442079460000;+442079460009;gold\r\n", true,
		true), want: []string{"2: 442079460000-442079460009 gold"}},
	"big-endian": {file: widened("number\tpackage\n+442079460000\tgold\n", false, true),
		want: []string{"2: 442079460000-442079460000 gold"}},
	"a byte order mark and quotes": {file: "\ufeff\"number\";\"package\"\n\"+442079460000\";\"gold\"\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"Windows-1252 dashes": {file: "range;area;package\n+442079460000 \x96 +442079460009;D\xfcsseldorf;gold\n",
		want: []string{"2: 442079460000-442079460009 gold in Düsseldorf"}},
	"Windows-1252 blanks": {file: "number;package;area\n+44\xa020\xa07946\xa00000;gold;caf\xe9\n",
		want: []string{"2: 442079460000-442079460000 gold in café"}},
	"Windows-1251 headers": {file: "\xed\xee\xec\xe5\xf0;\xef\xe0\xea\xe5\xf2;\xe3\xee\xf0\xee\xe4\n+74951234000;gold;" +
		"\xcc\xee\xf1\xea\xe2\xe0\n", want: []string{"2: 74951234000-74951234000 gold in Москва"}},
	"carriage returns and quotes": {file: "number,package\r\"+442079460000\",\"gold\"\r",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"gzip and tabs": {file: zipped("number\tpackage\n+442079460000\tgold\n"),
		want: []string{"2: 442079460000-442079460000 gold"}},
	"a quote inside": {file: "number,area,package\n+442079460000,5\" pipe,gold\n+442079460001,x,gold\n",
		want: []string{"2: malformed_row", "3: 442079460001-442079460001 gold in x"}},
	"blanks at the ends": {file: "  number  ,  package  \n  +442079460000  ,  gold  \n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"more cells than headers": {file: "number,package\n+442079460000,gold,,,\n",
		want: []string{"2: 442079460000-442079460000 gold"}},
	"the separator of a spreadsheet": {file: "sep=;\nnumber;package\n+442079460000;gold\n",
		want: []string{"3: 442079460000-442079460000 gold"}},
}

func TestNearVariantsOfNumbers(t *testing.T) {
	t.Parallel()
	for name, test := range numberVariants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

// variant is a file, its profile, and what its rows are read as.
type variant struct {
	file, profile string
	want          []string
}

func (v variant) run(t *testing.T) {
	t.Helper()
	if diff := cmp.Diff(v.want, v.read(t)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// read returns the file's rows as judge names them.
func (v variant) read(t *testing.T) []string {
	t.Helper()
	var p *sheet.Profile
	if v.profile != "" {
		p = columns(t, v.profile)
	}
	got, err := judge(t, v.file, p)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// The same for prices: they are read correctly or refused, never as other prices.
func TestNearVariantsOfPrices(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		header, row, want string
	}{
		"a price in French": {"numéro;frais;mensuel (€)", "0;1,50", "0.00 EUR setup, 1.50 EUR a month"},
		"in German, a year": {"Nummer;Grundgebühr pro Jahr (EUR)", "1.234,50",
			"0.00 EUR setup, 1234.50 EUR a year"},
		"in German, a month":     {"Nummer;Preis pro Monat EUR", "4,99", "0.00 EUR setup, 4.99 EUR a month"},
		"in Spanish":             {"numero;cuota mensual (EUR)", "4,99", "0.00 EUR setup, 4.99 EUR a month"},
		"in Russian":             {"номер;абонентская плата (руб.)", "150,00", "0.00 RUB setup, 150.00 RUB a month"},
		"a quarter":              {"number;Fee per quarter", "3.10", "0.00 USD setup, 3.10 USD every 3 months"},
		"a week":                 {"number;weekly charge", "0.70", "0.00 USD setup, 0.70 USD a week"},
		"in pence":               {"number;monthly (pence);currency", "150;GBP", "0.00 GBP setup, 1.50 GBP a month"},
		"pounds and pence":       {"number;monthly;currency", "£1.50;GBP", "0.00 GBP setup, 1.50 GBP a month"},
		"pounds of dollars":      {"number;monthly", "£1.50", "bad_price"},
		"yen with a sign":        {"number;monthly;currency", "¥1,500;JPY", "0 JPY setup, 1500 JPY a month"},
		"crowns":                 {"number;monthly;currency", "15,50 kr;SEK", "0.00 SEK setup, 15.50 SEK a month"},
		"Swiss francs":           {"number;monthly;currency", "1'234.50;CHF", "0.00 CHF setup, 1234.50 CHF a month"},
		"a dash for nothing":     {"number;setup;monthly", "-;1.50", "bad_price"},
		"free":                   {"number;setup;monthly", "free;1.50", "0.00 USD setup, 1.50 USD a month"},
		"a minus":                {"number;monthly", "-1.50", "bad_price"},
		"a percentage":           {"number;monthly", "5%", "bad_price"},
		"two prices":             {"number;monthly", "1.50/2.50", "bad_price"},
		"with tax":               {"number;monthly (incl. VAT)", "1.50", `the header "number,monthly (incl. VAT)"`},
		"five decimals of zero":  {"number;monthly", "1.50000", "0.00 USD setup, 1.50 USD a month"},
		"a part of a cent":       {"number;monthly", "1.505", "ambiguous_amount"},
		"a part of a cent, four": {"number;monthly", "1.5051", "bad_price"},
		"every two weeks": {"number;recurring;frequency", "1.00;every 2 weeks",
			"0.00 USD setup, 1.00 USD every 2 weeks"},
		"half-yearly": {"number;recurring;frequency", "1.00;half-yearly",
			"0.00 USD setup, 1.00 USD every 6 months"},
		"an unknown interval":  {"number;recurring;frequency", "1.00;now and then", "bad_interval"},
		"a month in the price": {"number;recurring", "0.50/mo", "0.00 USD setup, 0.50 USD a month"},
		"a year in the price":  {"number;recurring", "12.00 p.a.", "0.00 USD setup, 12.00 USD a year"},
		"a month and a sign": {"number;recurring;currency", "€ 1,50 / Monat;EUR",
			"0.00 EUR setup, 1.50 EUR a month"},
		"a year against the header": {"number;monthly", "$12/year", "bad_interval"},
		"a year against its column": {"number;recurring;interval", "12.00/yr;monthly", "bad_interval"},
		"a setup every month":       {"number;setup;monthly", "1.00/mo;2.00", "bad_price"},
		"cents in the price":        {"number;monthly", "50c", "0.00 USD setup, 0.50 USD a month"},
		"pence in the price":        {"number;monthly;currency", "50p;GBP", "0.00 GBP setup, 0.50 GBP a month"},
		"pence of dollars":          {"number;monthly", "50p", "bad_price"},
		"pence in a header":         {"number;monthly (pence)", "50", "0.00 GBP setup, 0.50 GBP a month"},
		"whole francs":              {"number;setup;monthly;currency", "0.-;5.--;CHF", "0.00 CHF setup, 5.00 CHF a month"},
		"sign and code":             {"number;monthly", "$1.50 USD", "0.00 USD setup, 1.50 USD a month"},
		"a sign and another code":   {"number;monthly", "€1.50 USD", "bad_price"},
		"an accountant's minus":     {"number;monthly", "(1.50)", "bad_price"},
		"an accountant's minus, $":  {"number;monthly", "$(1.50)", "bad_price"},
		"without tax in the price":  {"number;monthly", "1.50 + VAT", "0.00 USD setup, 1.50 USD a month"},
		"with tax in the price":     {"number;monthly", "1.50 incl. VAT", "bad_price"},
		"per number":                {"number;monthly", "1.50 USD/DID", "0.00 USD setup, 1.50 USD a month"},
		"a text formula":            {"number;monthly", `"=""1.50"""`, "0.00 USD setup, 1.50 USD a month"},
		"full-width digits":         {"number;monthly", "１．５０", "0.00 USD setup, 1.50 USD a month"},
		"a guess":                   {"number;monthly", "~1.50", "bad_price"},
		"not available":             {"number;setup;monthly", "n/a;1.50", "bad_price"},
		"units in a second header":  {"number;setup;monthly\n;EUR;EUR", "0;1.50", "0.00 EUR setup, 1.50 EUR a month"},
		"a price and an interval":   {"number;price;billing cycle", "12.00;yearly", "0.00 USD setup, 12.00 USD a year"},
		"one word in German": {"Nummer;Einrichtungsgebühr;Monatspreis", "1,00;1,50",
			"1.00 USD setup, 1.50 USD a month"},
		"a year in one word": {"Nummer;Jahresgebühr (EUR)", "12,00", "0.00 EUR setup, 12.00 EUR a year"},
		"activation in French": {"numéro;frais d'activation;prix mensuel HT", "1,00;1,50",
			"1.00 USD setup, 1.50 USD a month"},
		"alta in Spanish": {"número;cuota de alta;cargo mensual", "1,00;1,50",
			"1.00 USD setup, 1.50 USD a month"},
		"camel case": {"phoneNumber;setupFee;monthlyPrice", "1.00;1.50", "1.00 USD setup, 1.50 USD a month"},
		"non-recurring": {"TN;Non-recurring charge;Recurring charge", "1.00;1.50",
			"1.00 USD setup, 1.50 USD a month"},
		"a period of ISO 8601": {"number;recurring;interval", "12.00;P1Y", "0.00 USD setup, 12.00 USD a year"},
		"in letters":           {"number;recurring;interval", "12.00;M", "0.00 USD setup, 12.00 USD a month"},
		"three months in words": {"number;recurring;interval", "3.00;every three months",
			"0.00 USD setup, 3.00 USD every 3 months"},
		"every other month": {"number;recurring;interval", "3.00;bimestral",
			"0.00 USD setup, 3.00 USD every 2 months"},
		"billed annually": {"number;recurring;interval", "3.00;billed annually in advance",
			"0.00 USD setup, 3.00 USD a year"},
		"in Italian":                  {"number;recurring;interval", "3.00;mensile", "0.00 USD setup, 3.00 USD a month"},
		"once":                        {"number;recurring;interval", "3.00;one-time", "bad_interval"},
		"twice":                       {"number;recurring;interval", "3.00;twice a year", "bad_interval"},
		"a minute":                    {"number;recurring;interval", "3.00;per minute", "bad_interval"},
		"an interval of two meanings": {"number;recurring;frequency", "1.00;bimonthly", "bad_interval"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := priced(t, test.header+"\n+442079464100;"+test.row+"\n")
			want := []string{test.want}
			if name == "with tax" { // the column is not read as a price, so the import asks
				want = []string{"missing_value"}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("price (-want +got):\n%s", diff)
			}
		})
	}
}

// A file of national numbers without a country, some of which could be another
// country's: nothing is applied before a person has looked.
func TestNumbersOfAMissingCountryAreDoubted(t *testing.T) {
	t.Parallel()
	file := "number,package\n"
	for i := range 12 {
		file += fmt.Sprintf("3000 0000%02d,gold\n", i)
	}
	file += "39 06 69821,gold\n"
	for name, test := range map[string]struct {
		file string
		asks int
	}{"without": {file, 1}, "with a country": {"country," + file, 0}} {
		s, err := opened(test.file, nil)
		if err != nil {
			t.Fatal(err)
		}
		p := NewPlan(Offer, false, anyPackage(nil))
		eachOf(t, s, func(rec sheet.Record) {
			if err := p.Add(&s.Layout, rec); err != nil {
				t.Fatal(err)
			}
		})
		if asks, _ := p.Review(s.Recognised); len(asks) != test.asks {
			t.Errorf("%s: asks %q, %q", name, asks, p.Sample)
		}
	}
}
