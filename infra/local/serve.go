package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"golang.org/x/sync/errgroup"

	"didpurchase/infra/local/bus"
	"didpurchase/infra/local/front"
	"didpurchase/infra/local/hooks"
	"didpurchase/infra/local/host"
	"didpurchase/infra/local/mailbox"
	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/template"
	"didpurchase/internal/localaws/issuer"
	"didpurchase/internal/localaws/s3"
	"didpurchase/internal/localaws/sqs"
)

// audience is the client id of the local tokens.
const audience = "did-purchase-local"

// world is the running system, with its parts to close at the end, the last opened
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
	for _, open := range []func(context.Context) error{w.openFolder, w.listen, w.openStores, w.openStack, w.openIssuer,
		w.openSAM} {
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

// begin seeds the state and prints that the system is ready.
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

// inventoryBucket returns the bucket that sends notifications to functions.
func (w *world) inventoryBucket() string {
	for _, b := range w.stack.Buckets {
		if len(b.Notifications) > 0 {
			return b.Name
		}
	}
	return ""
}

// handler returns the HTTP API with the paths that exist only in the local world.
func (w *world) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/local/", w.issuer)
	mux.Handle("/.well-known/", w.issuer)
	mux.Handle("POST "+invokePath+"{function}", invoker(w.functions))
	mux.Handle(hooks.Path, hooks.New(w.mover.db, w.stack.Table.Name, w.now))
	mux.Handle(bus.Path, bus.New())
	w.payments(mux)
	mux.Handle(mailbox.Path, mailbox.New(w.folder.file("mail")))
	mux.HandleFunc("GET "+clockPath, w.mover.tell)
	mux.HandleFunc("POST "+clockPath, w.mover.move)
	mux.Handle("/", front.New(front.Options{
		API: w.stack.API, Functions: w.functions.OnDemand(), Now: w.now,
		Failed: func(function string, err error) { w.log.Error("request failed", "function", function, "error", err) },
	}))
	return mux
}

// deadLetters lets the pumps send to the queues.
type deadLetters struct{ *sqs.Server }

func (d deadLetters) SendDeadLetter(queue, body string) error {
	_, err := d.Send(queue, body, nil, -1)
	return err
}

// pumps returns the template's sources of events, and the mover of their clock.
func (w *world) pumps() (all []interface{ Run(context.Context) error }, err error) {
	pace := &pump.Pace{}
	world := pump.Base{Invoker: w.functions, DeadLetters: deadLetters{w.sqs}, Now: w.now, Log: w.log, Pace: pace}
	w.mover = &mover{
		clock: w.clock, pace: pace, sqs: w.sqs, functions: w.functions,
		db: dynamodb.NewFromConfig(w.awsConfig()), table: w.stack.Table.Name, turn: make(chan struct{}, 1),
	}
	all = append(all, pump.Objects{Base: world, Store: w.s3, Stack: w.stack})
	for _, m := range w.stack.Streams {
		s := &pump.Stream{
			Base: world, Client: dynamodbstreams.NewFromConfig(w.awsConfig()), Mapping: m, Failures: w.s3,
			StreamARN: w.streamARN, SourceARN: w.stack.Table.StreamARN(), Folder: w.folder.file("pump"),
		}
		s.Now = w.clock.real // the database's clock, which the times of records come from
		w.mover.streams, all = append(w.mover.streams, s), append(all, s)
	}
	for _, m := range w.stack.QueueMappings {
		w.mover.queues = append(w.mover.queues, m.Queue)
		all = append(all, pump.Queue{Base: world, Server: w.sqs, Mapping: m})
	}
	w.mover.schedules, err = pump.NewSchedules(world, w.stack)
	return append(all, w.mover.schedules), err
}
