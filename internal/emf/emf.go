// Package emf sums counts and writes them as log lines in CloudWatch's embedded
// metric format. CloudWatch makes metrics of such lines without a call. The
// package knows no metric.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
//
// AWS has libraries for other languages, but not for Go.
package emf

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"
)

// Unit is a unit of CloudWatch.
type Unit string

// The units in use.
const (
	Count Unit = "Count"
	None  Unit = "None" // money; the currency is a dimension
)

// Dimension distinguishes metrics of the same name; the zero Dimension means
// none.
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

// New returns Metrics that write to out, one line in each Write.
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

// Flush writes a line for each counted dimension, and starts again from zero.
// Call it at the end of each invocation: Lambda may stop a function's instance
// between invocations. If a line can't be written, it is lost like any log
// line.
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

// definition declares a metric in the format.
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
	if err != nil { // numbers and texts can be marshalled; no sum is NaN
		panic(err)
	}
	m.out.Write(append(text, '\n'))
}
