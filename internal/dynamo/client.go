// Package dynamo stores everything in one DynamoDB table: one file for each kind of
// item, keys.go for their keys, commit.go for writing changes. It implements the
// domain's interfaces of a store. It decides nothing: tables have the write of each
// change and the condition that guards it.
//
// Expressions are always built with feature/dynamodb/expression: it gives every
// attribute an alias, so that no name is a reserved word, and names only attributes
// that the expression uses, as DynamoDB requires.
package dynamo

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/outage"
)

// answerWithin is the longest duration of one request: a connection that broke
// without notice must not use up a function's whole time.
const answerWithin = 10 * time.Second

// Store is the table.
type Store struct {
	db    *dynamodb.Client
	table string
}

// New returns the store in the table of that name.
func New(cfg aws.Config, table string) *Store {
	db := dynamodb.NewFromConfig(outage.Marked(cfg), func(o *dynamodb.Options) {
		if cfg.HTTPClient == nil {
			o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(answerWithin).WithTransportOptions(keepOpen)
		}
	})
	return &Store{db: db, table: table}
}

// keepOpen keeps as many idle connections as are used in parallel (the SDK
// keeps 10), so that a burst needs no new handshakes.
func keepOpen(t *http.Transport) { t.MaxIdleConnsPerHost = 2 * readsAtOnce }
