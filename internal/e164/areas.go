package e164

import (
	_ "embed"
	"math"
	"sort"
	"sync"
)

//go:embed areas.bin
var areasFile []byte

var (
	areasOnce sync.Once
	areasRead *areaTable
)

// areas is read at first use: a search never needs it, an import always does.
// It is a function and not a variable, so that the linker leaves the file out
// of binaries that name no area.
func areas() *areaTable {
	areasOnce.Do(func() { areasRead = decodeAreas(newTableReader(areasFile)) })
	return areasRead
}

// areaTable cuts all numbers, by their first areaDigits digits, into runs with
// one area each.
type areaTable struct {
	starts []uint32 // ascending; the first is 0
	names  []string // of the run from starts[i] on; "" = none
}

const areaDigits = 9

// find returns the area of a number, and the last number of its length in the
// same run.
func (t *areaTable) find(n Number) (name string, last Number) {
	length := n.Len()
	key := n
	if length > areaDigits {
		key /= pow10(length - areaDigits)
	} else {
		key *= pow10(areaDigits - length)
	}
	i := sort.Search(len(t.starts), func(i int) bool { return Number(t.starts[i]) > key })
	if i == len(t.starts) {
		return t.names[i-1], math.MaxUint64
	}
	next := Number(t.starts[i])
	if length > areaDigits {
		return t.names[i-1], next*pow10(length-areaDigits) - 1
	}
	width := pow10(areaDigits - length)
	return t.names[i-1], (next+width-1)/width - 1
}

// decodeAreas reads what gen's encodeAreas writes: prefixes in the order of
// their digits. A longer prefix interrupts the run of a shorter one.
func decodeAreas(r *tableReader) *areaTable {
	t := &areaTable{starts: []uint32{0}, names: []string{""}}
	names := r.texts()
	keys := make([]int, r.int())
	last := 0
	for i := range keys {
		last += r.int()
		keys[i] = last
	}
	type open struct {
		end  Number // one past its last
		name string
	}
	outer := []open{{math.MaxUint64, ""}}
	closeUpTo := func(start Number) {
		for outer[len(outer)-1].end <= start {
			end := outer[len(outer)-1].end
			outer = outer[:len(outer)-1]
			t.add(end, outer[len(outer)-1].name)
		}
	}
	for _, key := range keys {
		start, width := Number(key/10), pow10(areaDigits-key%10)
		closeUpTo(start)
		name := names[r.int()]
		t.add(start, name)
		outer = append(outer, open{start + width, name})
	}
	closeUpTo(pow10(areaDigits))
	return t
}

// add begins a run. It replaces the previous run if that would be empty.
func (t *areaTable) add(start Number, name string) {
	if end := len(t.starts) - 1; Number(t.starts[end]) == start {
		t.names[end] = name
		return
	}
	if t.names[len(t.names)-1] != name {
		t.starts, t.names = append(t.starts, uint32(start)), append(t.names, name)
	}
}
