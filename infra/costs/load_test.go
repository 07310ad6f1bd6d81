package main

import (
	"os"
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// The load model in the design uses the last measured units.
func TestCapacityIsOfTheMeasuredUnits(t *testing.T) {
	u, err := measured("../RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../design/capacity.md")
	if err != nil {
		t.Fatal(err)
	}
	want, err := capacity.Replace(string(text), u.capacity())
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "infra/design/capacity.md (go run ./infra/costs writes it)", string(text), want)
}

// 1,000 orders a second of ten numbers: 10,000 holds and sales of 2.4 + 6.9
// write units, and 20,000 searches of 30 ms.
func TestALoad(t *testing.T) {
	u, err := parse(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	l := load{1_000, 1e6}
	wanttest.Equal(t, "write units a second", whole(u.writes(l)), "93,000")
	wanttest.Equal(t, "read units a second", whole(u.reads(l)), "53,000")
	wanttest.Equal(t, "concurrent functions", whole(l.functions()), "801")
	wanttest.Equal(t, "renewals a second", whole(l.renewals()), "21")
}
