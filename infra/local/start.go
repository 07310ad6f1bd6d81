package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"golang.org/x/sync/errgroup"

	"didpurchase/infra/local/bus"
	"didpurchase/infra/local/host"
	"didpurchase/infra/local/mailbox"
	"didpurchase/infra/local/pay"
	"didpurchase/infra/local/template"
	"didpurchase/internal/localaws/dynoxide"
	"didpurchase/internal/localaws/issuer"
	"didpurchase/internal/localaws/s3"
	"didpurchase/internal/localaws/sqs"
	"didpurchase/internal/localaws/ssm"
)

func (w *world) openFolder(ctx context.Context) (err error) {
	if w.folder, err = openFolder(ctx, w.data, w.reset); err != nil {
		return err
	}
	w.atEnd(w.folder.close)
	w.atEnd(w.folder.withdraw)
	if err := w.folder.withdraw(); err != nil {
		return err
	}
	if w.clock, err = openClock(w.now, w.folder.file(clockFile)); err != nil {
		return err
	}
	w.now = w.clock.now
	w.last, err = readEndpoints(w.folder.file(lastEndpointsFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		w.log.Warn("ports of the last run not reused", "error", err)
	}
	return nil
}

func (w *world) listen(context.Context) (err error) {
	if w.api, err = listenAPI(w.addr); err != nil {
		return err
	}
	w.atEnd(closed(w.api))
	if w.s3Site, err = listenAgain(w.last.S3); err != nil {
		return err
	}
	w.atEnd(closed(w.s3Site))
	if w.sqsSite, err = listenAgain(w.last.SQS); err != nil {
		return err
	}
	w.atEnd(closed(w.sqsSite))
	return nil
}

// closed closes the listener, unless its server has done so.
func closed(s site) func() error {
	return func() error {
		s.Close()
		return nil
	}
}

func (w *world) openStores(ctx context.Context) (err error) {
	if err := w.openDynamoDB(ctx); err != nil {
		return err
	}
	if w.s3, err = s3.Open(w.folder.file("s3"), w.now); err != nil {
		return err
	}
	w.atEnd(w.s3.Close)
	if w.sqs, err = sqs.Open(w.folder.file("sqs.db"), w.now); err != nil {
		return err
	}
	w.atEnd(w.sqs.Close)
	return nil
}

func (w *world) openDynamoDB(ctx context.Context) error {
	if w.dynamodb != "" {
		w.dynamodbURL = w.dynamodb
		return nil
	}
	path, err := dynoxide.Find(ctx)
	if err != nil {
		return err
	}
	server, err := dynoxide.Start(ctx, path, w.folder.file("dynamodb.db"), os.Stderr)
	if err != nil {
		return err
	}
	w.dynamodbURL, w.dynoxideExited = server.URL, server.Exited()
	w.atEnd(func() error {
		server.Stop()
		return nil
	})
	return nil
}

// openStack reads the template and creates its resources.
func (w *world) openStack(ctx context.Context) (err error) {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	w.stack, err = template.Load(filepath.Join(root, "template.yaml"), template.Surroundings{
		Parameters: map[string]string{
			"OidcIssuer": w.api.URL, "OidcAudience": audience, "ClockOffset": w.clock.ahead().String(),
			"DynamoDBEndpoint": w.dynamodbURL, "SqsEndpoint": w.sqsSite.URL, "S3Endpoint": w.s3Site.URL,
			"PublicS3Endpoint":  w.s3Site.URL,
			"RequestsPerSecond": "0", // load tests send requests as one customer
			"WebhookLoopback":   "ALLOWED", "EventBusName": bus.Name, "EventBridgeEndpoint": w.api.URL + bus.Path,
			"MailFrom": mailbox.Sender, "SesEndpoint": w.api.URL + strings.TrimSuffix(mailbox.Path, "/"), "PortalUrl": w.api.URL,
			"SsmEndpoint": w.api.URL + ssm.Path, "StripeUrl": w.api.URL + strings.TrimSuffix(pay.Path, "/"),
		},
		QueueURL: func(queue string) string { return sqs.URL(w.sqsSite.Addr().String(), queue) },
	})
	if err != nil {
		return err
	}
	building, ctx := errgroup.WithContext(ctx)
	building.Go(func() error {
		if err := host.BuildPage(ctx, filepath.Join(root, "functions", "portal")); err != nil {
			return err
		}
		return host.Build(ctx, root, w.folder.file("bin"), runtime.GOARCH, w.stack.Functions)
	})
	building.Go(func() error { return w.declare(ctx) })
	if err := building.Wait(); err != nil {
		return err
	}
	w.functions, err = host.NewProcesses(host.Options{
		Functions: w.stack.Functions, Binaries: w.folder.file("bin"), Log: os.Stderr, Now: w.clock.real,
	})
	if err != nil {
		return err
	}
	w.atEnd(w.functions.Close)
	return nil
}

// declare makes the missing table, buckets and queues.
func (w *world) declare(ctx context.Context) (err error) {
	for _, b := range w.stack.Buckets {
		if err := w.s3.EnsureBucket(b.Name, b.Versioned); err != nil {
			return err
		}
	}
	for _, q := range w.stack.Queues {
		err := w.sqs.Declare(sqs.Queue{
			Name: q.Name, Visibility: q.Visibility, Retention: q.Retention,
			DeadLetterQueue: q.DeadLetterQueue, MaxReceiveCount: q.MaxReceiveCount,
		})
		if err != nil {
			return err
		}
	}
	w.streamARN, err = ensureTable(ctx, w.awsConfig(), w.stack.Table, w.reset)
	return err
}

// awsConfig returns the configuration for DynamoDB.
func (w *world) awsConfig() aws.Config {
	return aws.Config{
		Region:       template.Region,
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
		BaseEndpoint: &w.dynamodbURL,
	}
}

func (w *world) openIssuer(context.Context) (err error) {
	w.issuer, err = issuer.New(issuer.Config{
		URL: w.api.URL, Audience: audience, KeyFile: w.folder.file("issuer.pem"), Users: users(), Now: w.now,
	})
	return err
}
