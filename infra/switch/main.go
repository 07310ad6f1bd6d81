// Command switch keeps a carrier's Kamailio supplied with routes: it follows the
// feed of the API into a copy on disk, and hands the copy to Kamailio.
//
//	go run ./infra/switch --help
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"didpurchase/infra/switch/follow"
)

const usage = `Follows the routes of a carrier's numbers into a Kamailio.

  go run ./infra/switch --api URL --key KEY [flags]

The key is an API key of the carrier with the scope routes; SWITCH_API_KEY takes it, too, so that it is not
in the list of processes. The copy is kept in --data: the program goes on where it stopped, and supplies a
Kamailio that was restarted while the API can't be reached.

Flags:
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("switch", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), usage); flags.PrintDefaults() }
	api := flags.String("api", "", "URL of the API, such as https://did.example.com")
	key := flags.String("key", os.Getenv("SWITCH_API_KEY"), "API key with the scope routes")
	data := flags.String("data", "switch.db", "file of the copy")
	rpc := flags.String("kamailio", "http://127.0.0.1:5060/RPC", "URL of Kamailio's JSON-RPC; empty for no Kamailio")
	gateway := flags.String("gateway", "", "host that calls to telephone numbers go to; empty hands out tel: URIs")
	wait := flags.Int("wait", 20, "seconds that one request waits for a change, up to 20")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *api == "" || *key == "" {
		return errors.New("--api and --key are needed; --help says more")
	}
	copied, err := follow.Open(*data)
	if err != nil {
		return err
	}
	defer copied.Close()
	var to follow.Switch = follow.Nowhere{}
	if *rpc != "" {
		to = &follow.Kamailio{URL: *rpc, Gateway: *gateway}
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	f := follow.Follower{API: follow.API{URL: *api, Key: *key}, Copy: copied, Switch: to, Log: log, Now: time.Now,
		Wait: *wait}
	return f.Run(ctx)
}
