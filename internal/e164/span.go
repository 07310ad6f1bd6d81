package e164

import "strconv"

// BlockSize is the count of numbers that share all but their last four digits.
const BlockSize = 10_000

// Block is the 10,000 numbers that share all but their last four digits, written as
// these shared digits. So all numbers of a block have one length: four digits more.
type Block uint64

// Block returns the block of the number.
func (n Number) Block() Block { return Block(n / BlockSize) }

// Suffix returns the number's place in its block, 0 to 9,999.
func (n Number) Suffix() uint16 { return uint16(n % BlockSize) }

// First returns the block's number ending in 0000.
func (b Block) First() Number { return Number(b) * BlockSize }

// Last returns the block's number ending in 9999.
func (b Block) Last() Number { return b.First() + BlockSize - 1 }

// Digits returns the first digits of the block's numbers; they are four digits
// longer.
func (b Block) Digits() string { return Number(b).Digits() }

// Partition is the first four digits of a number: the unit in which a carrier's
// catalogue is stored and read. A number of less than eight digits has fewer:
// those before its last four, so that each block is in one partition.
type Partition uint16

// Partition returns the partition of the number.
func (n Number) Partition() Partition { return n.Block().Partition() }

// Partition returns the partition of all numbers of the block.
func (b Block) Partition() Partition {
	for b >= BlockSize {
		b /= 10
	}
	return Partition(b)
}

// Digits returns the first digits of the partition's numbers.
func (p Partition) Digits() string { return strconv.Itoa(int(p)) }

// Lengths returns the smallest and the largest length of the partition's
// numbers.
func (p Partition) Lengths() (least, most int) {
	if p < 1000 {
		return len(p.Digits()) + 4, len(p.Digits()) + 4
	}
	return 8, MaxDigits
}

// Span is a run of consecutive numbers of one length, both ends included.
type Span struct{ Start, End Number }

// Count returns the count of numbers in the span.
func (s Span) Count() uint64 { return uint64(s.End-s.Start) + 1 }

// Contains reports whether the number is in the span.
func (s Span) Contains(n Number) bool { return s.Start <= n && n <= s.End }

// Overlaps reports whether the spans share a number.
func (s Span) Overlaps(o Span) bool { return s.Start <= o.End && o.Start <= s.End }
