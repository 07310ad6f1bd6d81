package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"

	"github.com/nyaruka/phonenumbers"
	"google.golang.org/protobuf/proto"
)

// plan is the content of plan.bin. The class of a number depends on its calling
// code, its length and its digits: for each code and length there is a tree
// with classes as leaves. Equal trees are stored once.
type plan struct {
	countries, templates, classes interner
	nodes                         [][10]int
	nodeIDs                       map[[10]int]int
	codes                         []code
}

type code struct {
	calling int
	regions []string    // the first is the main one
	trunk   string      // dialled before a national number
	rules   []trunkRule // of the regions where that is not all
	trees   map[int]int // digits of the national number → root
}

// trunkRule describes digits that people of a region dial before or instead of
// a national number: carriers' codes, numbers without their area code,
// Argentina's 15.
type trunkRule struct{ region, expr, transform string }

func trunkRules(regions []string, all []*phonenumbers.PhoneMetadata) (rules []trunkRule) {
	for i, m := range all {
		if expr := m.GetNationalPrefixForParsing(); expr != "" && expr != m.GetNationalPrefix() {
			rules = append(rules, trunkRule{regions[i], expr, m.GetNationalPrefixTransformRule()})
		}
	}
	return rules
}

// A tree is a class (an even number) or a node of ten trees (an odd one).
func leaf(class int) int { return class << 1 }
func inner(node int) int { return node<<1 | 1 }

var types = map[phonenumbers.PhoneNumberType]e164.Type{
	phonenumbers.FIXED_LINE:           e164.Geographic,
	phonenumbers.FIXED_LINE_OR_MOBILE: e164.Geographic,
	phonenumbers.MOBILE:               e164.Mobile,
	phonenumbers.TOLL_FREE:            e164.TollFree,
	phonenumbers.SHARED_COST:          e164.SharedCost,
	phonenumbers.PREMIUM_RATE:         e164.Premium,
	phonenumbers.VOIP:                 e164.VoIP,
	phonenumbers.PERSONAL_NUMBER:      e164.Personal,
	phonenumbers.UAN:                  e164.UAN,
	phonenumbers.PAGER:                e164.Pager,
	phonenumbers.VOICEMAIL:            e164.Voicemail,
}

func buildPlan() (*plan, error) {
	metadata, err := phonenumbers.MetadataCollection()
	if err != nil {
		return nil, err
	}
	byRegion := map[string]*phonenumbers.PhoneMetadata{}
	for _, m := range metadata.GetMetadata() {
		byRegion[regionKey(m.GetId(), int(m.GetCountryCode()))] = m
	}
	p := &plan{nodeIDs: map[[10]int]int{}}
	for _, calling := range sortedKeys(phonenumbers.GetSupportedCallingCodes()) {
		regions := phonenumbers.GetRegionCodesForCountryCode(calling)
		var all []*phonenumbers.PhoneMetadata
		for _, r := range regions {
			all = append(all, byRegion[regionKey(r, calling)])
		}
		if err := p.addCode(calling, regions, all); err != nil {
			return nil, fmt.Errorf("+%d: %w", calling, err)
		}
	}
	return p, nil
}

// regionKey distinguishes the non-geographic plans, which all have the id 001.
func regionKey(region string, calling int) string { return region + strconv.Itoa(calling) }

func (p *plan) addCode(calling int, regions []string, all []*phonenumbers.PhoneMetadata) error {
	c := code{calling: calling, regions: regions, trees: map[int]int{}}
	c.trunk = strings.ReplaceAll(all[0].GetNationalPrefix(), "~", "")
	c.rules = trunkRules(regions, all)
	rs, err := expressions(all)
	if err != nil {
		return err
	}
	prefix := strconv.Itoa(calling)
	for _, length := range lengths(all) {
		if total := len(prefix) + length; total < e164.MinDigits || total > e164.MaxDigits {
			continue
		}
		b := treeBuilder{plan: p, rs: rs, calling: calling, main: regions[0], length: length, known: map[[2]int]int{}}
		c.trees[length] = b.tree(rs.start(), "")
	}
	p.codes = append(p.codes, c)
	return nil
}

// lengths returns the possible lengths of a complete national number of the
// code.
func lengths(all []*phonenumbers.PhoneMetadata) (list []int) {
	for _, m := range all {
		for _, l := range m.GetGeneralDesc().GetPossibleLength() {
			list = append(list, int(l))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// expressions collects all expressions that the library uses for a number of
// the code.
func expressions(all []*phonenumbers.PhoneMetadata) (*regexes, error) {
	rs := newRegexes()
	whole := func(expr string) error { return rs.add(expr) }
	begin := func(expr string) error { return rs.add("(?:" + expr + `)\d*`) }
	for i, m := range all {
		for _, d := range []*phonenumbers.PhoneNumberDesc{m.GetGeneralDesc(), m.GetFixedLine(), m.GetMobile(),
			m.GetTollFree(),
			m.GetPremiumRate(), m.GetSharedCost(), m.GetPersonalNumber(), m.GetVoip(), m.GetPager(), m.GetUan(),
			m.GetVoicemail()} {
			if err := whole(d.GetNationalNumberPattern()); err != nil {
				return nil, err
			}
		}
		if err := begin(m.GetLeadingDigits()); err != nil {
			return nil, err
		}
		if i > 0 {
			continue // the main region's formats serve the others
		}
		for _, f := range slices.Concat(m.GetNumberFormat(), m.GetIntlNumberFormat()) {
			if err := whole(f.GetPattern()); err != nil {
				return nil, err
			}
			if leading := f.GetLeadingDigitsPattern(); len(leading) > 0 {
				if err := begin(leading[len(leading)-1]); err != nil {
					return nil, err
				}
			}
		}
	}
	return rs, nil
}

func libraryNumber(calling int, national string) *phonenumbers.PhoneNumber {
	value, err := strconv.ParseUint(national, 10, 64)
	if err != nil {
		panic(err) // made of digits
	}
	number := &phonenumbers.PhoneNumber{CountryCode: proto.Int32(int32(calling)), NationalNumber: &value}
	if zeros := len(national) - len(strings.TrimLeft(national, "0")); zeros > 0 {
		zeros = min(zeros, len(national)-1)
		number.ItalianLeadingZero, number.NumberOfLeadingZeros = proto.Bool(true), proto.Int32(int32(zeros))
	}
	return number
}

// template returns the grouping of the display: an X for each digit. If a
// display drops or moves digits, the template has one group.
func template(display, national string) string {
	digits, groups := "", ""
	for _, r := range display {
		if r >= '0' && r <= '9' {
			digits += string(r)
			r = 'X'
		}
		groups += string(r)
	}
	if digits != national {
		return strings.Repeat("X", len(national))
	}
	return groups
}

// encode writes plan.bin; package e164's decodePlan reads it.
func (p *plan) encode() []byte {
	var t table
	t.texts(p.countries.list)
	t.texts(p.templates.list)
	t.uint(uint64(len(p.classes.list)))
	for _, class := range p.classes.list {
		field := strings.Split(class, " ") // country, type, template
		country, _ := strconv.Atoi(field[0])
		template, _ := strconv.Atoi(field[2])
		t.uint(uint64(country))
		t.text(field[1])
		t.uint(uint64(template))
	}
	t.uint(uint64(len(p.nodes)))
	for _, node := range p.nodes {
		for _, tree := range node {
			t.uint(uint64(tree))
		}
	}
	t.uint(uint64(len(p.codes)))
	for _, c := range p.codes {
		t.uint(uint64(c.calling))
		t.text(c.trunk)
		t.texts(c.regions)
		t.uint(uint64(len(c.rules)))
		for _, r := range c.rules {
			t.text(r.region)
			t.text(r.expr)
			t.text(r.transform)
		}
		t.uint(uint64(len(c.trees)))
		for _, length := range sortedKeys(c.trees) {
			t.uint(uint64(length))
			t.uint(uint64(c.trees[length]))
		}
	}
	return t.compress()
}
