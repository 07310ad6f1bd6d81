package invoicepdf_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/invoicepdf"
	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/wanttest"
)

var keep = flag.String("keep", "", "folder in which the PDFs of the tests are left, to look at")

var at = time.Date(2026, time.January, 31, 12, 0, 0, 0, time.UTC)

// sheet is an invoice with this number of lines.
func sheet(lines int) invoicesheet.Sheet {
	s := invoicesheet.Sheet{
		Locale: "en", Title: "Invoice ACME-2026-000042", Colour: "#1a4b8c",
		From: invoicesheet.Block{Head: "From",
			Lines: []string{"Acme Telecom plc", "1 High Street", "SW1A 1AA London", "GB", "Tax number GB123456789"}},
		To: invoicesheet.Block{Head: "To", Lines: []string{"Żółw & Søn Łódź, Ёлка ООО, Ελλάς", "Allee 1, Gebäude 7",
			"10115 Berlin", "DE"}},
		Facts: []invoicesheet.Fact{{Name: "Date", Value: "2026-02-01"}, {Name: "Due", Value: "2026-02-15"},
			{Name: "Purchase order", Value: "PO-7"}},
		Heads:    []string{"Number", "Package", "Charge", "Period", "Net", "Tax", "Gross EUR"},
		Sums:     [][]string{{"Rounding of the tax", "", "-0.01", "-0.01"}, {"Total", "1000.00", "189.99", "1189.99"}},
		TaxHeads: []string{"Tax rate", "Net", "Tax"},
		Taxes:    [][]string{{"19 %", "1000.00", "189.99"}}, Notes: []string{"Reverse charge: the customer owes the tax."},
	}
	for n := range lines {
		s.Rows = append(s.Rows, []string{
			fmt.Sprintf("+44 20 7123 %04d", n), "Gold numbers of the capital, by the month", "Recurring",
			"2026-02-01 – 2026-03-01", "2.00", "0.38", "2.38",
		})
	}
	return s
}

// Other programs read the sheet's text from the PDF, on as many pages as necessary.
// 900 lines have their heads on each page.
func TestPDFHasTheSheetsText(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed (Debian's package poppler-utils): the text of the PDF is not compared")
	}
	for _, lines := range []int{1, 40, 900} {
		s := sheet(lines)
		document, err := invoicepdf.Print(s, at)
		if err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		if *keep != "" {
			folder = *keep
		}
		file := filepath.Join(folder, fmt.Sprintf("%d.pdf", lines))
		if err := os.WriteFile(file, document, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		text := words(string(out))
		for _, want := range append(append(s.From.Lines, s.To.Lines...), s.Title, "PO-7", "189.99", s.Notes[0]) {
			wanttest.True(t, fmt.Sprintf("the text of %d lines has %q", lines, want), strings.Contains(text, words(want)))
		}
		for _, row := range s.Rows {
			wanttest.True(t, fmt.Sprintf("the text of %d lines has the number %s once", lines, row[0]),
				strings.Count(text, row[0]) == 1)
		}
		pages := strings.Count(string(out), "\f")
		wanttest.Equal(t, fmt.Sprintf("heads of %d lines, one on each page", lines), strings.Count(text, "Gross EUR"), pages)
	}
}

// words returns the text with single blanks.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// The same sheet gives the same bytes, so an archived invoice that is printed again
// does not differ.
func TestPDFIsTheSameAgain(t *testing.T) {
	t.Parallel()
	first, err := invoicepdf.Print(sheet(60), at)
	if err != nil {
		t.Fatal(err)
	}
	second, err := invoicepdf.Print(sheet(60), at)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.True(t, "the bytes are equal", bytes.Equal(first, second))
}

// A character that the typeface lacks is printed as a question mark, never as a
// gap.
func TestPDFMarksCharactersThatItLacks(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed (Debian's package poppler-utils): the text of the PDF is not compared")
	}
	s := sheet(1)
	s.To.Lines = []string{"株式会社 Ltd"}
	document, err := invoicepdf.Print(s, at)
	if err != nil {
		t.Fatal(err)
	}
	read := exec.Command("pdftotext", "-", "-")
	read.Stdin = bytes.NewReader(document)
	out, err := read.Output()
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Contains(t, "text", string(out), "???? Ltd")
}
