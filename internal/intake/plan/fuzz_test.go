package plan

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

// seeds are files of each shape, and hostile ones.
var seeds = []string{
	"", "\n", "start,end,package\n+442071230000,+442071239999,gold\n", "prefix;size;package\r\n44207123;10 000;gold\r\n",
	"\ufeffnumber\tpackage\n'+442071230000\tgold\n", "NPA|NXX|Status\n2024-05-01\n212|555|in service\n",
	"\xff\xfen\x00u\x00m\x00\x00\xd8",
	"АВС/ DEF;От;До;Емкость\n495;1234500;1234599;100\n", "DID,NRC,MRC,currency\n+33130000000,1,\"2,50 €\",EUR\n",
	"number,package\n\"+44", "number,package\n+44\x00,gold\n",
	"row,outcome,code,detail,number,package\n2,rejected,x,y,'+442071230000,gold\n",
	"range,country,type,features,plan\n+442071230000-9,GB,local,sms+voice,gold\n", "\x1f\x8b\x08\x00", "PK\x03\x04",
	`{"id":"1","columns":["number","package"],"rows":[{"row":2,"outcome":"rejected","code":"x","detail":"y",` +
		`"cells":["'+442071230000","gold"]}],"withdrawn":[]}`,
}

// FuzzRecognition: a file of any bytes is read to its end or refused with a reason:
// row after row in order, with an outcome for each.
func FuzzRecognition(f *testing.F) {
	for i, seed := range seeds {
		f.Add([]byte(seed), byte(i))
	}
	profiles := []*sheet.Profile{
		nil, columns(f, ofcom), columns(f, arcep), columns(f, nanp),
		columns(f, `{"country_code": "7", "currency": "RUB", "make_packages": true, "columns": {}}`),
	}
	f.Fuzz(func(t *testing.T, file []byte, which byte) {
		p := profiles[int(which)%len(profiles)]
		s, err := opened(string(file), p)
		var unreadable *sheet.Unreadable
		if err != nil {
			if !errors.As(err, &unreadable) || unreadable.Reason == "" {
				t.Fatalf("refused by %T %v", err, err)
			}
			return
		}
		prices, line := anyPackage(p), 0
		for {
			rec, err := s.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				if !errors.As(err, &unreadable) {
					t.Fatalf("refused by %T %v", err, err)
				}
				return
			}
			if rec.Line <= line {
				t.Fatalf("line %d after %d", rec.Line, line)
			}
			line = rec.Line
			wellJudged(t, &s.Layout, rec, prices)
		}
	})
}

// FuzzRows: any content of a row's cells gives a fault with a sentence, or numbers
// that exist.
func FuzzRows(f *testing.F) {
	for i, row := range []string{
		"+442071230000|+442071239999|10000", "020 7123 0000|020 7123 0009|", "212|555|10", "2024-05-01||", "4.42E+11||",
		"1e9|1|1",
		"99999999999999999999|9|9", "-1|=1+1|@", "+1|+2|1000000000000000", "\x00|é|\xff", "442071230000.0||1,000",
	} {
		f.Add(row, byte(i))
	}
	headers := []string{
		"start|end|size", "prefix|package|size", "number|country|size", "range|status|type", "npa|nxx|national length",
		"авс/def|от|до",
		"number|monthly|currency", "number|setup|mrc", "from|area|qty", "did|features|plan", "prefix|country|digits",
	}
	f.Fuzz(func(t *testing.T, row string, which byte) {
		s, err := opened(headers[int(which)%len(headers)]+"\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		l := s.Layout
		cells := strings.Split(row, "|")
		wellJudged(t, &l, sheet.Record{Line: 2, Cells: cells}, anyPackage(nil))
		people := People{known: map[string]string{"": ""}, zone: time.UTC}
		people.time(cells[0], which%2 == 0)
	})
}

func wellJudged(t *testing.T, l *sheet.Layout, rec sheet.Record, prices *Packages) {
	o, fault := readOffer(l, rec, prices)
	if fault != nil {
		wanttest.True(t, "the fault has a code", fault.Code != "")
		wanttest.True(t, "the fault has a detail", fault.Detail != "")
		wanttest.True(t, "the detail needs no guard in a CSV file", !csvexport.LooksGuarded(fault.Detail))
		wanttest.Equal(t, "outcome of the fault", OutcomeOf(fault.Code), Rejected)
		return
	}
	wanttest.True(t, "a span does not end before it starts", o.span.End >= o.span.Start)
	wanttest.True(t, "a span is not longer than allowed", o.span.Count() <= maxSpan)
	if err := e164.Valid(o.span.Start); err != nil {
		t.Fatal(err)
	}
	if err := e164.Valid(o.span.End); err != nil {
		t.Fatal(err)
	}
	wanttest.True(t, "an offer has a package", o.pkg != "")
}
