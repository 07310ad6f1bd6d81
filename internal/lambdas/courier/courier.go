// Package courier is the Lambda on two queues: it makes deliveries and notices from
// the events of one, and sends the deliveries of the other.
package courier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/awscall"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/event"
	"didpurchase/internal/eventbus"
	"didpurchase/internal/mailsend"
	"didpurchase/internal/notice"
	"didpurchase/internal/sqsqueue"
	"didpurchase/internal/webhook"
	"didpurchase/internal/webhooksend"
)

// Handler is the type of handler that lambda.Start accepts.
type Handler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// deliveries is the end of the name of the queue of deliveries.
const deliveries = "-deliveries"

// New wires the courier.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName, awsenv.DeliveryQueueURL, awsenv.DeliveryDeadLettersURL)
	store := dynamo.New(env.AWS, env.TableName)
	c := courier{bus: busOf(env), notices: noticesOf(env, store), webhooks: webhook.NewCourier(
		store, webhooksend.New(env.WebhookLoopback, env.Now),
		sqsqueue.New(env.AWS, env.DeliveryQueueURL), sqsqueue.New(env.AWS, env.DeliveryDeadLettersURL), env.Now)}
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		errs := c.carryAll(ctx, event.Records)
		answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for i, err := range errs {
			if err != nil {
				m := event.Records[i]
				env.Logger.ErrorContext(sqsqueue.Context(ctx, m), "message failed", "error", err, "message_id", m.MessageId)
				answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return answer, nil
	}
}

// courier brings events to webhooks, to people by mail, and to a bus if there is
// one.
type courier struct {
	webhooks *webhook.Courier
	notices  *notice.Service // nil if no mails are sent
	bus      *eventbus.Bus   // nil for none
}

func noticesOf(env awsenv.Env, store *dynamo.Store) *notice.Service {
	if env.MailFrom == "" {
		return nil
	}
	ses := awscall.New(env.AWS, env.SESURL, "ses", env.Now)
	return notice.New(store, mailsend.New(ses, env.MailFrom, env.MailConfiguration, env.Now), env.PortalURL, env.Now)
}

func busOf(env awsenv.Env) *eventbus.Bus {
	if env.EventBusName == "" {
		return nil
	}
	return eventbus.New(env.AWS, env.EventBridgeURL, env.EventBusName, env.Now)
}

// carryAll processes all messages of a batch in parallel, so that one with a
// receiver that hangs delays no other, and returns each message's error.
func (c courier) carryAll(ctx context.Context, messages []events.SQSMessage) []error {
	errs := make([]error, len(messages))
	var g errgroup.Group
	for i, m := range messages {
		g.Go(func() error {
			errs[i] = c.carry(sqsqueue.Context(ctx, m), m)
			return nil
		})
	}
	_ = g.Wait() // each message has its own error
	return errs
}

func (c courier) carry(ctx context.Context, m events.SQSMessage) error {
	if strings.HasSuffix(m.EventSourceARN, deliveries) {
		var message webhook.Message
		if err := json.Unmarshal([]byte(m.Body), &message); err != nil {
			return fmt.Errorf("the message is not a delivery: %w", err)
		}
		if message.Check {
			return c.webhooks.Check(ctx, message)
		}
		return c.webhooks.Deliver(ctx, message)
	}
	e := event.Event{Data: &json.RawMessage{}} // in the form in which it was sent
	if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
		return fmt.Errorf("the message is not an event: %w", err)
	}
	return c.fanOut(ctx, e)
}

// fanOut fails as a whole if one part fails, and is then repeated: webhooks and
// notices recognise an event that comes again, and the bus may get it twice, with
// the same id.
func (c courier) fanOut(ctx context.Context, e event.Event) error {
	err := c.webhooks.FanOut(ctx, e)
	if c.notices != nil {
		err = errors.Join(err, c.notices.Notify(ctx, e))
	}
	if c.bus != nil {
		err = errors.Join(err, c.bus.Put(ctx, e))
	}
	return err
}
