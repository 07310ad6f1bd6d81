package catalogue

import "didpurchase/internal/e164"

// blockRuns is what matters of the members of a block: how many there are in a
// row from the first place on and up to the last, and how many runs that are
// long enough lie between.
type blockRuns struct {
	known             bool
	leading, trailing uint16 // BlockSize where all are members
	between           uint64
}

// runs uses the set up.
func (b *bitset) runs(least uint64) blockRuns {
	leading, trailing := b.ends()
	runs := blockRuns{known: true, leading: uint16(leading), trailing: uint16(trailing)}
	if leading+trailing < e164.BlockSize {
		b.clip(uint16(leading), uint16(e164.BlockSize-1-trailing))
		runs.between = b.countRuns(least)
	}
	return runs
}

// runsOf is the runs of a block of which nothing is taken.
func (r *runSearch) runsOf(state uint16) blockRuns {
	if !r.masked[state].known {
		places := *r.mask(state)
		r.masked[state] = places.runs(r.least)
	}
	return r.masked[state]
}

// runsWithout is the runs of a block that one range offers, without what is
// taken.
func (r *runSearch) runsWithout(state uint16, taken *blockEntry) blockRuns {
	if taken.bits == nil {
		return r.runsOf(state).without(taken.list, r.mask(state), r.least)
	}
	r.work = *r.mask(state)
	taken.removeFrom(&r.work)
	return r.work.runs(r.least)
}

// without is the runs of a mask after few places of it were taken: what is known
// of the mask, but for the runs in which these lie.
func (runs blockRuns) without(taken []uint16, mask *bitset, least uint64) blockRuns {
	end := e164.BlockSize - runs.trailing
	if runs.leading == e164.BlockSize {
		end = 0
	}
	next := runs.cutLeading(taken, least)
	for next < len(taken) && taken[next] < end {
		if !mask.contains(taken[next]) {
			next++
			continue
		}
		from, behind := mask.around(taken[next])
		first := next
		next = indexFrom(taken, next, behind)
		if uint64(behind-from) >= least {
			runs.between += gaps(from, behind, taken[first:next], least) - 1
		}
	}
	runs.cutTrailing(taken[next:], least)
	return runs
}

// cutLeading takes places out of the run at the beginning; it gives the index
// behind them. What is left at the end of a whole block is the trailing run.
func (runs *blockRuns) cutLeading(taken []uint16, least uint64) int {
	end := runs.leading
	next := indexFrom(taken, 0, end)
	if next == 0 {
		return 0
	}
	runs.leading = taken[0]
	last := taken[next-1]
	runs.between += gaps(taken[0], last, taken[:next-1], least)
	if end == e164.BlockSize {
		runs.trailing = e164.BlockSize - 1 - last
	} else {
		runs.between += gaps(last+1, end, nil, least)
	}
	return next
}

// cutTrailing takes places out of the run at the end.
func (runs *blockRuns) cutTrailing(taken []uint16, least uint64) {
	if len(taken) == 0 {
		return
	}
	last := len(taken) - 1
	runs.between += gaps(e164.BlockSize-runs.trailing, taken[last], taken[:last], least)
	runs.trailing = e164.BlockSize - 1 - taken[last]
}

// gaps is how many runs that are long enough the taken places leave of those
// from one to before end.
func gaps(from, end uint16, taken []uint16, least uint64) (n uint64) {
	for _, place := range taken {
		if uint64(place-from) >= least {
			n++
		}
		from = place + 1
	}
	if end > from && uint64(end-from) >= least {
		n++
	}
	return n
}

// indexFrom is the first from an index on that is not below a place.
func indexFrom(places []uint16, i int, place uint16) int {
	for i < len(places) && places[i] < place {
		i++
	}
	return i
}
