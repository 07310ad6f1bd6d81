package catalogue

import (
	"slices"
	"testing"

	"didpurchase/internal/e164"
)

func TestProject(t *testing.T) {
	empty := Block{Carrier: "acme", Block: 44207123}
	first, changed, err := Project(empty, []e164.Number{442071234567, 442071230000})
	if err != nil || !changed || first.Ver != 1 || !slices.Equal(first.Taken.Places(), []uint16{0, 4567}) {
		t.Fatalf("%+v, %t, %v", first, changed, err)
	}
	if same, changed, err := Project(first, []e164.Number{442071230000, 442071234567}); err != nil || changed || same.Ver != 1 {
		t.Errorf("the same DIDs: %+v, %t, %v; want no change", same, changed, err)
	}
	freed, changed, err := Project(first, nil)
	if err != nil || !changed || freed.Ver != 2 || freed.Taken.Count() != 0 || freed.Carrier != "acme" || freed.Block != 44207123 {
		t.Errorf("no DIDs: %+v, %t, %v", freed, changed, err)
	}
	if _, _, err := Project(empty, []e164.Number{442071240000}); err == nil {
		t.Error("a DID of another block is no error")
	}
}

func TestBlocks(t *testing.T) {
	got := Blocks([]e164.Number{442071240000, 442071230001, 442071230000, 12345})
	if want := []e164.Block{1, 44207123, 44207124}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
