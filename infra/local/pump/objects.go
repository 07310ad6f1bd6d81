package pump

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/template"
	"didpurchase/internal/localaws/s3"
)

const (
	objectsPage     = 100 // read from the journal at once
	objectsAtOnce   = 16  // delivered at once, in any order, as S3 does
	createdByPut    = "ObjectCreated:Put"
	notifyOnCreated = "s3:ObjectCreated:*"
)

// Objects notifies functions of new objects.
type Objects struct {
	Base
	Store *s3.Server
	Stack *template.Template
}

// Run delivers the entries of the journal until the context ends. An entry is
// removed when every function has been notified, so after a crash some
// functions are notified again.
func (o Objects) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	places := make(chan struct{}, objectsAtOnce)
	var last uint64
	for {
		found, err := o.Store.Undelivered(last, objectsPage)
		if err != nil {
			return err
		}
		for _, created := range found {
			last = created.Sequence
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return nil
			}
			running.Go(func() {
				defer func() { <-places }()
				o.tell(ctx, created)
			})
		}
		if len(found) == objectsPage {
			continue
		}
		select {
		case <-o.Store.Created():
		case <-ctx.Done():
			return nil
		}
	}
}

func (o Objects) tell(ctx context.Context, created s3.Created) {
	for _, f := range o.listeners(created) {
		payload, err := json.Marshal(ObjectEvent(created))
		if err == nil {
			err = o.invokeAsync(ctx, f, payload)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			o.Log.Error("event of an object kept for the next start", "object", created.Key, "function", f.Name, "error", err)
			return
		}
	}
	if err := o.Store.Delivered(created); err != nil {
		o.Log.Error("event of an object failed; it is sent again", "object", created.Key, "error", err)
	}
}

// listeners returns the functions with a notification for the object.
func (o Objects) listeners(created s3.Created) (found []template.Function) {
	for _, bucket := range o.Stack.Buckets {
		for _, n := range bucket.Notifications {
			if bucket.Name == created.Bucket && covers(n, created.Key) {
				if f, ok := o.Stack.Function(n.Function); ok {
					found = append(found, f)
				}
			}
		}
	}
	return found
}

func covers(n template.Notification, key string) bool {
	event := n.Event == notifyOnCreated || n.Event == "s3:"+createdByPut
	return event && strings.HasPrefix(key, n.Prefix) && strings.HasSuffix(key, n.Suffix)
}

// ObjectEvent returns S3's event of a created object, in version 2.1 of its
// form.
func ObjectEvent(created s3.Created) events.S3Event {
	return events.S3Event{Records: []events.S3EventRecord{{
		EventVersion: "2.1",
		EventSource:  "aws:s3",
		AWSRegion:    template.Region,
		EventTime:    created.At.UTC(),
		EventName:    createdByPut,
		PrincipalID:  events.S3UserIdentity{PrincipalID: "AWS:" + template.Account},
		RequestParameters: events.S3RequestParameters{
			SourceIPAddress: "127.0.0.1",
		},
		ResponseElements: map[string]string{"x-amz-request-id": fmt.Sprintf("%016X", created.Sequence)},
		S3: events.S3Entity{
			SchemaVersion:   "1.0",
			ConfigurationID: "template",
			Bucket: events.S3Bucket{
				Name: created.Bucket, Arn: "arn:aws:s3:::" + created.Bucket,
				OwnerIdentity: events.S3UserIdentity{PrincipalID: template.Account},
			},
			Object: events.S3Object{
				Key: escapeKey(created.Key), URLDecodedKey: created.Key, Size: created.Size, ETag: created.ETag,
				VersionID: created.VersionID, Sequencer: created.Sequencer(),
			},
		},
	}}}
}

// escapeKey encodes a key like S3's events: a space is a plus, slashes stay.
func escapeKey(key string) string {
	return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")
}
