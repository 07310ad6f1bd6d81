package search

// endings is a set of short digit strings as an automaton that reports after
// each digit whether the digits so far end in one of them (Aho and Corasick,
// 1975). Example, for the endings 00 and 12:
//
//	state  digits that end here  next by 0  by 1  by 2
//	0      none                  1          3     0
//	1      0                     2          3     0
//	2      00, accepted          2          3     0
//	3      1                     1          3     4
//	4      12, accepted          1          3     0
//
// 5012 goes 0, 1, 3, 4: it is accepted.
type endings struct {
	next     [][10]uint16
	accepted []bool
}

func newEndings(list []string) *endings {
	e := &endings{}
	e.add()
	for _, text := range list {
		e.insert(text)
	}
	e.link()
	return e
}

func (e *endings) add() uint16 {
	e.next, e.accepted = append(e.next, [10]uint16{}), append(e.accepted, false)
	return uint16(len(e.next) - 1)
}

func (e *endings) insert(text string) {
	at := uint16(0)
	for _, r := range text {
		digit := r - '0'
		if e.next[at][digit] == 0 {
			to := e.add()
			e.next[at][digit] = to
		}
		at = e.next[at][digit]
	}
	e.accepted[at] = true
}

// link completes the tree of insert, where 0 means "no branch": a missing branch
// leads where it leads from the longest shorter ending of the same digits.
func (e *endings) link() {
	shorter := make([]uint16, len(e.next))
	for queue := []uint16{0}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for digit, to := range e.next[at] {
			back := uint16(0)
			if at != 0 {
				back = e.next[shorter[at]][digit]
			}
			if to == 0 {
				e.next[at][digit] = back
				continue
			}
			shorter[to] = back
			e.accepted[to] = e.accepted[to] || e.accepted[back]
			queue = append(queue, to)
		}
	}
}

// invert makes the automaton accept exactly the other endings.
func (e *endings) invert() *endings {
	for i := range e.accepted {
		e.accepted[i] = !e.accepted[i]
	}
	return e
}
