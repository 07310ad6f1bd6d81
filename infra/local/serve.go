package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"golang.org/x/sync/errgroup"

	"didpurchase/infra/local/front"
	"didpurchase/infra/local/host"
	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/template"
	"didpurchase/internal/localaws/dynoxide"
	"didpurchase/internal/localaws/issuer"
	"didpurchase/internal/localaws/s3"
	"didpurchase/internal/localaws/sqs"
)

// audience is the client id of the local tokens.
const audience = "did-purchase-local"

// world is the running system, and what is closed at its end, the last opened
// first.
type world struct {
	options
	folder  *folder
	last    endpoints // of the run before this one
	closing []func() error

	api, s3Site, sqsSite site
	dynamodbURL          string
	dynoxideExited       <-chan struct{} // nil with --dynamodb
	s3                   *s3.Server
	sqs                  *sqs.Server
	stack                *template.Template
	streamARN            string
	functions            *host.Processes
	clock                *clock
	mover                *mover
	issuer               *issuer.Issuer
	sam                  sam
}

// serve runs the system until the context ends.
func serve(ctx context.Context, o options) (err error) {
	w := &world{options: o}
	defer func() { err = errors.Join(err, w.close()) }()
	for _, open := range []func(context.Context) error{w.openFolder, w.listen, w.openStores, w.openStack, w.openIssuer, w.openSAM} {
		if err := open(ctx); err != nil {
			return err
		}
	}
	return w.run(ctx)
}

func (w *world) atEnd(f func() error) { w.closing = append(w.closing, f) }

func (w *world) close() (err error) {
	for _, f := range slices.Backward(w.closing) {
		err = errors.Join(err, f())
	}
	return err
}

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
		w.log.Warn("the ports of the last run are forgotten", "error", err)
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

// closed frees the address, unless its server has done so.
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

// openStack reads the template and makes what it declares.
func (w *world) openStack(ctx context.Context) (err error) {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	w.stack, err = template.Load(filepath.Join(root, "template.yaml"), template.World{
		Parameters: map[string]string{
			"OidcIssuer": w.api.URL, "OidcAudience": audience, "ClockOffset": w.clock.ahead().String(),
			"DynamoDBEndpoint": w.dynamodbURL, "SqsEndpoint": w.sqsSite.URL, "S3Endpoint": w.s3Site.URL, "PublicS3Endpoint": w.s3Site.URL,
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

// declare makes the table, the buckets and the queues that are missing.
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

// awsConfig reaches the DynamoDB.
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

// run serves and pumps until the context ends or a part fails.
func (w *world) run(ctx context.Context) error {
	pumps, err := w.pumps()
	if err != nil {
		return err
	}
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error { return w.api.serve(ctx, w.handler()) })
	parts.Go(func() error { return w.s3Site.serve(ctx, w.s3) })
	parts.Go(func() error { return w.sqsSite.serve(ctx, w.sqs) })
	parts.Go(func() error {
		select {
		case <-w.dynoxideExited:
			return errors.New("dynoxide ended; start again")
		case <-ctx.Done():
			return nil
		}
	})
	for _, p := range pumps {
		parts.Go(func() error { return p.Run(ctx) })
	}
	for _, part := range w.samParts() {
		parts.Go(func() error { return part(ctx) })
	}
	parts.Go(func() error { return w.begin(ctx) })
	return parts.Wait()
}

// begin seeds the state and says that all is ready.
func (w *world) begin(ctx context.Context) error {
	if err := w.fill(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("seed: %w", err)
	}
	e := endpoints{
		API: w.api.URL, S3: w.s3Site.URL, S3Bucket: w.inventoryBucket(), DynamoDB: w.dynamodbURL,
		Table: w.stack.Table.Name, SQS: w.sqsSite.URL, Issuer: w.api.URL,
	}
	w.greet(e)
	w.greetSAM()
	return w.folder.publish(e)
}

// inventoryBucket is the one that functions hear of.
func (w *world) inventoryBucket() string {
	for _, b := range w.stack.Buckets {
		if len(b.Notifications) > 0 {
			return b.Name
		}
	}
	return ""
}

// handler is the HTTP API with what only a local world answers.
func (w *world) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/local/", w.issuer)
	mux.Handle("/.well-known/", w.issuer)
	mux.Handle("POST "+invokePath+"{function}", invoker(w.functions))
	mux.HandleFunc("GET "+clockPath, w.mover.tell)
	mux.HandleFunc("POST "+clockPath, w.mover.move)
	mux.Handle("/", front.New(front.Options{
		API: w.stack.API, Functions: w.functions.OnDemand(), Now: w.now,
		Failed: func(function string, err error) { w.log.Error("a request failed", "function", function, "error", err) },
	}))
	return mux
}

// deadLetters are the queues as the pumps know them.
type deadLetters struct{ *sqs.Server }

func (d deadLetters) SendDeadLetter(queue, body string) error {
	_, err := d.Send(queue, body, nil, -1)
	return err
}

// pumps are the template's sources of events, and what moves their clock.
func (w *world) pumps() (all []interface{ Run(context.Context) error }, err error) {
	pace := &pump.Pace{}
	world := pump.World{Invoker: w.functions, DeadLetters: deadLetters{w.sqs}, Now: w.now, Log: w.log, Pace: pace}
	w.mover = &mover{
		clock: w.clock, pace: pace, sqs: w.sqs, functions: w.functions,
		db: dynamodb.NewFromConfig(w.awsConfig()), table: w.stack.Table.Name, turn: make(chan struct{}, 1),
	}
	all = append(all, pump.Objects{World: world, Store: w.s3, Stack: w.stack})
	for _, m := range w.stack.Streams {
		s := &pump.Stream{
			World: world, Client: dynamodbstreams.NewFromConfig(w.awsConfig()), Mapping: m, Failures: w.s3,
			StreamARN: w.streamARN, SourceARN: w.stack.Table.StreamARN(), Folder: w.folder.file("pump"),
		}
		s.Now = w.clock.real // as the database's, that records have their times by
		w.mover.streams, all = append(w.mover.streams, s), append(all, s)
	}
	for _, m := range w.stack.QueueMappings {
		w.mover.queues = append(w.mover.queues, m.Queue)
		all = append(all, pump.Queue{World: world, Server: w.sqs, Mapping: m})
	}
	w.mover.schedules, err = pump.NewSchedules(world, w.stack)
	return append(all, w.mover.schedules), err
}
