package plan

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

func widened(text string, little bool, mark bool) string {
	var out []byte
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	for _, u := range units {
		if little {
			out = append(out, byte(u), byte(u>>8))
		} else {
			out = append(out, byte(u>>8), byte(u))
		}
	}
	return string(out)
}

func zipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write([]byte(text))
	w.Close()
	return out.String()
}

// Files that need no profile, or one without columns, with their recognised format.
func TestRecognition(t *testing.T) {
	t.Parallel()
	const plain = "start,end,package\n+442071230000,+442071239999,gold\n"
	whole := []string{"2: 442071230000-442071239999 gold"}
	for name, test := range map[string]struct {
		file, profile string
		want          []string
		recognised    sheet.Recognised // Columns left out
	}{
		"UTF-16 with a mark": {file: widened(plain, true, true), want: whole,
			recognised: sheet.Recognised{Encoding: sheet.UTF16LE}},
		"UTF-16 without": {file: widened(plain, false, false), want: whole,
			recognised: sheet.Recognised{Encoding: sheet.UTF16BE}},
		"half a UTF-16 pair": {file: widened(plain, true, true)[:len(widened(plain, true, true))-2] + "\x00\xd8\n\x00",
			want: []string{"2: not_utf16"}, recognised: sheet.Recognised{Encoding: sheet.UTF16LE}},
		"gzip": {file: zipped(plain), want: whole, recognised: sheet.Recognised{Compression: "gzip"}},
		"Latin-1 after 100 KB": {file: "number,package,note\n+442071230000,gold," + strings.Repeat("x",
			4000) + "\n" + strings.Repeat("+442071230001,gold,"+strings.Repeat("y", 4000)+"\n",
			25) + "+442071230002,gold,caf\xe9\n", recognised: sheet.Recognised{Encoding: sheet.Windows1252}},
		"tabs": {file: strings.ReplaceAll(plain, ",", "\t"), want: whole,
			recognised: sheet.Recognised{Delimiter: "\t"}},
		"pipes, CRLF, quotes": {file: "\"Start\"|\"End\"|\"Package\"\r\n\"+44 20 7123 0000\"|\"+44 20 7123 9999\"|gold\r\n",
			want: whole, recognised: sheet.Recognised{Delimiter: "|"}},
		"titles before": {file: "Numbers of Acme, Ltd\n2026-11-24\n\n" + plain,
			want: []string{"5: 442071230000-442071239999 gold"}, recognised: sheet.Recognised{HeaderLine: 4}},
		"a NUL": {file: "number,package\n+4420712\x0030000,gold\n", want: []string{"2: malformed_row"}},
		"NPA and NXX": {file: "State,NPA,NXX,OCN,Company,RateCenter,Use,Plan\n11/24/2026\nNJ,201,200,7421,\"ACME, " +
			"INC\",JERSEYCITY,AS,gold,\nNJ,201,201,7421,ACME,JERSEYCITY,UA,gold\nNJ,201,202,7421,ACME,JERSEYCITY,in " +
			"service,gold\nNJ,201,203,7421,ACME,JERSEYCITY,AS\n",
			want: []string{"2: not_data", "3: 12012000000-12012009999 gold in JERSEYCITY", "4: status_not_accepted",
				"5: 12012020000-12012029999 gold in JERSEYCITY", "6: missing_value"},
			recognised: sheet.Recognised{CountryCode: "1"}},
		"Cyrillic": {file: "АВС/ " +
			"DEF;От;До;Емкость;Регион;Тариф\n495;1234000;1234999;1000;Москва;gold\n495;1235000;1235999;999;Москва;gold\n",
			profile:    `{"country_code": "7", "columns": {}}`,
			want:       []string{"2: 74951234000-74951234999 gold in Москва", "3: bad_size"},
			recognised: sheet.Recognised{Delimiter: ";", CountryCode: "7"}},
		"start and count": {file: "Начальный номер;Конечный номер;Количество;Пакет\n+74951234000;;1000;gold\n",
			want: []string{"2: 74951234000-74951234999 gold"}, recognised: sheet.Recognised{Delimiter: ";"}},
		"countries": {file: "country,number,package\nGB,020 7123 " +
			"0000,gold\nFR,+442071230000,gold\nxx,1,gold\n33,0130000000,gold\n",
			want: []string{"2: 442071230000-442071230000 gold", "3: wrong_country", "4: wrong_country",
				"5: 33130000000-33130000000 gold"}},
		"prices": {file: "TN,Set-up,MRC\n+442071230000,1.00,5.00\n+442071230001,$1,\"5,00\"\n+442071230002,1," +
			"9\n+442071230003,1,gold\n", want: []string{"2: 442071230000-442071230000 gold", "3: 442071230001-442071230001 gold",
			"4: no_package_of_price", "5: bad_price"}},
		"types and features": {file: "phone,type,features,plan\n+442071230000,Local,\"voice, " +
			"sms\",gold\n+442071230001,x,,gold\n+442071230002,,telex,gold\n",
			want: []string{"2: 442071230000-442071230000 gold", "3: unknown_type", "4: unknown_feature"}},
		"ranges in a cell": {file: "range,package\n+442071230000 - " +
			"+442071239999,gold\n+442071239999-+442071230000,gold\n",
			want: []string{"2: 442071230000-442071239999 gold", "3: reversed"}},
		"what spreadsheets leave": {file: "number,package\n4.42E+11,gold\n442071230000.0,gold\n=1+1,gold\n",
			want: []string{"2: not_e164", "3: 442071230000-442071230000 gold", "4: not_e164"}},
		"a slip": {file: "start,end,package\n+12000000000,+19999999999,gold\n",
			want: []string{"2: too_large"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p *sheet.Profile
			if test.profile != "" {
				p = columns(t, test.profile)
			}
			got, err := judge(t, test.file, p)
			if err != nil || test.want != nil && !slices.Equal(got, test.want) {
				t.Errorf("got  %q, %v\nwant %q", got, err, test.want)
			}
			s, err := opened(test.file, p)
			if err != nil {
				t.Fatal(err)
			}
			want := sheet.Recognised{
				Compression: test.recognised.Compression, Encoding: test.recognised.Encoding, Delimiter: test.recognised.Delimiter,
				HeaderLine: max(test.recognised.HeaderLine, 1), CountryCode: test.recognised.CountryCode, Columns: s.Columns,
			}
			if want.Encoding == "" {
				want.Encoding = sheet.UTF8
			}
			if want.Delimiter == "" {
				want.Delimiter = ","
			}
			read := s.Recognised
			wanttest.Equal(t, "compression", read.Compression, want.Compression)
			wanttest.Equal(t, "encoding", read.Encoding, want.Encoding)
			wanttest.Equal(t, "delimiter", read.Delimiter, want.Delimiter)
			wanttest.Equal(t, "header line", read.HeaderLine, want.HeaderLine)
			wanttest.Equal(t, "country code", read.CountryCode, want.CountryCode)
		})
	}
}

func TestColumnsAreNamed(t *testing.T) {
	t.Parallel()
	s, err := opened("NPA,NXX,Status,Plan\n212,555,active,gold\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "column of npa_nxx", s.Columns["npa_nxx"], "NPA + NXX")
	wanttest.Equal(t, "column of status", s.Columns["status"], "Status")
	wanttest.Equal(t, "column of package", s.Columns["package"], "Plan")
	wanttest.Equal(t, "number of recognised columns", len(s.Columns), 3)
}

func TestPackedFilesThatCantBeMeant(t *testing.T) {
	t.Parallel()
	packed := zipped("number,package\n+442071230000,gold\n")
	broken := []byte(packed)
	broken[len(broken)-6] ^= 0xff // of the checksum
	for name, test := range map[string]struct{ file, want string }{
		"1000 to 1":     {zipped("number,package\n" + strings.Repeat("0", 8<<20)), "unpacks to more than"},
		"cut short":     {packed[:len(packed)-10], "gzip is broken"},
		"checksum":      {string(broken), "gzip is broken"},
		"no gzip":       {"\x1f\x8bx", "gzip is broken"},
		"a workbook":    {"PK\x03\x04rest", "save it as .xlsx or CSV"},
		"a million one": {"number,package\n" + strings.Repeat("1,x\n", sheet.MaxRows+1), "more than 1000000 rows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := judge(t, test.file, nil)
			var unreadable *sheet.Unreadable
			if !errors.As(err, &unreadable) || !strings.Contains(unreadable.Reason, test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}
