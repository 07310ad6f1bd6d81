package csvexport

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWriter(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	w := NewWriter(&file)
	for _, row := range [][]Cell{
		{Text("did"), Text("area"), Text("amount")},
		{Text("+442079460120"), Text("Zürich, 8001"), Exact("-1.00")},
		{Text("02079460120"), Text("=1+1"), Exact("0.50")},
	} {
		if err := w.Write(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffdid,area,amount\n'+442079460120,\"Zürich, 8001\",-1.00\n'02079460120,'=1+1,0.50\n"
	if diff := cmp.Diff(want, file.String()); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{"with its mark": Mark + "a,b\n'+1\n", "without": "a,b\n'+1\n"} {
		rows := NewReader(strings.NewReader(file))
		for _, want := range [][]string{{"a", "b"}, {"'+1"}} {
			got, err := rows.Read()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: a row (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+44": "'+44", "-1": "'-1", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx", "'+44": "''+44",
		"442079460120": "'442079460120", "442.079.460.120": "'442.079.460.120", "020 7946": "'020 7946", "007": "'007",
		" =1": "' =1", "\n=1": "'\n=1", "\u00a0@x": "'\u00a0@x", "\u200b+1": "'\u200b+1", "\uff1d1": "'\uff1d1",
		"\uff0b1": "'\uff0b1", "\uff0d1": "'\uff0d1", "\uff20x": "'\uff20x", "\u22121": "'\u22121",
		" London": " London", "a=1": "a=1",
		"": "", "0": "0", "0.50": "0.50", "0,50": "0,50", "12125550100": "12125550100", "London": "London",
		"O'Neill": "O'Neill", "'quoted'": "'quoted'",
	} {
		if got := Guard(cell); got != want {
			t.Errorf("Guard(%q) = %q, want %q", cell, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+@\-\t\ra-z0]?[0-9.,]{0,16}.{0,3}`)).Draw(t, "cell")
		safe := Guard(cell)
		if got := Unguard(safe); got != cell {
			t.Errorf("Unguard(Guard(%q)) = %q", cell, got)
		}
		if strings.IndexAny(safe, formulaStarts) == 0 {
			t.Errorf("Guard(%q) = %q can be run", cell, safe)
		}
	})
}
