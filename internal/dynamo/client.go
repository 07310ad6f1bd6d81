// Package dynamo keeps everything in one DynamoDB table: one file for each kind
// of item, keys.go for where each is, commit.go for how changes are written. It
// implements the interfaces that the domain asks of a store. It may not decide
// anything: which write a change is, and which condition guards it, are tables.
//
// Expressions are built with feature/dynamodb/expression everywhere: it gives
// every attribute an alias, so that no name is a reserved word, and names only
// what the expression uses, which DynamoDB insists on.
package dynamo

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"didpurchase/internal/outage"
)

// answerWithin is how long one request may take: a connection that died without
// a word must not eat a function's whole time.
const answerWithin = 10 * time.Second

// Store is the table.
type Store struct {
	db    *dynamodb.Client
	table string
}

// New is the store in the table of that name.
func New(cfg aws.Config, table string) *Store {
	db := dynamodb.NewFromConfig(outage.Marked(cfg), func(o *dynamodb.Options) {
		if cfg.HTTPClient == nil {
			o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(answerWithin).WithTransportOptions(keepOpen)
		}
	})
	return &Store{db: db, table: table}
}

// keepOpen keeps as many idle connections as are used side by side (the SDK
// keeps 10), so that a burst does not shake hands anew.
func keepOpen(t *http.Transport) { t.MaxIdleConnsPerHost = 2 * readsAtOnce }
