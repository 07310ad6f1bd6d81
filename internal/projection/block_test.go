package projection

import (
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"
)

func TestProject(t *testing.T) {
	empty := catalogue.Block{Carrier: "acme", Block: 44207123}
	first, changed, err := Project(empty, []e164.Number{442071234567, 442071230000})
	if err != nil {
		t.Fatal(err)
	}
	wanttest.True(t, "two DIDs change an empty block", changed)
	wanttest.Equal(t, "version of the first projection", first.Ver, 1)
	wanttest.Diff(t, "taken places", first.Taken.Places(), []uint16{0, 4567})
	same, changed, err := Project(first, []e164.Number{442071230000, 442071234567})
	if err != nil {
		t.Fatalf("the same DIDs: %v", err)
	}
	wanttest.True(t, "the same DIDs: nothing changes", !changed)
	wanttest.Equal(t, "the same DIDs: version", same.Ver, 1)
	freed, changed, err := Project(first, nil)
	if err != nil {
		t.Fatalf("no DIDs: %v", err)
	}
	wanttest.True(t, "no DIDs: the block changes", changed)
	wanttest.Equal(t, "no DIDs: version", freed.Ver, 2)
	wanttest.Equal(t, "no DIDs: number of taken places", freed.Taken.Count(), 0)
	wanttest.Equal(t, "no DIDs: carrier", freed.Carrier, "acme")
	wanttest.Equal(t, "no DIDs: block", freed.Block, 44207123)
	if _, _, err := Project(empty, []e164.Number{442071240000}); err == nil {
		t.Error("a DID of another block is accepted")
	}
}
