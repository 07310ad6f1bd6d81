package emf_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"didpurchase/internal/emf"
)

func at() time.Time { return time.UnixMilli(1767225600000) }

// The lines are like the specification's examples.
func TestLines(t *testing.T) {
	var out bytes.Buffer
	m := emf.New("did-purchase", &out, at)
	m.Add("Orders", 1)
	m.Add("Holds", 2)
	m.Add("Holds", 3)
	m.AddIn(emf.Dimension{Name: "Currency", Value: "EUR"}, "Revenue", emf.None, 12.5)
	m.Flush()
	lines := strings.SplitAfter(out.String(), "\n")
	for _, want := range []string{
		`{"Holds":5,"Orders":1,"_aws":{"Timestamp":1767225600000,"CloudWatchMetrics":[{"Namespace":"did-purchase",` +
			`"Dimensions":[[]],"Metrics":[{"Name":"Holds","Unit":"Count"},{"Name":"Orders","Unit":"Count"}]}]}}` + "\n",
		`{"Currency":"EUR","Revenue":12.5,"_aws":{"Timestamp":1767225600000,` +
			`"CloudWatchMetrics":[{"Namespace":"did-purchase","Dimensions":[["Currency"]],"Metrics":[{"Name":"Revenue",` +
			`"Unit":"None"}]}]}}` + "\n",
	} {
		if lines[0] != want && lines[1] != want {
			t.Errorf("no line %s in %s", want, out.String())
		}
	}
	out.Reset()
	if m.Flush(); out.Len() > 0 {
		t.Errorf("counted twice: %s", out.String())
	}
}

func TestNobodyCounts(t *testing.T) {
	var m *emf.Metrics
	m.Add("Orders", 1)
	m.Flush()
}

func TestManyCountAtOnce(t *testing.T) {
	var out bytes.Buffer
	m := emf.New("n", &out, at)
	var g sync.WaitGroup
	for range 100 {
		g.Go(func() { m.Add("Holds", 1) })
	}
	g.Wait()
	if m.Flush(); !strings.Contains(out.String(), `"Holds":100`) {
		t.Errorf("got %s, want 100", out.String())
	}
}
