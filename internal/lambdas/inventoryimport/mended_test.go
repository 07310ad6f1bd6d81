package inventoryimport

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

func TestReportIsMendedAndSentAgain(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.profile("arcep", arcep)
	job := w.drop("arcep/MAJNUM.csv", "EZABPQM;Tranche_Debut;Tranche_Fin;Mn\xe9mo;Territoire\n"+
		"01056;0105600000;0105699999;FRTE;M\xe9tropole\n3000;3000;3000;X;National\n0700;07000000000000;07000099999999;X;"+
		"National\n")
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 3, Applied: 1, Rejected: 2, DIDs: 100_000})
	w.wantRanges("33105600000-33105699999 standard")
	report := string(w.read(job.ReportKey))
	if !strings.Contains(report, "Métropole") {
		t.Errorf("report %q is not UTF-8", report)
	}
	mended := w.drop("arcep/MAJNUM.csv", strings.ReplaceAll(report, "3000,3000,3000", "3000,0130000000,0130000099"))
	w.wantCounts(mended, intake.Completed, plan.Counts{Read: 3, Applied: 1, Unchanged: 1, Rejected: 1, DIDs: 100})
	if header := w.report(mended)[0]; strings.Join(header,
		",") != "row,outcome,code,detail,EZABPQM,Tranche_Debut,Tranche_Fin,Mnémo,Territoire" {
		t.Errorf("header %q", header)
	}
}

// The report as JSON can be corrected and sent again, like the CSV.
func TestJSONReportIsMendedAndSentAgain(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.profile("arcep", arcep)
	job := w.drop("arcep/a.csv", "EZABPQM;Tranche_Debut;Tranche_Fin;Territoire\n01056;0105600000;0105699999;"+
		"M\xe9tropole\n3000;3000;3000;=1+1\n")
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 2, Applied: 1, Rejected: 1, DIDs: 100_000})
	mended := strings.Replace(string(w.read(job.JSONReportKey())), `"3000","3000","3000"`,
		`"3000","0130000000","0130000099"`, 1)
	var pretty bytes.Buffer
	w.must(json.Indent(&pretty, []byte(mended), "", "  "))
	again := w.drop("arcep/a.json", pretty.String())
	w.wantCounts(again, intake.Completed, plan.Counts{Read: 2, Applied: 1, Unchanged: 1, DIDs: 100})
	got := w.report(again)
	wanttest.Equal(t, "header of the report", strings.Join(got[0], ","),
		"row,outcome,code,detail,EZABPQM,Tranche_Debut,Tranche_Fin,Territoire")
	wanttest.Equal(t, "last cell of the first row", got[1][7], "Métropole")
	wanttest.Equal(t, "last cell of the second row", got[2][7], "'=1+1")
	for content, want := range map[string]string{
		`{"rows": 1`: "are not a list", `{"columns": ["number"], "rows": [{"row": "x"}]}`: "broken",
		`{"a": 1}`: `without "rows"`,
		`{"columns": ["number", "package"], "rows": [{"row": 2, "cells": ["+442071230000", "gold"]}`: "broken",
		`{"columns": ["number"], "rows": [{"detail": "` + strings.Repeat("x",
			3*sheet.MaxRecord): "longer than 65536 bytes",
	} {
		if job := w.drop("b.json", content); job.Status != intake.Failed || !strings.Contains(job.Error, want) {
			t.Errorf("%.60s: import is %s: %s, want %q", content, job.Status, job.Error, want)
		}
	}
	w.wantRanges("33105600000-33105699999 standard", "33130000000-33130000099 standard")
}
