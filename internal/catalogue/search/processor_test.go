//go:build unix

package search

import (
	"syscall"
	"testing"
	"time"
)

// reportProcessor reports processor time: with -cpu 1 it is the time that an
// operation takes on its own core, also on a busy machine.
func reportProcessor(b *testing.B) func() {
	before := processorTime(b)
	return func() { b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op") }
}

func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
