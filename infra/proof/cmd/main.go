// Command cmd makes histories and prints what came of them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"didpurchase/infra/proof"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
)

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("proof", flag.ContinueOnError)
	names := flags.String("nemesis", "all", "`names` with commas between, or all")
	histories := flags.Int("histories", 0, "how many histories; 0 for one of each nemesis")
	seed := flags.Uint64("seed", 1, "of the first history; each has the next")
	requests := flags.Int("requests", 45, "of each of the 8 clients")
	folder := flags.String("folder", "", "`folder` of the state and the logs; a temporary one when empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *folder == "" {
		made, err := os.MkdirTemp("", "did-purchase-proof-")
		if err != nil {
			return err
		}
		*folder = made
		defer os.RemoveAll(made)
	}
	s, err := system.Start(context.Background(), system.Options{Folder: *folder})
	if err != nil {
		return err
	}
	defer s.Close()
	t, err := proof.Prepare(s)
	if err != nil {
		return err
	}
	all := nemesis.All
	if *names != "all" {
		all = nil
		for _, name := range strings.Split(*names, ",") {
			n, err := nemesis.Named(name)
			if err != nil {
				return err
			}
			all = append(all, n)
		}
	}
	if *histories == 0 {
		*histories = len(all)
	}
	for i := range *histories {
		r := t.Run(proof.Plan{Seed: *seed + uint64(i), Nemesis: all[i%len(all)], Requests: *requests, Patience: 12 * time.Second})
		fmt.Println(r)
		for _, f := range r.Faults {
			fmt.Println("    ", f)
		}
	}
	for _, f := range t.End() {
		fmt.Println("end: ", f)
	}
	return nil
}
