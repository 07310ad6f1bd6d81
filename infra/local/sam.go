package main

import (
	"context"
	"fmt"

	"didpurchase/infra/local/bridge"
	"didpurchase/infra/local/seed"
	"didpurchase/internal/localaws/issuer"
)

// Ports at which the containers of `sam local` reach the services.
// samconfig.toml names the same ports; a test compares both.
const (
	samIssuerPort   = 8100
	samDynamoDBPort = 8101
	samSQSPort      = 8102
	samS3Port       = 8103
)

// sam has the additions of --sam: the services at addresses that containers
// reach, and an issuer with a name that is valid in every container. (The local
// API's own issuer is the API's address; a container would reach itself there.)
type sam struct {
	site       site
	issuer     *issuer.Issuer
	forwarders []*bridge.Forwarder
}

func (w *world) openSAM(context.Context) (err error) {
	if !w.samToo {
		return nil
	}
	if w.sam.site, err = listenAgain(""); err != nil {
		return err
	}
	w.atEnd(closed(w.sam.site))
	for port, server := range map[int]string{
		samIssuerPort: w.sam.site.URL, samDynamoDBPort: w.dynamodbURL, samSQSPort: w.sqsSite.URL, samS3Port: w.s3Site.URL,
	} {
		f, err := bridge.Open(port, server)
		if err != nil {
			return err
		}
		w.atEnd(func() error {
			f.Close()
			return nil
		})
		w.sam.forwarders = append(w.sam.forwarders, f)
	}
	w.sam.issuer, err = issuer.New(issuer.Config{
		URL: samURL(samIssuerPort), Audience: audience, KeyFile: w.folder.file("issuer.pem"), Users: users(), Now: w.now,
	})
	return err
}

func samURL(port int) string { return fmt.Sprintf("http://%s:%d", bridge.Host, port) }

// samParts returns the servers and forwarders of --sam.
func (w *world) samParts() (parts []func(context.Context) error) {
	if !w.samToo {
		return nil
	}
	for _, f := range w.sam.forwarders {
		parts = append(parts, f.Run)
	}
	return append(parts, func(ctx context.Context) error { return w.sam.site.serve(ctx, w.sam.issuer) })
}

// introduceToSAM registers the users with the tokens of that issuer too.
func (w *world) introduceToSAM(ctx context.Context, c seed.Config) error {
	if !w.samToo {
		return nil
	}
	c.Issuer, c.Ranges = w.sam.issuer.URL, false
	return seed.Run(ctx, c)
}

// greetSAM prints the next steps with --sam.
func (w *world) greetSAM() {
	if !w.samToo {
		return
	}
	fmt.Fprintf(w.out, `For SAM, in another terminal (README.md, "SAM local"):

  sam local start-api --config-env local
  TOKEN=$(curl -s http://127.0.0.1:%[1]d/local/token -d '{"user": "%[2]s"}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -H "Authorization: Bearer $TOKEN" 'http://127.0.0.1:3000/v1/available-dids?limit=3'

`, samIssuerPort, exampleUser)
}
