package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"didpurchase/infra/local/seed"
)

const importUsage = `Imports a file of numbers into the running system, as the carrier's admin.

  go run ./infra/local import FILE --carrier ID [flags]

Flags:
`

// importOptions are the flags of an import.
type importOptions struct {
	file, carrier, profile, data string
	dryRun, replace, now, strict bool
}

// parseImport takes flags before and after the file's name.
func parseImport(args []string) (o importOptions, err error) {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(os.Stdout)
	flags.Usage = func() {
		fmt.Print(importUsage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.carrier, "carrier", "", "`id` of the carrier, such as acme")
	flags.StringVar(&o.profile, "profile", "", "`name` of the carrier's import profile")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only show the outcome")
	flags.BoolVar(&o.replace, "replace", false,
		"withdraw numbers that the file lacks; stops at the plan, which shows them")
	flags.BoolVar(&o.now, "now", false, "with --replace, don't stop at the plan")
	flags.BoolVar(&o.strict, "all-or-nothing", false, "apply nothing when a row is rejected")
	flags.StringVar(&o.data, "data", defaultData(), "`folder` of the running system's state")
	for rest := args; ; {
		if err := flags.Parse(rest); err != nil {
			return o, err
		}
		if flags.NArg() == 0 {
			break
		}
		if o.file != "" {
			return o, fmt.Errorf("%q is one file too many; see import --help", flags.Arg(0))
		}
		o.file, rest = flags.Arg(0), flags.Args()[1:]
	}
	switch {
	case o.file == "":
		return o, errors.New("which file? see import --help")
	case o.now && (o.dryRun || !o.replace):
		return o, errors.New("--now is for --replace, and can't be used with --dry-run")
	case seed.Admin(o.carrier) == "":
		return o, fmt.Errorf("--carrier %q is not a carrier of this machine; acme is one", o.carrier)
	}
	return o, nil
}

// importFile uploads a file as the carrier's admin does and shows its progress.
func importFile(ctx context.Context, args []string) error {
	o, err := parseImport(args)
	if err != nil {
		return err
	}
	at, err := readEndpoints(filepath.Join(o.data, endpointsFile))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("nothing runs on %s: start it by `go run ./infra/local`, or pass --data DIR", o.data)
	}
	if err != nil {
		return fmt.Errorf("the endpoints of the running system: %w", err)
	}
	s, err := signIn(ctx, at.API, seed.Admin(o.carrier))
	if err != nil {
		return err
	}
	id, err := s.upload(ctx, o)
	if err != nil {
		return err
	}
	job, err := s.follow(ctx, id)
	if err != nil {
		return err
	}
	return s.sum(ctx, job)
}
