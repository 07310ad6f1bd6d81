package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// step is a part of the test with a name that --steps can choose.
type step struct {
	name string
	run  func(*deployment, context.Context) (said string, err error)
}

func run(ctx context.Context, o options) (err error) {
	chosen, err := regexp.Compile(o.steps)
	if err != nil {
		return err
	}
	began := time.Now()
	w, err := newDeployment(ctx, o)
	defer func() {
		if stopped := w.close(o.keep || err != nil); err == nil {
			err = stopped
		}
	}()
	if err != nil {
		return err
	}
	var memory peak
	go memory.watch(ctx, w.emulator.process.Process.Pid) // the process leads its group
	all := append([]step{{"first deploy", (*deployment).first}}, steps...)
	for i, s := range all {
		if i > 0 && !chosen.MatchString(s.name) {
			continue
		}
		at := time.Now()
		said, err := s.run(w, ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("%-30s %4.0f s   %s\n", s.name, time.Since(at).Seconds(), said)
	}
	fmt.Printf("all steps: %.1f minutes, at most %d MB for the emulator and its functions\n",
		time.Since(began).Minutes(), memory.bytes.Load()>>20)
	if o.keep {
		fmt.Println("the stack runs until Ctrl-C; it is described in", w.folder)
		<-ctx.Done()
	}
	return nil
}

// withoutBuild removes the command that builds the functions, because they are
// built already.
func withoutBuild(block string) string {
	var kept strings.Builder
	for line := range strings.Lines(block) {
		if !strings.HasPrefix(line, "sam build") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// first deploys the stack by the runbook, and fills it.
func (w *deployment) first(ctx context.Context) (string, error) {
	w.stack.access.Portal = ""
	block, err := w.book.block("Deploy", "sam deploy")
	if err != nil {
		return "", err
	}
	if err := w.runBlock(ctx, withoutBuild(block)); err != nil {
		return "", err
	}
	if err := w.fill(ctx); err != nil {
		return "", err
	}
	_, err = w.describe()
	return fmt.Sprintf("%d resources", len(w.stack.resources)), err
}
