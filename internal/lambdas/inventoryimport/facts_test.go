package inventoryimport

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// A file corrects area, type, features and package of offered numbers; held
// numbers keep the price of their hold.
func TestFactsAreCorrected(t *testing.T) {
	t.Parallel()
	for strategy, file := range map[intake.Strategy]string{
		intake.Add: "start,end,package,area,type,features\n+442071230000,+442071230999,silver,Soho,mobile," +
			"sms\n+442071231000,+442071239999,gold,,,\n",
		intake.Replace: "start,end,package,area,type,features\n+442071230000,+442071230999,silver,Soho,mobile," +
			"sms\n+442071231000,+442071239999,gold,,,\n",
	} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			w := newImporter(t)
			alice := w.customer()
			w.addPackage("silver", "9.00")
			w.drop("a.csv", block)
			if got := w.hold(alice, 442071230005); !slices.Equal(got, []string{"held"}) {
				t.Fatalf("hold: %v", got)
			}
			no := false
			job := w.uploaded(intake.Request{Filename: "b.csv", Strategy: strategy, DryRun: &no}, file)
			w.wantCounts(job, intake.Completed, plan.Counts{Read: 2, Applied: 1, Unchanged: 1, Repriced: 1000, Updated: 1000})
			w.wantRanges("442071230000-442071230999 silver", "442071231000-442071239999 gold")
			found, err := w.store.Ranges(t.Context(), "acme", []e164.Number{442071230005, 442071239999})
			w.must(err)
			is, other := found[442071230005], found[442071239999]
			wanttest.Equal(t, "the numbers", fmt.Sprint(is.Area, " ", is.Type, " ", is.Features), "Soho mobile [sms]")
			wanttest.Equal(t, "those that the file leaves", fmt.Sprint(other.Area, " ", other.Type, " ", other.Features),
				"London geographic []")
			view, err := shop.New(w.store, w.env.Now).View(t.Context(), alice)
			w.must(err)
			wanttest.Equal(t, "price of the held number: as agreed", view.Quote.Total.String(), "3.00 USD")
			wanttest.Equal(t, "the same file again changes",
				w.uploaded(intake.Request{Filename: "b.csv", Strategy: strategy, DryRun: &no}, file).Unchanged, 2)
		})
	}
}

// A correction of a range of 10,000 numbers costs the same as one of a range of 10.
func TestCorrectionIsCheap(t *testing.T) {
	t.Parallel()
	costs := map[int]int{}
	for _, size := range []int{10, 10_000} {
		w := newImporter(t)
		w.drop("a.csv", fmt.Sprintf("start,end,package\n+442071230000,+44207123%04d,gold\n", size-1))
		writes := new(dynamotest.Writes)
		env := w.env
		env.AWS = writes.Into(env.AWS)
		w.handle = w.wire(env)
		job := w.drop("b.csv", fmt.Sprintf("start,end,package,area\n+442071230000,+44207123%04d,gold,Soho\n", size-1))
		wanttest.Equal(t, "numbers updated", job.Updated, uint64(size))
		costs[size] = len(writes.Take())
	}
	wanttest.Equal(t, "items written for 10,000 numbers, as for 10", costs[10_000], costs[10])
}

// The report names the numbers, the package and the price of every row that could
// be read, whatever its outcome.
func TestEveryRowNamesItsNumbersAndPrice(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.drop("a.csv", block)
	const price = "(1.00 USD setup, 2.00 USD a month)"
	jobs := map[string]intake.Job{
		"offered": w.drop("b.csv", "start,end,package\n+442071230000,+442071230009,gold\n+442071230010,+442071230019,"+
			"standard\n+442071239990,+442071240009,gold\n+442079990000,+442079990009,gold\n+442079990000,+442079990009,gold\n"),
		"moved":     w.spans(plan.Reprice, "standard", e164.Span{Start: 442071231000, End: 442071231009}),
		"withdrawn": w.spans(plan.Withdraw, "", e164.Span{Start: 442071232000, End: 442071232009}),
	}
	for name, job := range jobs {
		for _, row := range w.report(job)[1:] {
			wanttest.True(t, name+": the sentence names the numbers: "+row[3], strings.Count(row[3], "+44207") >= 2)
			wanttest.True(t, name+": the sentence names the price: "+row[3], strings.Contains(row[3], price))
		}
	}
}
