package plan

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"didpurchase/internal/intake/sheet"
)

// rowsFile is a file of many rows, such as carriers have.
func rowsFile(header string, rows int, row func(i int) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range rows {
		b.WriteString(row(i) + "\n")
	}
	return b.String()
}

// BenchmarkAdd reads the rows of files into a plan: each op is 20,000 rows.
func BenchmarkAdd(b *testing.B) {
	const rows = 20_000
	for _, file := range []struct{ name, text string }{
		{"spans", rowsFile("start,end,area,package", rows, func(i int) string {
			return fmt.Sprintf("+4420%08d,+4420%08d,London,gold", 70000000+i*100, 70000000+i*100+99)
		})},
		{"numbers", rowsFile("number,package,note", rows,
			func(i int) string { return fmt.Sprintf("+4420%08d,gold,x", 70000000+i) })},
		{"national", rowsFile("number,country,package", rows,
			func(i int) string { return fmt.Sprintf("020 7%03d %04d,GB,gold", i/10_000, i%10_000) })},
		{"prices", rowsFile("number;setup;monthly", rows,
			func(i int) string { return fmt.Sprintf("+4420%08d;1,00;5,00", 70000000+i) })},
	} {
		b.Run(file.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				addAll(b, file.text)
			}
		})
	}
}

func addAll(b *testing.B, text string) {
	s, err := sheet.OpenSheet(strings.NewReader(text), sheet.UTF8, nil)
	if err != nil {
		b.Fatal(err)
	}
	p := NewPlan(Offer, false, anyPackage(nil))
	for {
		rec, err := s.Next()
		if err == io.EOF {
			return
		}
		if err == nil {
			err = p.Add(&s.Layout, rec)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
