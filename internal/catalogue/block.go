package catalogue

import "didpurchase/internal/e164"

// Block has the taken numbers of 10,000 that share all but their last four
// digits: held, rented, withheld, aging, ported out. It is a projection of the
// DID items; only the projector writes it. A block without an item has no taken
// numbers.
type Block struct {
	Carrier string
	Block   e164.Block
	Taken   Suffixes
	Ver     int64 // +1 at each write, 0 = not written yet: the guard of compare-and-swap
}

// BlockRef names a block of a carrier.
type BlockRef struct {
	Carrier string
	Block   e164.Block
}

// Ref returns the name of the block.
func (b *Block) Ref() BlockRef { return BlockRef{b.Carrier, b.Block} }

// Partition is the stored content of one partition.
type Partition struct {
	Partition e164.Partition
	Ranges    []Range
	Blocks    []Block
}
