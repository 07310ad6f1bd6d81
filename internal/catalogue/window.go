package catalogue

import "didpurchase/internal/e164"

// window is matching places in a row: as many as a run needs, or at an end of
// the block, where a run may go on in the next.
type window struct{ first, last uint16 }

// maxWindows is how many windows of a block are looked through one by one. With
// more, its places are taken 64 at a time.
const maxWindows = 128

// windows are the windows of blocks, by the state after the block's digits.
type windows struct {
	at  []windowsAt
	all []window
}

// windowsAt is which of all are a state's.
type windowsAt struct {
	known, many bool
	from, to    int32
}

func newWindows(states int) windows { return windows{at: make([]windowsAt, states)} }

// of is the windows of a state; few is false when there are too many.
func (w *windows) of(state uint16, r *runSearch) (list []window, few bool) {
	if !w.at[state].known {
		w.at[state] = w.look(r.mask(state), r.least)
	}
	at := w.at[state]
	return w.all[at.from:at.to], !at.many
}

func (w *windows) look(mask *bitset, least uint64) windowsAt {
	at := windowsAt{known: true, from: int32(len(w.all))}
	for first, last := range mask.stretches() {
		if uint64(last-first)+1 < least && first != 0 && last != e164.BlockSize-1 {
			continue
		}
		if len(w.all) == int(at.from)+maxWindows {
			w.all = w.all[:at.from]
			at.many = true
			break
		}
		w.all = append(w.all, window{first, last})
	}
	at.to = int32(len(w.all))
	return at
}
