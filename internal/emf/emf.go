// Package emf counts, and writes what was counted as lines of the log in
// CloudWatch's embedded metric format, from which CloudWatch makes metrics
// without a call. It knows no metric.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
//
// AWS has libraries for other languages, none for Go.
package emf

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"
)

// Unit is one of CloudWatch's.
type Unit string

// The units in use.
const (
	Count Unit = "Count"
	None  Unit = "None" // money, whose currency is a dimension
)

// Dimension tells metrics of one name apart; the zero Dimension is none.
type Dimension struct{ Name, Value string }

// Metrics are the sums since the last Flush. The nil Metrics counts nothing.
type Metrics struct {
	namespace string
	out       io.Writer
	now       func() time.Time

	mu   sync.Mutex
	sums map[series]float64
}

type series struct {
	dimension Dimension
	name      string
	unit      Unit
}

// New writes to out, a line at a Write.
func New(namespace string, out io.Writer, now func() time.Time) *Metrics {
	return &Metrics{namespace: namespace, out: out, now: now, sums: map[series]float64{}}
}

// Add adds n to a count.
func (m *Metrics) Add(name string, n int) { m.AddIn(Dimension{}, name, Count, float64(n)) }

// AddIn adds to the sum of a metric in a dimension.
func (m *Metrics) AddIn(d Dimension, name string, unit Unit, value float64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sums[series{d, name, unit}] += value
}

// Flush writes a line for each dimension that was counted in, and begins anew.
// It is called at the end of each invocation: Lambda stops a function's instance
// in between. A line that can't be written is lost, as a line of the log is.
func (m *Metrics) Flush() {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.sums) == 0 {
		return
	}
	byDimension := map[Dimension][]series{}
	for s := range m.sums {
		byDimension[s.dimension] = append(byDimension[s.dimension], s)
	}
	for d, all := range byDimension {
		slices.SortFunc(all, func(a, b series) int { return cmp.Compare(a.name, b.name) })
		m.write(d, all)
	}
	clear(m.sums)
}

// definition is a metric as the format declares it.
type definition struct {
	Name string
	Unit Unit
}

// directive declares the metrics of a line.
type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type metadata struct {
	Timestamp         int64 // milliseconds
	CloudWatchMetrics []directive
}

func (m *Metrics) write(d Dimension, all []series) {
	line, declared := map[string]any{}, directive{Namespace: m.namespace, Dimensions: [][]string{{}}}
	if d.Name != "" {
		line[d.Name], declared.Dimensions = d.Value, [][]string{{d.Name}}
	}
	for _, s := range all {
		line[s.name] = m.sums[s]
		declared.Metrics = append(declared.Metrics, definition{s.name, s.unit})
	}
	line["_aws"] = metadata{Timestamp: m.now().UnixMilli(), CloudWatchMetrics: []directive{declared}}
	text, err := json.Marshal(line)
	if err != nil { // numbers and texts can be marshalled; NaN is nobody's sum
		panic(err)
	}
	m.out.Write(append(text, '\n'))
}
