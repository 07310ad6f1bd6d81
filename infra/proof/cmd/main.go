// Command cmd makes histories of the running system under faults and judges
// them:
//
//	go run ./infra/proof/cmd --help
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"didpurchase/infra/proof"
	"didpurchase/infra/proof/audit"
	"didpurchase/infra/proof/keys"
	"didpurchase/infra/proof/large"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/planted"
	"didpurchase/infra/proof/system"
)

const usage = `Makes histories of the running system under faults and judges them.

  go run ./infra/proof/cmd histories [flags]   make histories, one nemesis after another
  go run ./infra/proof/cmd keys [flags]        send each Idempotency-Key by many clients at once
  go run ./infra/proof/cmd large [flags]       place many large orders at once, beside carts
  go run ./infra/proof/cmd planted [flags]     build the system with planted bugs, and find them

Each command has --help. The exit code is 1 when anything is wrong.
`

// errFaults ends a run that printed its faults.
var errFaults = errors.New("there are faults")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "error:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, *flag.FlagSet, []string) error{"histories": histories, "keys": sendKeys,
		"large": orderMany, "planted": find}
	if len(args) == 0 || commands[args[0]] == nil {
		fmt.Print(usage, "\nNemeses:\n")
		for _, n := range nemesis.All {
			fmt.Printf("  %-16s %s\n", n.Name, n.Does)
		}
		if len(args) == 0 || strings.Contains(args[0], "help") || args[0] == "-h" {
			return nil
		}
		return fmt.Errorf("there is no command %q", args[0])
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	return commands[args[0]](ctx, flags, args[1:])
}

// inSystem starts a system in a temporary folder, or in the given one, and ends it
// after the work.
func inSystem(ctx context.Context, folder string, work func(*proof.Trial) error) error {
	if folder == "" {
		made, err := os.MkdirTemp("", "did-purchase-proof-")
		if err != nil {
			return err
		}
		folder = made
		defer os.RemoveAll(made)
	}
	s, err := system.Start(ctx, system.Options{Folder: folder})
	if err != nil {
		return err
	}
	defer s.Close()
	t, err := proof.Prepare(s)
	if err != nil {
		return err
	}
	return work(t)
}

func histories(ctx context.Context, flags *flag.FlagSet, args []string) error {
	names := flags.String("nemesis", "all", "`names` with commas between them")
	count := flags.Int("n", 0, "how many histories; 0 for one of each nemesis")
	limit := flags.Duration("for", 0, "begin no history after that; 0 for no limit")
	seed := flags.Uint64("seed", 1, "of the first history; each has the next")
	requests := flags.Int("requests", 45, "of each of the 8 clients")
	folder := flags.String("folder", "", "`folder` of the state and the logs; a temporary one when empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	all, err := chosen(*names)
	if err != nil {
		return err
	}
	if *count == 0 {
		*count = len(all)
	}
	return inSystem(ctx, *folder, func(t *proof.Trial) error {
		bad, began, late := 0, time.Now(), []time.Duration{}
		for i := 0; i < *count && ctx.Err() == nil && (*limit == 0 || time.Since(began) < *limit); i++ {
			r := t.Run(proof.Plan{Seed: *seed + uint64(i), Nemesis: all[i%len(all)], Requests: *requests,
				Patience: 12 * time.Second})
			bad += report(r, r.Faults)
			late = append(late, r.SearchAfter)
		}
		return finish(bad + report("after all histories", append(t.End(), audit.Late(late)...)))
	})
}

// chosen returns the nemeses with these names.
func chosen(names string) (all []nemesis.Nemesis, err error) {
	if names == "all" {
		return nemesis.All, nil
	}
	for name := range strings.SplitSeq(names, ",") {
		n, err := nemesis.Named(name)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// report prints the result and its faults, and counts the faults.
func report(done any, faults []string) int {
	fmt.Println(time.Now().Format(time.TimeOnly), done)
	for _, f := range faults {
		fmt.Println("    ", f)
	}
	return len(faults)
}

func finish(faults int) error {
	if faults > 0 {
		return fmt.Errorf("%w: %d", errFaults, faults)
	}
	return nil
}

func sendKeys(ctx context.Context, flags *flag.FlagSet, args []string) error {
	o := keys.Options{}
	flags.IntVar(&o.Keys, "keys", 500, "how many keys")
	flags.IntVar(&o.Threads, "threads", 16, "how many clients send each key at once")
	flags.Uint64Var(&o.Seed, "seed", 1, "of the faults")
	flags.BoolVar(&o.Faults, "faults", true, "break calls to the database")
	flags.DurationVar(&o.For, "for", 0, "begin no key after that; 0 for no limit")
	folder := flags.String("folder", "", "`folder` of the state and the logs; a temporary one when empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return inSystem(ctx, *folder, func(t *proof.Trial) error {
		r := keys.Run(t.System, o)
		return finish(report(r, r.Faults))
	})
}

func orderMany(ctx context.Context, flags *flag.FlagSet, args []string) error {
	o := large.Options{}
	flags.IntVar(&o.Orders, "orders", 16, "how many orders, at most 32")
	flags.IntVar(&o.Quantity, "quantity", 900, "numbers of each order, at most 5,000; there are 10,000")
	flags.Uint64Var(&o.Seed, "seed", 1, "of the faults")
	flags.BoolVar(&o.Faults, "faults", true, "break calls to the database")
	flags.DurationVar(&o.Within, "within", 15*time.Minute, "the longest time until all orders have ended")
	folder := flags.String("folder", "", "`folder` of the state and the logs; a temporary one when empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return inSystem(ctx, *folder, func(t *proof.Trial) error {
		r := large.Run(t.System, o)
		return finish(report(r, r.Faults))
	})
}

func find(ctx context.Context, flags *flag.FlagSet, args []string) error {
	names := flags.String("bug", "all", "`names` with commas between them")
	most := flags.Int("n", 12, "how many histories may show no fault before a bug is called not found")
	limit := flags.Duration("for", 0, "the time for all bugs, of which each has its share; a bug that is not found in "+
		"it is named, and is no fault; 0 for no limit")
	folder := flags.String("folder", "", "`folder` for the logs; a temporary one when empty")
	if err := flags.Parse(args); err != nil {
		return err
	}
	bugs, err := planted.Select(*names)
	if err != nil {
		return err
	}
	missed, end := 0, time.Now().Add(*limit)
	for i, b := range bugs {
		limits := planted.Limits{Histories: *most}
		if *limit > 0 {
			limits.Time = max(time.Second, time.Until(end)/time.Duration(len(bugs)-i))
		}
		f, err := b.FindIn(ctx, *folder, limits)
		switch {
		case err == nil:
			fmt.Println(time.Now().Format(time.TimeOnly), f)
		case errors.Is(err, planted.ErrTimeOver):
			fmt.Println(time.Now().Format(time.TimeOnly), "!!!!!!!!", err)
		default:
			missed++
			fmt.Println(time.Now().Format(time.TimeOnly), err)
		}
	}
	return finish(missed)
}
