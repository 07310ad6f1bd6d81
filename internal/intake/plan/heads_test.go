package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Headers that carriers use for one column of numbers, or for a first and a last
// number.
func TestHeadersOfNumbers(t *testing.T) {
	t.Parallel()
	one := "DDI|DDIs|TN|TNs|MSISDN|CLI|E.164|E164_NUMBER|e164Number|phoneNumber|Phone No.|Telephone " +
		"Numbers|DID/DDI|Rufnummer|Rufnummern|Numéro de téléphone|N° de téléphone|SDA|Número de teléfono|Teléfono|" +
		"Телефонный номер|Numero di telefono|Full number|Numbers|DDI Range|Start/End|From - " +
		"To|Von/Bis|Rufnummernblock|Plage de numéros"
	for header := range strings.SplitSeq(one, "|") {
		got, err := judge(t, header+",package\n+442079460000,gold\n", nil)
		if diff := cmp.Diff([]string{"2: 442079460000-442079460000 gold"}, got); err != nil || diff != "" {
			t.Errorf("%q: %v, %s", header, err, diff)
		}
	}
	two := "Start DDI,End DDI|DDI From,DDI To|First DDI,Last DDI|Rufnummer von,Rufnummer bis|Starting Number,Ending " +
		"Number|RANGE_START,RANGE_END|rangeStart,rangeEnd|start_e164,end_e164|Номер с,Номер по|Du,Au|Début,Fin|Número " +
		"inicial,Número final"
	for header := range strings.SplitSeq(two, "|") {
		got, err := judge(t, header+",package\n+442079460000,+442079460009,gold\n", nil)
		if diff := cmp.Diff([]string{"2: 442079460000-442079460009 gold"}, got); err != nil || diff != "" {
			t.Errorf("%q: %v, %s", header, err, diff)
		}
	}
	for header := range strings.SplitSeq("No|Nº|#|Block No.|Line|Low,High|Note", "|") {
		if got, err := judge(t, header+",package\n+442079460000,gold\n", nil); err == nil {
			t.Errorf("%q is read as %q, want it refused", header, got)
		}
	}
}

// Numbers in several columns, and counts in headers.
func TestPartsOfNumbers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]variant{
		"calling code, area code, number": {file: "Country Code,Area " +
			"Code,Number,package\n44,20,79460000,gold\n44.0,020,79460001,gold\nDE,30,12345678,gold\n1,212,5550100,gold\n",
			want: []string{"2: 442079460000-442079460000 gold", "3: 442079460001-442079460001 gold",
				"4: 493012345678-493012345678 gold", "5: 12125550100-12125550100 gold"}},
		"area code, from, to": {file: "Area Code,From,To\n020,79460000,79460009\n", profile: gb,
			want: []string{"2: 442079460000-442079460009 gold"}},
		"Vorwahl, Rufnummer": {file: "Vorwahl;Rufnummer\n030;12345678\n030;+493012345679\n", profile: de,
			want: []string{"2: 493012345678-493012345678 gold", "3: 493012345679-493012345679 gold"}},
		"an area code that may be twice": {file: "Vorwahl;Rufnummer\n30;30123456\n030;03012345678\n", profile: de,
			want: []string{"2: ambiguous_number", "3: 493012345678-493012345678 gold"}},
		"calling code as a prefix": {file: "Prefijo;Número;Plan\n34;911234567;gold\n",
			want: []string{"2: 34911234567-34911234567 gold"}},
		"NPA, number": {file: "NPA,Number,package\n212,5550100,gold\n",
			want: []string{"2: 12125550100-12125550100 gold"}},
		"NPA, NXX, line": {file: "NPA,NXX,Line,package\n212,555,0100,gold\n212,555,100,gold\n",
			want: []string{"2: 12125550100-12125550100 gold", "3: not_e164"}},
		"NPA, NXX, XXXX": {file: "NPA,NXX,XXXX,package\n212.0,555.0,0100,gold\n",
			want: []string{"2: 12125550100-12125550100 gold"}},
		"NPA, NXX, from, to": {file: "NPA,NXX,From,To,package\n212,555,0100,0199,gold\n",
			want: []string{"2: 12125550100-12125550199 gold"}},
		"NPA, NXX, start line, end line": {file: "NPA,NXX,Start Line,End Line,package\n212,555,0100,0199,gold\n",
			want: []string{"2: 12125550100-12125550199 gold"}},
		"NPA-NXX, from, to": {file: "NPA-NXX,From,To,package\n212-555,0000,0999,gold\n",
			want: []string{"2: 12125550000-12125550999 gold"}},
		"NPA, NXX, block": {file: "NPA,NXX,Block,package\n212,555,1,gold\n212,555,A,gold\n212,555,,gold\n",
			want: []string{"2: 12125551000-12125551999 gold", "3: 12125550000-12125559999 gold", "4: missing_value"}},
		"a code of another country": {file: "Country,NPANXX,package\nGB,212555,gold\nCA,416555,gold\n",
			want: []string{"2: wrong_country", "3: 14165550000-14165559999 gold"}},
		"a count in the header": {file: "Range (100),package\n+442079460000,gold\n+442079460100-+442079460149,gold\n",
			want: []string{"2: 442079460000-442079460099 gold", "3: bad_size"}},
		"a count of thousands": {file: "Block (10k),package\n+44207946,gold\n+442079470000,gold\n",
			want: []string{"2: 442079460000-442079469999 gold", "3: 442079470000-442079479999 gold"}},
		"the first of two columns": {file: "Number (1),package\n+442079460000,gold\n",
			want: []string{"2: 442079460000-442079460000 gold"}},
		"a range among numbers": {file: "DDI,package\n+442079460000,gold\n+442079460010 - " +
			"+442079460019,gold\n+442079460020 to 29,gold\n+442079460030-39,gold\n",
			want: []string{"2: 442079460000-442079460000 gold", "3: 442079460010-442079460019 gold",
				"4: 442079460020-442079460029 gold", "5: not_e164"}},
		"a range among prefixes": {file: "Block\n020 7946 0000 - 0099\n020 7946 01XX\n", profile: gb,
			want: []string{"2: 442079460000-442079460099 gold", "3: 442079460100-442079460199 gold"}},
		"shortened ends": {file: "From;To\n020 7946 0000;0099\n020 7946 0100;199\n020 7946 0200;7946 " +
			"0299\n020 7946 0300;460399\n020 7946 0499;00\n", profile: gb,
			want: []string{"2: 442079460000-442079460099 gold", "3: 442079460100-442079460199 gold",
				"4: 442079460200-442079460299 gold", "5: not_e164", "6: reversed"}},
		"countries by name": {file: "country,number,package\nUK,020 7946 0000,gold\nGBR,020 7946 " +
			"0001,gold\nGermany,030 12345678,gold\nItalia,06 12345678,gold\nСША,2125550100,gold\nUK - London,020 7946 " +
			"0002,gold\n", want: []string{"2: 442079460000-442079460000 gold", "3: 442079460001-442079460001 gold",
			"4: 493012345678-493012345678 gold", "5: 390612345678-390612345678 gold", "6: 12125550100-12125550100 gold",
			"7: wrong_country"}},
		"Italy's lost zero": {file: "number\n+39 6 12345684\n06 12345684\n612345685\n", profile: it,
			want: []string{"2: not_e164", "3: 390612345684-390612345684 gold", "4: not_e164"}},
		"a package in capitals": {file: "number,package\n+442079460000,GOLD\n+442079460001,Golden\n",
			want: []string{"2: 442079460000-442079460000 gold", "3: unknown_package"}},
		"an invisible letter in a header": {file: "num\u00adber,\u200bpackage\n+442079460000,gold\n",
			want: []string{"2: 442079460000-442079460000 gold"}},
		"totals and comments": {file: "number,package\n# block " +
			"A,\n+442079460000,gold\n#+442079460001,gold\n--,--\nTotal: 1,gold\nSumme,1\nИтого,1\n\x1a\n",
			want: []string{"2: not_data", "3: 442079460000-442079460000 gold", "4: not_data", "5: not_data", "6: not_data",
				"7: not_data", "8: not_data", "9: not_data"}},
		"more cells than headers": {file: "number,setup,monthly,package\n+442079460000,0,1,50,gold\n",
			want: []string{"2: malformed_row"}},
		"a header in line 15": {file: strings.Repeat("Acme Telecom,Numbers,\n",
			14) + "start,end,package\n+442079460000,+442079460009,gold\n", want: []string{"16: 442079460000-442079460009 gold"}},
		"a row of explanations": {file: "start,end,package\nfirst number,last " +
			"number,plan\n+442079460000,+442079460009,gold\n",
			want: []string{"2: not_e164", "3: 442079460000-442079460009 gold"}},
		"an index, a range, start and end": {file: "No,Range,Start,End,package\n1,X1,+442079460000,+442079460009,gold\n",
			want: []string{"2: 442079460000-442079460009 gold"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}
