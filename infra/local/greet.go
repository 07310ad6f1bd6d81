package main

import (
	"fmt"
	"io"
	"strings"

	"didpurchase/infra/local/bus"
	"didpurchase/infra/local/hooks"
	"didpurchase/infra/local/mailbox"
	"didpurchase/infra/local/pay"
	"didpurchase/infra/local/seed"
)

// exampleUser is the user of the printed example.
const exampleUser = "alice"

// greet prints the addresses, the users, and commands to try.
func (w *world) greet(e endpoints) {
	fmt.Fprintf(w.out, `
DID Purchase is ready.

  API and portal  %s
  S3              %s  (bucket %s)
  DynamoDB        %s  (table %s)
  SQS             %s
  webhooks        %s  (takes webhooks, and shows what arrived)
  event bus       %s  (the same, of EventBridge)
  mails           %s  (what was sent)
  payments        %s  (a local Stripe: a button in place of a card)
  state           %s

Users, by carrier and role (a token takes the name alone):

`, e.API, e.S3, e.S3Bucket, e.DynamoDB, e.Table, e.SQS, e.API+hooks.Path, e.API+bus.Path, e.API+mailbox.Path,
		e.API+pay.Path,
		w.folder.path)
	introduce(w.out, seed.Users())
	fmt.Fprintf(w.out, `
Search as %[1]s:

  TOKEN=$(curl -s %[2]s/local/token -d '{"user": "%[1]s"}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -H "Authorization: Bearer $TOKEN" '%[2]s/v1/available-dids?limit=3'

Ctrl-C stops it.

`, exampleUser, e.API)
}

// introduce lists the users, a line for each carrier and role in their order.
func introduce(out io.Writer, users []seed.User) {
	var order []string
	names := map[string][]string{}
	for _, u := range users {
		group := fmt.Sprintf("%-7s %s", u.Carrier, u.Roles[0])
		if names[group] == nil {
			order = append(order, group)
		}
		names[group] = append(names[group], u.Sub)
	}
	for _, group := range order {
		fmt.Fprintf(out, "  %-26s %s\n", group, brief(names[group]))
	}
}

// brief shortens a long list in the middle.
func brief(names []string) string {
	const most = 6
	if len(names) > most {
		names = append(names[:most-2:most-2], "…", names[len(names)-1])
	}
	return strings.Join(names, ", ")
}
