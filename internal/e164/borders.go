package e164

// Borders cuts a span where its partition, country, type or area changes. The
// pieces are in order and as long as possible.
func Borders(s Span) []Span {
	var pieces []Span
	var last traits
	for start := s.Start; start <= s.End; {
		t, end := traitsAt(start)
		end = min(end, s.End)
		if len(pieces) > 0 && t == last {
			pieces[len(pieces)-1].End = end
		} else {
			pieces = append(pieces, Span{start, end})
		}
		last, start = t, end+1
	}
	return pieces
}

// traits are the properties that all numbers of a range share.
type traits struct {
	partition     Partition
	country, area string
	kind          Type
}

// traitsAt returns the traits of n, and a number up to which all have the same
// traits.
func traitsAt(n Number) (t traits, last Number) {
	t.partition = n.Partition()
	width := pow10(n.Len() - 4)
	last = n/width*width + width - 1
	if c, size := plan().class(n); c != nil {
		t.country, t.kind = c.country, c.kind
		last = min(last, n/size*size+size-1)
	} else {
		t.country = Country(n)
	}
	var end Number
	t.area, end = areas().find(n)
	return t, min(last, end)
}
