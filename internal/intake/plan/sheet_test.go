package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
)

// judge reads a file and returns for each row its span and package, or its
// code.
func judge(t testing.TB, file string, p *sheet.Profile) (rows []string, err error) {
	t.Helper()
	s, err := opened(file, p)
	if err != nil {
		return nil, err
	}
	prices := anyPackage(p)
	if err := NewPlan(Offer, false, prices).Suits(s, p != nil && p.DefaultPackage != ""); err != nil {
		return nil, err
	}
	for {
		rec, err := s.Next()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		o, fault := readOffer(&s.Layout, rec, prices)
		word := fmt.Sprintf("%d: %s-%s %s", rec.Line, o.span.Start.Digits(), o.span.End.Digits(), o.pkg)
		if o.area != "" {
			word += " in " + o.area
		}
		if fault != nil {
			word = fmt.Sprintf("%d: %s", rec.Line, fault.Code)
		}
		rows = append(rows, word)
	}
}

// opened recognises a file as a job does.
func opened(file string, p *sheet.Profile) (*sheet.Sheet, error) {
	text, _, err := sheet.Unpacked(strings.NewReader(file))
	if err != nil {
		return nil, err
	}
	said := sheet.Encoding("")
	if p != nil {
		said = p.Encoding
	}
	encoding, doubt, err := sheet.Sniff(text, said)
	if err != nil {
		return nil, err
	}
	s, err := sheet.OpenSheet(strings.NewReader(file), encoding, p)
	if err == nil {
		s.Doubt = doubt
	}
	return s, err
}

// anyPackage knows the packages of the tests' files.
func anyPackage(p *sheet.Profile) *Packages {
	prices := NewPackages(map[string]pricing.Package{}, "USD", "", p)
	for id, at := range map[string]string{"standard": "2", "gold": "5"} {
		terms := pricing.Terms{Package: id, Version: 1, Setup: money.MustParse("1", "USD"),
			Recurring: money.MustParse(at, "USD"), Interval: monthly}
		prices.known[id] = pricing.Package{Terms: terms}
	}
	prices = NewPackages(prices.known, "USD", "", p)
	if p != nil {
		prices.fallback = p.DefaultPackage
	}
	return prices
}

func columns(t testing.TB, wire string) *sheet.Profile {
	t.Helper()
	p := &sheet.Profile{}
	if err := json.Unmarshal([]byte(wire), p); err != nil {
		t.Fatal(err)
	}
	if err := checked(*p, "test"); err != nil {
		t.Fatal(err)
	}
	return p
}

// checked returns the faults of a profile.
func checked(p sheet.Profile, name string) error {
	var f validate.Faults
	p.Check(&f, name)
	return f.Err()
}

const (
	ofcom = `{"country_code": "44", "default_package": "standard", "accept_status": ["Allocated"], "columns": {
		"prefix": "NMS Number Block: Number Block", "national_length": "Non Geo Number Length", "status": "Block Status"}}`
	arcep = `{"country_code": "33", "trunk_prefix": "0", "delimiter": ";", "encoding": "latin-1", "default_package": "standard",
		"columns": {"start": "Tranche_Debut", "end": "Tranche_Fin", "area": "Territoire"}}`
	nanp = `{"country_code": "1", "default_package": "standard", "accept_status": ["in service"],
		"columns": {"prefix": [1, 2], "status": 3, "national_length": 4}}`
)

func TestShapes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, profile string
		want          []string
	}{
		"start,end": {file: "start,end,package\n+442071230000,+442071239999,gold\n442071240000,44 20 7124 0009,gold\n",
			want: []string{"2: 442071230000-442071239999 gold", "3: 442071240000-442071240009 gold"}},
		"prefix,size": {file: "prefix,size,package\n44207123,10000,gold\n+44 20 " +
			"7124,\"10,000\",gold\n442071250000,1,gold\n442071,5000,gold\n",
			want: []string{"2: 442071230000-442071239999 gold", "3: 442071240000-442071249999 gold",
				"4: 442071250000-442071250000 gold", "5: not_e164"}},
		"number": {file: "number,package\n+442071230000,gold\n",
			want: []string{"2: 442071230000-442071230000 gold"}},
		"headers in any case and order, semicolons, BOM, CRLF": {file: "\ufeff Package ; AREA;Number " +
			"\r\ngold;London;+442071230000\r\n",
			want: []string{"2: 442071230000-442071230000 gold in London"}},
		"UTF-16 by its BOM": {file: "\xff\xfen\x00u\x00m\x00b\x00e\x00r\x00,\x00p\x00a\x00c\x00k\x00a\x00g\x00e\x00\n\x00",
			want: nil},
		"guarded cells": {file: "number,package\n'+442071230000,gold\n",
			want: []string{"2: 442071230000-442071230000 gold"}},
		"quotes and blank lines keep the lines' numbers": {file: "number,package,note\n\"+442071230000\",gold," +
			"\"two\nlines\"\n\n+442071230001,gold\n",
			want: []string{"2: 442071230000-442071230000 gold", "5: 442071230001-442071230001 gold"}},
		"Ofcom": {profile: ofcom,
			file: "NMS Number Block: Number Block,Block Status,CP Name,Non Geo Number Length\r\n3000 00,Allocated,x,10 digit " +
				"numbers\r\n" +
				"3400,allocated,x,10 digit numbers\r\n3000 07,Protected,,10 digit numbers\r\n3000 " +
				"08,Allocated,,none\r\n30000800001,Allocated,,10\r\n800 1111,Allocated,,7\r\n",
			want: []string{"2: 443000000000-443000009999 standard", "3: 443400000000-443400999999 standard",
				"4: status_not_accepted", "5: bad_length", "6: not_e164", "7: 448001111-448001111 standard"}},
		"ARCEP": {profile: arcep,
			file: "EZABPQM;Tranche_Debut;Tranche_Fin;Mn\xe9mo;Territoire\n0130;0130000000;0130999999;FRTE;M\xe9tropole\n3000;" +
				"3000;3000;x;National\n" +
				"0700;07000000000000;07000099999999;x;National\n",
			want: []string{"2: 33130000000-33130999999 standard in Métropole", "3: not_e164", "4: not_e164"}},
		"NPA and NXX without a header": {profile: nanp, file: "212,555,in service,10\n212,556,reserved,10\n",
			want: []string{"1: 12125550000-12125559999 standard", "2: status_not_accepted"}},
		"NPA and NXX below a header": {profile: nanp, file: "NPA,NXX,Status,Length\n212,555,In Service,10\n",
			want: []string{"2: 12125550000-12125559999 standard"}},
		"the country's only length": {file: "p\n0130\n+33131\n0131000000000\n",
			profile: `{"country_code": "33", "default_package": "standard", "columns": {"prefix": "p"}}`,
			want:    []string{"2: 33130000000-33130999999 standard", "3: 33131000000-33131999999 standard", "4: not_e164"}},
		"a country of several lengths": {file: "p\n20\n",
			profile: `{"country_code": "44", "default_package": "standard", "columns": {"prefix": "p"}}`,
			want:    []string{"2: unknown_length"}},
		"start and size": {file: "from,n\n0130000000,500\n0130000500,0\n0130000500,x\n0130000500,\n",
			profile: `{"country_code": "33", "default_package": "standard", "columns": {"start": "from", "size": "n"}}`,
			want:    []string{"2: 33130000000-33130000499 standard", "3: bad_size", "4: bad_size", "5: missing_value"}},
		"standard headers with a profile's country": {file: "number,package\n020 7123 0000,gold\n",
			profile: `{"country_code": "44", "columns": {}}`,
			want:    []string{"2: 442071230000-442071230000 gold"}},
		"faults of rows": {
			file: "start,end,package\n442071239999,442071230000,gold\n442071230000,4420712300001,gold\n4420,4421," +
				"gold\n999071230000,999071230000,gold\n" +
				"442071230000,,gold\n,442071230000,gold\n442071230000,442071230000,\nx,y,z\n4420712300\"00,1,2\n\xff,é," +
				"è\n1234567890123456,1234567890123456,gold\n",
			want: []string{"2: reversed", "3: not_e164", "4: not_e164", "5: not_e164", "6: missing_value", "7: missing_value",
				"8: missing_value", "9: not_e164", "10: malformed_row", "11: not_utf8", "12: not_e164"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p *sheet.Profile
			if test.profile != "" {
				p = columns(t, test.profile)
			}
			got, err := judge(t, test.file, p)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", sheet.MaxField+1)
	for name, test := range map[string]struct{ file, profile, want string }{
		"empty":          {want: "empty"},
		"unknown header": {file: "a,b,package\n1,2,3\n", want: `"a,b,package"`},
		"ambiguous header": {file: "number,prefix,size,package\n",
			want: "names numbers in several ways: number and prefix"},
		"column missing":   {file: "a,b\n", profile: arcep, want: `"Tranche_Debut"`},
		"position missing": {file: "a,b\n", profile: nanp, want: "is not there"},
		"long field":       {file: "number,package\n1,2\n" + long + ",gold\n", want: "line 3: column 1"},
		"long header":      {file: long + ",package\n", want: "line 1: column 1"},
		"row without an end": {file: "number,package\n1,2\n" + strings.Repeat("x,", sheet.MaxRecord),
			want: "line 3 is longer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p *sheet.Profile
			if test.profile != "" {
				p = columns(t, test.profile)
			}
			_, err := judge(t, test.file, p)
			var unreadable *sheet.Unreadable
			if !errors.As(err, &unreadable) || !strings.Contains(unreadable.Reason, test.want) {
				t.Errorf("error %v, want an Unreadable with %q", err, test.want)
			}
		})
	}
}

// A file of one line that never ends must not be gathered in memory.
func TestEndlessLineIsNotRead(t *testing.T) {
	t.Parallel()
	endless := &counted{}
	_, err := sheet.OpenSheet(endless, sheet.UTF8, nil)
	var unreadable *sheet.Unreadable
	if !errors.As(err, &unreadable) || endless.n > 1<<20 {
		t.Errorf("error %v after %d bytes", err, endless.n)
	}
}

type counted struct{ n int }

func (c *counted) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	c.n += len(p)
	return len(p), nil
}

func TestRowLimit(t *testing.T) {
	t.Parallel()
	s, err := opened("number,package\n1,2\n3,4\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Rows = sheet.MaxRows - 1
	if _, err := s.Next(); err != nil {
		t.Errorf("row %d: %v", sheet.MaxRows, err)
	}
	if _, err := s.Next(); err == nil || !strings.Contains(err.Error(), "1000000 rows") {
		t.Errorf("row %d: error %v", sheet.MaxRows+1, err)
	}
}

func TestProfileNamesItsFaults(t *testing.T) {
	t.Parallel()
	for wire, want := range map[string]string{
		`{"country_code": "44", "columns": {"number": 1}}`:                                                    "/default_package",
		`{"country_code": "999", "columns": {}}`:                                                              "/country_code",
		`{"columns": {}}`:                                                                                     "/country_code",
		`{"country_code": "44", "columns": {}, "delimiter": "x"}`:                                             "/delimiter",
		`{"country_code": "44", "columns": {}, "encoding": "koi8-r"}`:                                         "/encoding",
		`{"country_code": "44", "columns": {}, "trunk_prefix": "x"}`:                                          "/trunk_prefix",
		`{"country_code": "44", "columns": {"start": 1, "package": 2}}`:                                       "/columns/end",
		`{"country_code": "44", "columns": {"end": 1}}`:                                                       "/columns/start",
		`{"country_code": "44", "columns": {"number": 1, "prefix": 2, "package": 3}}`:                         "/columns",
		`{"country_code": "44", "columns": {"size": 1}}`:                                                      "/columns/size",
		`{"country_code": "44", "columns": {"number": ["", 2], "package": 3}}`:                                "/columns/number/0",
		`{"country_code": "44", "columns": {"number": 1}, "default_package": "a", "accept_status": ["free"]}`: "/columns/status",
	} {
		var p sheet.Profile
		if err := json.Unmarshal([]byte(wire), &p); err != nil {
			t.Fatal(err)
		}
		var invalid *validate.Invalid
		err := checked(p, "x")
		if !errors.As(err, &invalid) {
			t.Fatalf("%s: error %v, want a validate.Invalid", wire, err)
		}
		if len(invalid.Faults) != 1 {
			t.Fatalf("%s: faults are %+v, want one", wire, invalid.Faults)
		}
		wanttest.Equal(t, wire+": pointer of the fault", invalid.Faults[0].Pointer, want)
	}
	if err := checked(sheet.Profile{CountryCode: "44"}, "No Slug"); err == nil {
		t.Error("a profile named \"No Slug\" is valid")
	}
}

func TestColumnsKeepTheirWireForm(t *testing.T) {
	t.Parallel()
	for _, wire := range []string{`{"start":"From","end":2}`, `{"prefix":"NPA"}`, `{"prefix":["NPA",3],"package":"p"}`,
		`{"number":7}`, `{}`} {
		var c sheet.Columns
		if err := json.Unmarshal([]byte(wire), &c); err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(c)
		if err != nil || string(got) != wire {
			t.Errorf("%s became %s, %v", wire, got, err)
		}
	}
	for _, wire := range []string{`{"start":0}`, `{"start":-1}`, `{"start":1.5}`, `{"start":[]}`, `{"number":[{}]}`} {
		if err := json.Unmarshal([]byte(wire), &sheet.Columns{}); err == nil {
			t.Errorf("%s is taken", wire)
		}
	}
}
