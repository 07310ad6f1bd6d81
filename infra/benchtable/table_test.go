package main

import (
	"strings"
	"testing"
)

const output = `goos: linux
cpu: Some Processor
BenchmarkSearch/10M_30%_sold/everything         	    5000	    452949 ns/op	    150983 cpu-ns/op	   25296 B/op	      21 allocs/op
BenchmarkSearch/10M_30%_sold/contains=77        	    5000	   4529490 ns/op	    1509830 cpu-ns/op	   25296 B/op	      31 allocs/op
BenchmarkSearch/1000M_none_sold/everything      	    5000	  45294900 ns/op	    15098300 cpu-ns/op	   25296 B/op	      22 allocs/op
BenchmarkSearch/1000M_none_sold/contains=77     	    5000	    452949 ns/op	    150983 cpu-ns/op	   25296 B/op	      32 allocs/op
BenchmarkSearch/10M_30%_sold/everything         	    5000	    2972949 ns/op	    990983 cpu-ns/op	   25296 B/op	      21 allocs/op
BenchmarkBounds/2.5%_sold/contains=7            	       2	     99999 ns/op	  7000000 cpu-ns/op	   67176 B/op	       7 allocs/op
BenchmarkBounds/2.5%_sold/contains=77           	       2	     99999 ns/op	  9000000 cpu-ns/op	    7176 B/op	       7 allocs/op
BenchmarkBounds/2.5%_sold/consecutive=10        	       2	     99999 ns/op	 19000000 cpu-ns/op	    7176 B/op	       7 allocs/op
BenchmarkUpdate     	   30000	     99999 ns/op	     36584 cpu-ns/op	   67176 B/op	       7 allocs/op
BenchmarkMemory/10M_30%_sold         	       1	   1307645 ns/op	   1554976 bytes	    518325 bytes/million_sold
PASS
BenchmarkRegexp/10M_30%_sold/contains=77        	       3	 999486263 ns/op	 337486263 cpu-ns/op	    6888 B/op	      32 allocs/op
BenchmarkCache/warm_idle_refresh         	      10	    870683 ns/op	         0.5000 RU/op	   1321888 bytes_kept
ok  	didpurchase/internal/dynamo	15.563s
`

func TestTables(t *testing.T) {
	m, err := parse(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	got := m.tables()
	for _, want := range []string{
		"one core of Some Processor",
		"| `contains=77` | 1.5 ms, 31 allocations, 25 kB | 0.15 ms, 32 allocations, 25 kB | 337 ms |\n",
		"| `everything` | 0.15 ms, 21 allocations, 25 kB | 15 ms, 22 allocations, 25 kB |  |\n",
		"| 2.5% sold | 9.0 ms: `contains=77` | 19 ms: `consecutive=10` | 67 kB: `contains=7` |\n",
		"| warm idle refresh | 0.5 | 0.87 ms |\n",
		"The copy of 10M 30% sold takes 1.6 MB: 518 kB for a million sold numbers. A sale changes it in 0.04 ms.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
}
