package search

import (
	"math/bits"

	"didpurchase/internal/e164"
)

// border counts the matches of a section up to a number, by slot. Spans come in order,
// so most of a count is known from the one before: the sums up to each digit are kept.
type border struct {
	*product
	depth  int // of the section
	length int
	last   digits
	known  int // digits of last up to which nodes and sums are those of last
	nodes  [e164.MaxDigits + 1]uint32
	sums   []uint64 // for each digit and slot: the matches with smaller digits up to there
	here   []uint64 // by slot: the matches below at
	at     e164.Number
}

// enter begins with a section, whose node is the one after its digits.
func (b *border) enter(s *section, node uint32) {
	if b.sums == nil {
		b.sums, b.here = make([]uint64, (e164.MaxDigits+1)*b.width), make([]uint64, b.width)
	}
	b.depth, b.length, b.last, b.known = s.depth, s.length, s.digits, s.depth
	b.nodes[s.depth] = node
	clear(b.here)
	clear(b.sums[s.depth*b.width : (s.depth+1)*b.width])
	b.at = s.first
}

// count adds the matches of a span up to a number to the counts of their slots.
func (b *border) count(counts []uint64, span *spanEntry, end e164.Number, hi digits) {
	if b.at != span.start {
		i := b.walk(span.lo, 0)
		copy(b.here, b.sums[i*b.width:(i+1)*b.width])
	}
	i := b.walk(hi, nines(e164.MaxDigits+1))
	sums, rest := b.sums[i*b.width:(i+1)*b.width], b.of(b.nodes[i])
	for slot, n := range sums {
		n += rest[slot]
		counts[slot] += n - b.here[slot]
		b.here[slot] = n
	}
	b.at = end + 1
}

// walk follows the digits of d until the rest of them are those of end, zeros or nines,
// and returns how many it followed.
func (b *border) walk(d, end digits) int {
	i := max(b.depth, min(bits.LeadingZeros64(uint64(d^b.last))/4, b.known))
	for ; b.nodes[i] != 0 && d<<(4*i) != end<<(64-4*(b.length-i)); i++ {
		sums, less := b.sums[i*b.width:(i+2)*b.width], b.smaller(b.nodes[i], d.at(i))
		for slot, n := range less {
			sums[b.width+slot] = sums[slot] + n
		}
		b.nodes[i+1] = b.next[b.nodes[i]<<4|uint32(d.at(i))]
	}
	b.last, b.known = d, i
	return i
}
