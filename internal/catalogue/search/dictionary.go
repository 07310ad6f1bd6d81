package search

import (
	"maps"
	"slices"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// dictionary numbers the texts of ranges, so that a search compares integers.
// Searches read it while a later catalogue may extend a copy.
type dictionary struct {
	groups   []group // distinct combinations of ranges' properties
	groupIDs map[group]int32

	countries, areas, packages, features, types names
	carrier                                     string
}

// group is the properties of ranges that filters and facets use, as numbers of
// the dictionary. All numbers of a group have the same offer.
type group struct{ country, area, pack, features, kind int32 }

func newDictionary() *dictionary { return &dictionary{groupIDs: map[group]int32{}} }

func (d *dictionary) clone() *dictionary {
	return &dictionary{
		slices.Clone(d.groups), maps.Clone(d.groupIDs),
		d.countries.clone(), d.areas.clone(), d.packages.clone(), d.features.clone(), d.types.clone(), d.carrier,
	}
}

// add returns the group of a range, and makes r share the dictionary's texts.
func (d *dictionary) add(r *catalogue.Range) int32 {
	g := group{
		country: d.countries.id(r.Country), area: d.areas.id(r.Area), pack: d.packages.id(r.Package),
		features: d.features.id(strings.Join(r.Offers(), ",")), kind: d.types.id(string(r.Type)),
	}
	id, known := d.groupIDs[g]
	if !known {
		id = int32(len(d.groups))
		d.groups, d.groupIDs[g] = append(d.groups, g), id
	}
	r.Country, r.Area, r.Package = d.countries.list[g.country], d.areas.list[g.area], d.packages.list[g.pack]
	r.Type = e164.Type(d.types.list[g.kind])
	if d.carrier != r.Carrier {
		d.carrier = r.Carrier
	}
	r.Carrier = d.carrier
	return id
}

// names numbers distinct values.
type names struct {
	list   []string
	folded []string // the same, as filters compare them
	ids    map[string]int32
}

func (n *names) clone() names {
	return names{slices.Clone(n.list), slices.Clone(n.folded), maps.Clone(n.ids)}
}

func (n *names) id(value string) int32 {
	if n.ids == nil {
		n.ids = map[string]int32{}
	}
	id, ok := n.ids[value]
	if !ok {
		id = int32(len(n.list))
		n.list, n.folded, n.ids[value] = append(n.list, value), append(n.folded, fold(value)), id
	}
	return id
}
