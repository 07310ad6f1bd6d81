package bitset

// WordRange is the words First to End - 1 of a set.
type WordRange struct{ First, End uint8 }

// WordsOf returns the words with the places from first to last.
func WordsOf(first, last uint16) WordRange { return WordRange{uint8(first >> 6), uint8(last>>6 + 1)} }

// WordsInUse returns the words that have members, as ranges. Ranges with fewer than
// minUnused words between them are joined.
func (b *Set) WordsInUse() (words []WordRange) {
	for i := uint8(0); i < Words; i++ {
		if b[i] == 0 {
			continue
		}
		if last := len(words) - 1; last >= 0 && i < words[last].End+minUnused {
			words[last].End = i + 1
			continue
		}
		words = append(words, WordRange{i, i + 1})
	}
	return words
}

// minUnused is the number of words that cost as much as another range.
const minUnused = 8
