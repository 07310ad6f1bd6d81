// Command local runs the whole system on one machine: the functions' real
// bootstraps on a Lambda Runtime API, an HTTP API, a DynamoDB, an S3, an SQS
// and an OIDC issuer, all as template.yaml declares them.
//
//	go run ./infra/local --help
//
// It only wires the parts, which are in the subfolders.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const usage = `Runs DID Purchase on this machine.

  go run ./infra/local [flags]            start, until Ctrl-C
  go run ./infra/local import FILE --carrier ID [--profile NAME] [--dry-run]
                                          import a file into the running system
  go run ./infra/local rebuild [flags]    rebuild catalogue and revenue of the running system
  go run ./infra/local reconcile [flags]  compare what must agree in the running system

Flags of the start:
`

// commands are the commands that are run instead of a start.
var commands = map[string]func(ctx context.Context, args []string) error{
	"import":    importFile,
	"rebuild":   rebuild,
	"reconcile": reconcile,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, stop = untilOrphaned(ctx)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "\nerror:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		if command, ok := commands[args[0]]; ok {
			return command(ctx, args[1:])
		}
	}
	o, err := parseFlags(args, os.Stdout)
	if err != nil {
		return err
	}
	return serve(ctx, o)
}

// options are the flags of a start.
type options struct {
	addr     string
	data     string
	reset    bool
	seed     string
	dynamodb string
	samToo   bool

	now func() time.Time
	out io.Writer // for a person; logs go to stderr
	log *slog.Logger
}

func parseFlags(args []string, out io.Writer) (options, error) {
	o := options{now: time.Now, out: out, log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	flags := flag.NewFlagSet("local", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() {
		fmt.Fprint(out, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`host:port` of the HTTP API, which is the tokens' issuer too")
	flags.StringVar(&o.data, "data", defaultData(), "`folder` of the state, which survives a restart")
	flags.BoolVar(&o.reset, "reset", false, "forget the state first")
	flags.StringVar(&o.seed, "seed", "demo",
		"`content` of an empty state: demo (carriers, users, packages and numbers) or none (the same without numbers)")
	flags.StringVar(&o.dynamodb, "dynamodb", "", "`URL` of a DynamoDB to use instead of dynoxide")
	flags.BoolVar(&o.samToo, "sam", false, "let the containers of sam local reach the services too, at the ports 8100 "+
		"to 8103")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q is neither a flag nor a command; see --help", flags.Arg(0))
	}
	if o.seed != "demo" && o.seed != "none" {
		return o, fmt.Errorf("--seed is demo or none, not %q", o.seed)
	}
	if o.data == "" {
		return o, errors.New("there is no folder for the state: set HOME, or pass --data DIR")
	}
	return o, nil
}

// defaultData is in the user's cache folder; "" if there is none.
func defaultData() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(cache, "did-purchase", "local")
}
