package follow

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Kamailio's answers, by the route's status and targets.
func TestEntry(t *testing.T) {
	t.Parallel()
	route := func(status string, targets ...Target) Route {
		return Route{DID: "+442071234567", Status: status, Destinations: targets}
	}
	several := []Target{{"sip:a@x", 1}, {"+442079460000", 5}, {"sips:pbx.example.com;transport=tls", 5}, {"sip:c@x", 9}}
	got := map[string]string{}
	for name, k := range map[string]*Kamailio{"tel": {}, "gateway": {Gateway: "gw.example.com"}} {
		got[name] = k.entry(route("active", several...))
	}
	k := &Kamailio{}
	for _, status := range []string{"past_due", "pending_release", "suspended", "not_rented", "ported_out"} {
		got[status] = k.entry(route(status, several[0]))
	}
	got["nowhere"] = k.entry(route("active"))
	want := map[string]string{
		"tel": "<sip:a@x>;q=1.0, <tel:+442079460000>;q=0.9, <sips:+442071234567@pbx.example.com;transport=tls>;q=0.9, " +
			"<sip:c@x>;q=0.8",
		"gateway": "<sip:a@x>;q=1.0, <sip:+442079460000@gw.example.com;user=phone>;q=0.9, " +
			"<sips:+442071234567@pbx.example.com;transport=tls>;q=0.9, <sip:c@x>;q=0.8",
		"past_due": "<sip:a@x>;q=1.0", "pending_release": "<sip:a@x>;q=1.0",
		"suspended": "480 Suspended", "nowhere": "480 No Destination", "not_rented": "", "ported_out": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// If entries are delivered twice, late or in another order, the copy still ends
// with the greatest version of each number, also after restarts.
func TestTheNewestIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "copy.db")
	rapid.Check(t, func(rt *rapid.T) {
		c, err := Open(path)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { c.Close() }()
		if err := c.Replace(nil, "begin"); err != nil {
			rt.Fatal(err)
		}
		did := rapid.SampledFrom([]string{"+441", "+442", "+443"})
		version := rapid.StringMatching(`2026010[1-3]\.000[1-9]`)
		newest := map[string]string{}
		for range rapid.IntRange(1, 12).Draw(rt, "batches") {
			var batch []Route
			for range rapid.IntRange(0, 5).Draw(rt, "size") {
				r := Route{DID: did.Draw(rt, "did"), Status: rapid.SampledFrom([]string{"active", "not_rented"}).Draw(rt, "status"),
					Version: version.Draw(rt, "version")}
				batch, newest[r.DID] = append(batch, r), max(newest[r.DID], r.Version)
			}
			newer, err := c.Newer(batch)
			if err != nil {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "killed") { // before it was stored: the batch comes again
				c.Close()
				if c, err = Open(path); err != nil {
					rt.Fatal(err)
				}
				newer, _ = c.Newer(batch)
			}
			if err := c.Keep(newer, "next"); err != nil {
				rt.Fatal(err)
			}
		}
		all, err := c.All()
		got := map[string]string{}
		for _, r := range all {
			got[r.DID] = r.Version
		}
		if diff := cmp.Diff(newest, got); diff != "" || err != nil {
			rt.Fatalf("%v %s", err, diff)
		}
	})
}

// Numbers that a new load does not have are removed from the switch.
func TestMissing(t *testing.T) {
	t.Parallel()
	c, err := Open(filepath.Join(t.TempDir(), "copy.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Keep([]Route{{DID: "+1", Status: "active"}, {DID: "+2", Status: "suspended"},
		{DID: "+3", Status: "not_rented"}}, "x"); err != nil {
		t.Fatal(err)
	}
	gone, err := c.Missing([]Route{{DID: "+1", Status: "active"}})
	if diff := cmp.Diff([]Route{{DID: "+2", Status: "not_rented"}}, gone); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}
