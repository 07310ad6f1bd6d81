package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	ministack string
	build     string
	steps     string
	keep      bool
}

func main() {
	var o options
	flag.StringVar(&o.ministack, "ministack", "ministack", "the emulator's `program`")
	flag.StringVar(&o.build, "build", ".aws-sam/build", "`folder` that sam build made")
	flag.StringVar(&o.steps, "steps", "", "regular `expression` of the names of the steps to run after the first "+
		"deploy; empty runs all")
	flag.BoolVar(&o.keep, "keep", false, "let the stack run after the steps, until Ctrl-C, and keep its folder")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, 40*time.Minute, errors.New("the steps took more than 40 minutes"))
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "\nerror:", err)
		cancel()
		os.Exit(1)
	}
}
