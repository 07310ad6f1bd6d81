package workbook

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/intake/sheet"
)

// Workbooks from several programs; testdata/make.py has their content. They store
// the same cells as shared, inline or formatted texts, with and without XML
// declarations, in several forms of archives.
func TestWorkbooksOfPrograms(t *testing.T) {
	t.Parallel()
	const (
		openpyxl = "Numbers of Acme\n\nNumber,Area,Setup,Monthly,Paid through,Checked\n" +
			"+44 20 7946 0000,London,0,€1.5,2026-01-31,TRUE\n" +
			"442079460001,London West,1,€1234.5,2026-01-31 12:30:00,FALSE\n" +
			"442079460002,Zürich,0.3,€2,2026-01-31\n\n" +
			"020 7946 0003,\" a blank   and a line \",0,€19.99,,TRUE\n'020 7946 0004,,0,€1,,TRUE\n"
		xlsxwriter = "Number,Area,Monthly,Since\n+44 20 7946 " +
			"0000,London,£1.5,2026-01-31\n\n02079460001,Zürich,3\n\n442079460002,TRUE,#N/A\n"
	)
	for name, test := range map[string]struct {
		text string
		info Info
	}{
		"openpyxl":    {openpyxl, Info{Sheet: "Offer", Others: []string{"Notes", "Old"}, Hidden: 1}},
		"libreoffice": {openpyxl, Info{Sheet: "Offer", Others: []string{"Notes", "Old"}, Hidden: 1}},
		"openpyxl-streaming": {"Number,Package\n+442079460000,gold\n+442079460001,gold\n+442079460002,gold\n",
			Info{Sheet: "Offer"}},
		"xlsxwriter":        {xlsxwriter, Info{Sheet: "Offer", Others: []string{"Old"}}},
		"xlsxwriter-inline": {xlsxwriter, Info{Sheet: "Offer", Others: []string{"Old"}}},
		"xlsxwriter-1904":   {xlsxwriter, Info{Sheet: "Offer", Others: []string{"Old"}}},
		"bare":              {xlsxwriter, Info{Sheet: "Offer", Others: []string{"Old"}}},
	} {
		text, info, err := converted(programFile(t, name), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.text, text); diff != "" {
			t.Errorf("%s: text (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.info, info); diff != "" {
			t.Errorf("%s: recognised (-want +got):\n%s", name, diff)
		}
	}
}

// A formula without a stored value has no value.
func TestFormulasOfProgramsAreRefused(t *testing.T) {
	t.Parallel()
	_, _, err := converted(programFile(t, "openpyxl-formula"), "")
	const want = "row 3, column 1 of the sheet is a formula without a stored value; open the workbook in a spreadsheet " +
		"program and save it"
	var unreadable *sheet.Unreadable
	if !errors.As(err, &unreadable) || unreadable.Reason != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func programFile(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name + ".xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return file
}
