package main

import (
	"context"
	"fmt"
	"regexp"
	"time"
)

// step is a part of the test with a name that --steps can choose.
type step struct {
	name string
	run  func(*world, context.Context) (said string, err error)
}

func run(ctx context.Context, o options) (err error) {
	chosen, err := regexp.Compile(o.steps)
	if err != nil {
		return err
	}
	began := time.Now()
	w, err := newWorld(ctx, o)
	defer func() {
		if stopped := w.close(o.keep || err != nil); err == nil {
			err = stopped
		}
	}()
	if err != nil {
		return err
	}
	all := append([]step{{"first deploy", (*world).first}}, steps...)
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
	fmt.Printf("all steps: %.1f minutes\n", time.Since(began).Minutes())
	if o.keep {
		fmt.Println("the stack runs until Ctrl-C; it is described in", w.folder)
		<-ctx.Done()
	}
	return nil
}

// first deploys the stack and fills it.
func (w *world) first(ctx context.Context) (string, error) {
	if err := w.stack.deploy(ctx, "sam deploy --config-env prod"); err != nil {
		return "", err
	}
	if err := w.fill(ctx); err != nil {
		return "", err
	}
	_, err := w.describe()
	return fmt.Sprintf("%d resources", len(w.stack.resources)), err
}
