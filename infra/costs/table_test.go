package main

import (
	"strings"
	"testing"
)

const output = `goos: linux
BenchmarkCatalogue/10000-2         	       1	 198399494 ns/op	         2.000 cold-RU	        26.00 import-WU
BenchmarkCatalogue/1000000-2       	       1	 437575373 ns/op	        19.00 cold-RU	       130.0 import-WU
BenchmarkCatalogue/100000000-2     	       1	22665736350 ns/op	      1757 cold-RU	     10630 import-WU
BenchmarkSale-2                    	       1	  81134598 ns/op	         1.400 checkout-RU	         6.900 checkout-WU	         2.900 hold-RU	         2.400 hold-WU
PASS
BenchmarkRenewal-2   	       3	 374785000 ns/op	         2.030 read-units/renewal	      1218 renewals/s	         5.310 write-units/renewal
BenchmarkEvent-2   	       1	 345920322 ns/op	         3.000 read-units/event	         4.000 write-units/event
BenchmarkReport-2   	       1	 945920322 ns/op	         1.130 read-units/rental	         0.020 write-units/rental
`

func TestTables(t *testing.T) {
	u, err := parse(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	got := u.tables()
	for _, want := range []string{
		"| hold, ten at a time | 2.40 | 2.90 |\n",
		"| renewal, ninety at a time | 5.31 | 2.03 |\n",
		"| event to one webhook, and two messages | 4.00 | 3.00 |\n",
		"| row of a report of rentals | 0.02 | 1.13 |\n",
		"| import: write units | 26 | 20,000 | 130 | 2,000,000 | 10,630 | 200,000,000 |\n",
		"| import | below $0.01 | $0.01 | below $0.01 | $1.25 | below $0.01 | $125 |\n",
		// 30,000,000 renewals of 5.31 writes at $0.625 and 2.03 reads at $0.125 a million
		"| renewals of a month | $0.01 | $0.01 | $1.07 | $1.07 | $107 | $107 |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
}

func TestMissingFiguresAreErrors(t *testing.T) {
	for _, gone := range []string{"hold-WU", "write-units/renewal", "import-WU", "read-units/event", "read-units/rental"} {
		if _, err := parse(strings.NewReader(strings.ReplaceAll(output, gone, "x"))); err == nil {
			t.Errorf("no error without %s", gone)
		}
	}
}
