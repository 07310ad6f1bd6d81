package seed

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// file is a file of numbers, such as a carrier drops.
type file struct{ name, content string }

// offer is acme's stock: some 50,000 numbers without a subscriber. Regulators
// reserve most of them for films and examples, so a call to one disturbs no
// real subscriber.
func offer() []file {
	return []file{
		{"spans.csv", spanFile()},
		{"area-codes.csv", prefixFile()},
		{"singles.csv", singlesFile()},
	}
}

// span is a first number and a count of consecutive numbers.
type span struct {
	first uint64
	count uint64
	pkg   string
}

// spans: "Telephone numbers for drama use" of Ofcom (GB), the numbers for
// audiovisual works of ARCEP's numbering plan (FR), "Drama numbers" of the
// Bundesnetzagentur (DE), the fictitious numbers of ACMA (AU) and ComReg (IE).
// BR and PL reserve none; their numbers here begin with 55.
var spans = []span{
	{442079460000, 1000, "standard"}, {441134960000, 1000, "standard"}, {441144960000, 1000, "standard"},
	{441154960000, 1000, "standard"}, {441164960000, 1000, "standard"}, {441174960000, 1000, "standard"},
	{441184960000, 1000, "standard"}, {441214960000, 1000, "standard"}, {441314960000, 1000, "standard"},
	{441414960000, 1000, "standard"}, {441514960000, 1000, "standard"}, {441614960000, 1000, "standard"},
	{441914980000, 1000, "standard"}, {442896496000, 1000, "standard"}, {442920180000, 1000, "standard"},
	{441632960000, 1000, "standard"}, {447700900000, 1000, "daily"}, {448081570000, 1000, "weekly"},
	{33199000000, 2000, "standard"}, {33261910000, 2000, "standard"}, {33353010000, 2000, "standard"},
	{33465710000, 2000, "standard"}, {33536490000, 2000, "standard"}, {33639980000, 2000, "daily"},
	{493023125000, 1000, "standard"}, {496990009000, 1000, "standard"}, {494066969000, 1000, "standard"},
	{492214710000, 1000, "standard"}, {498999998000, 1000, "standard"},
	{61255500000, 1000, "standard"}, {61355500000, 1000, "standard"}, {61755500000, 1000, "standard"},
	{61855500000, 1000, "standard"},
	{353209100000, 1000, "standard"},
	{551155500000, 1000, "weekly"}, {552155500000, 1000, "weekly"},
	{48225500000, 2000, "standard"},
}

func spanFile() string {
	var b strings.Builder
	b.WriteString("start,end,package\n")
	for _, s := range spans {
		fmt.Fprintf(&b, "+%d,+%d,%s\n", s.first, s.first+s.count-1, s.pkg)
	}
	return b.String()
}

// areaCodes are codes of the North American plan; in each, 555-0100 to 555-0199
// are reserved for fiction.
var areaCodes = []int{
	201, 202, 206, 208, 212, 213, 214, 215, 216, 303, 305, 307, 310, 312, 313, 314, 315, 317, 402, 404,
	406, 407, 408, 410, 412, 415, 416, 502, 503, 504, 505, 512, 514, 602, 604, 612, 615, 617, 619, 702,
	703, 713, 718, 801, 808, 813, 816, 907, 913, 916,
}

func prefixFile() string {
	var b strings.Builder
	b.WriteString("prefix,size,package\n")
	for _, code := range areaCodes {
		fmt.Fprintf(&b, "1%d55501,100,standard\n", code)
	}
	return b.String()
}

// singlesPerBlock is the number of scattered numbers after each of singleSpans.
const singlesPerBlock = 250

// singleSpans are the places of the scattered numbers: after spans, in the rest
// of their blocks.
var singleSpans = []span{{33199002000, 8000, ""}, {61355501000, 9000, ""}, {48225502000, 8000, ""},
	{551155501000, 9000, ""}}

func singlesFile() string {
	var b strings.Builder
	b.WriteString("number,package\n")
	random := rand.New(rand.NewPCG(1, 1)) // the same at each start
	for _, s := range singleSpans {
		places := random.Perm(int(s.count))[:singlesPerBlock]
		slices.Sort(places)
		for _, place := range places {
			n := s.first + uint64(place)
			fmt.Fprintf(&b, "+%d,%s\n", n, packageOf(n))
		}
	}
	return b.String()
}

// packageOf returns gold for numbers that end like 7272, 7722 or 7227.
func packageOf(n uint64) string {
	a, b, c, d := n/1000%10, n/100%10, n/10%10, n%10
	if a == c && b == d || a == b && c == d || a == d && b == c {
		return "gold"
	}
	return "standard"
}
