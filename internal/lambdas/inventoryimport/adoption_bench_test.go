package inventoryimport

import (
	"fmt"
	"strings"
	"testing"

	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
)

// BenchmarkAdoption adopts a file of 4,000 rentals, and reports the rate.
func BenchmarkAdoption(b *testing.B) {
	const rows = 4_000
	for b.Loop() {
		b.StopTimer()
		w := newImporter(b)
		w.customer()
		w.drop("a.csv", "start,end,package\n+442071230000,+442071239999,gold\n")
		var file strings.Builder
		file.WriteString("number,customer,package,paid_until\n")
		for i := range rows {
			fmt.Fprintf(&file, "+%d,alice,gold,2027-01-31\n", 442071230000+i)
		}
		event := w.put("rentals/acme/many.csv", file.String())
		b.StartTimer()
		w.deliver(event)
		b.StopTimer()
		w.wantCounts(w.jobOf("acme", event), intake.Completed, plan.Counts{Read: rows, Applied: rows, Touched: rows})
		b.StartTimer()
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rentals/s")
}
