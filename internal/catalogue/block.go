package catalogue

import "didpurchase/internal/e164"

// Block says which of the 10,000 numbers that share all but their last four
// digits are taken: held, rented, withheld, aging, ported out. It is a
// projection of the DID items, written by the projector alone. A block without
// an item has nothing taken.
type Block struct {
	Carrier string
	Block   e164.Block
	Taken   Suffixes
	Ver     int64 // +1 at each write, 0 = not written yet: the guard of compare-and-swap
}
