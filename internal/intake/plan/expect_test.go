package plan

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"maps"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// Numbers around the border of two blocks, of the partitions 4420 and 4421, and of
// the numbers of +43 and +44.
var bases = []e164.Number{442071239990, 442099999990, 443000000000}

// row0 is a row of a drawn file.
type row0 struct {
	start e164.Number
	count uint64
	pkg   string
	area  string // "" = not in the file
}

// offeredAs is the offer of a number.
type offeredAs struct {
	pkg, area string // "" = the numbering plan's area
}

func drawRow(t *rapid.T, shape string) row0 {
	r := row0{
		start: rapid.SampledFrom(bases).Draw(t, "base") + e164.Number(rapid.IntRange(0, 19).Draw(t, "start")),
		count: 1,
		pkg:   rapid.SampledFrom([]string{"standard", "gold", "standard", "gold", "lead"}).Draw(t, "package"),
	}
	r.area = rapid.SampledFrom([]string{"", "", "Soho", "Leeds"}).Draw(t, "area")
	switch shape {
	case "start,end":
		r.count = uint64(rapid.IntRange(1, 12).Draw(t, "count"))
	case "prefix,size":
		r.count = rapid.SampledFrom([]uint64{1, 10}).Draw(t, "size")
		r.start -= r.start % e164.Number(r.count)
	}
	return r
}

func (r row0) cells(shape string) []string {
	end := r.start + e164.Number(r.count) - 1
	switch shape {
	case "start,end":
		return []string{r.start.String(), end.String(), r.pkg, r.area}
	case "prefix,size":
		return []string{"+" + strings.TrimSuffix(r.start.Digits(), map[uint64]string{10: "0"}[r.count]),
			strconv.FormatUint(r.count, 10), r.pkg, r.area}
	default:
		return []string{r.start.String(), r.pkg, r.area}
	}
}

func drawFile(t *rapid.T) (rows []row0, file string) {
	shape := rapid.SampledFrom([]string{"start,end", "prefix,size", "number"}).Draw(t, "shape")
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = rapid.SampledFrom([]rune{',', ';'}).Draw(t, "comma")
	w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
	if err := w.Write(append(strings.Split(shape, ","), "package", "area")); err != nil {
		t.Fatal(err)
	}
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		r := drawRow(t, shape)
		rows = append(rows, r)
		if err := w.Write(r.cells(shape)); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return rows, rapid.SampledFrom([]string{"", sheet.UTF8BOM}).Draw(t, "BOM") + out.String()
}

// outcome of a row, number by number: the plan must find the same with its spans,
// sets and trees.
type outcome struct {
	code sheet.Code
	does bool
}

// expect returns the outcome of each row.
func expect(job task, rows []row0, before map[e164.Number]offeredAs) (codes []sheet.Code,
	after map[e164.Number]offeredAs) {
	after = maps.Clone(before)
	if job.Replace {
		clear(after)
	}
	claimed, accepted := map[e164.Number]bool{}, map[row0]bool{}
	for _, r := range rows {
		if !job.Action.NeedsPackage() {
			r.pkg = ""
		}
		if job.Action != Offer {
			r.area = ""
		}
		o := judged(job, r, before)
		keeps := job.Action == Offer || job.Action == Reprice
		claims := o.does || keeps && o.code == CodeAlreadyOffered || o.code == CodeNotThere || o.code == CodeOverlap
		if claims && accepted[r] {
			o = outcome{code: CodeDuplicate}
		} else if claims && r.any(func(n e164.Number) bool { return claimed[n] }) {
			o = outcome{code: CodeOverlap}
		} else if claims {
			accepted[r] = true
			r.any(func(n e164.Number) bool { claimed[n] = true; return false })
		}
		codes = append(codes, o.code)
		r.any(func(n e164.Number) bool {
			switch was, offered := before[n]; {
			case o.does && job.Action == Offer, o.does && job.Action == Reprice && offered:
				after[n] = offeredAs{r.pkg, cmp.Or(r.area, was.area)}
			case o.does && job.Action == Withdraw:
				delete(after, n)
			case job.Replace && offered && after[n] == (offeredAs{}): // named, so not withdrawn
				after[n] = before[n]
			}
			return false
		})
	}
	return codes, after
}

// judged compares a row with the earlier offer.
func judged(job task, r row0, before map[e164.Number]offeredAs) outcome {
	var same, other, stale uint64
	r.any(func(n e164.Number) bool {
		switch was, offered := before[n]; {
		case offered && was.pkg != r.pkg:
			other++
		case offered:
			same++
			if r.area != "" && was.area != r.area {
				stale++
			}
		}
		return false
	})
	switch {
	case job.Action.NeedsPackage() && r.pkg == "lead":
		return outcome{code: CodeUnknownPackage}
	case job.Action == Withdraw && same+other == 0:
		return outcome{code: CodeNotThere}
	case job.Action == Withdraw:
		return outcome{CodeWithdrawn, true}
	case job.Action == Reprice && same+other == 0:
		return outcome{code: CodeNotOffered}
	case job.Action == Reprice && other == 0, same == r.count && stale == 0:
		return outcome{code: CodeAlreadyOffered}
	case job.Action == Reprice, job.Replace && other > 0:
		return outcome{CodeRepriced, true}
	case same+other == r.count:
		return outcome{CodeUpdated, true}
	case same+other == 0:
		return outcome{CodeAdded, true}
	case job.Replace:
		return outcome{CodeExtended, true}
	default:
		return outcome{code: CodeOverlap}
	}
}

// any visits the row's numbers until visit returns true.
func (r row0) any(visit func(e164.Number) bool) bool {
	for n := r.start; n < r.start+e164.Number(r.count); n++ {
		if visit(n) {
			return true
		}
	}
	return false
}
