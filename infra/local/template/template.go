// Package template reads template.yaml: the part of SAM that it uses, as typed
// values with every parameter and intrinsic resolved for this machine. An
// unknown property or intrinsic is an error with its line, so that the local
// world can't silently differ from the stack on AWS. The package starts nothing
// and knows no service.
package template

import (
	"encoding/json"
	"time"
)

// The account and the region in every ARN of the local world.
const (
	Account = "123456789012" // the one that SAM CLI uses
	Region  = "us-east-1"
)

// Surroundings are the values that depend on this machine.
type Surroundings struct {
	Parameters map[string]string             // over the template's defaults; those without one are needed
	QueueURL   func(queueName string) string // the value of !Ref of a queue
}

// Template is the stack. Functions, tables, buckets and queues are referred to
// by their names, never by logical id or ARN.
type Template struct {
	Functions     []Function
	API           API
	Table         Table
	Buckets       []Bucket
	Queues        []Queue
	Streams       []StreamMapping
	QueueMappings []QueueMapping
	Schedules     []Schedule
}

// Function is a Lambda function. Its name is the last element of its CodeUri.
type Function struct {
	Name     string
	CodeURI  string // relative to the template
	Timeout  time.Duration
	MemoryMB int
	Env      map[string]string
	Async    Async
	// Concurrency is the number of reserved invocations, which is also the most
	// that run at once; 0 = the function shares the account's concurrency.
	Concurrency int
}

// ARN returns the function's ARN.
func (f Function) ARN() string { return FunctionARN(f.Name) }

// Async has the retries of an event without a waiting caller (S3's, the
// scheduler's).
type Async struct {
	MaxRetries   int           // 0 to 2; Lambda's default is 2
	MaxAge       time.Duration // Lambda's default is 6 hours
	FailureQueue string        // "" drops the event
}

// API is the HTTP API.
type API struct {
	Routes []Route
	CORS   *CORS // nil: none configured
}

// Route connects a method and path to a function.
type Route struct {
	Method     string // "ANY", or in capitals
	Path       string // with {name} and {name+}; "$default" takes every request without another route
	Function   string
	Authorizer *Authorizer // nil: open to everyone
	Limit      Limit
}

// Limit is the rate of all requests of a route together: a token bucket. The
// zero value is no limit.
type Limit struct{ PerSecond, Burst int }

// Authorizer is a REQUEST authorizer, payload 2.0, with the simple response.
type Authorizer struct {
	Name            string
	Function        string
	IdentityHeaders []string // all must be present, else 401; together they are the cache's key
	TTL             time.Duration
}

// CORS has API Gateway's own answers to other origins.
type CORS struct {
	AllowOrigins  []string
	AllowMethods  []string
	AllowHeaders  []string
	ExposeHeaders []string
	MaxAge        time.Duration
}

// Table is the DynamoDB table.
type Table struct {
	Name       string
	Attributes []Attribute
	Key        Key
	Indexes    []Index
	StreamView string // "" without a stream
}

// StreamARN returns the event source in stream events.
func (t Table) StreamARN() string { return streamARN(t.Name) }

// Attribute is a key attribute's type: S, N or B.
type Attribute struct{ Name, Type string }

// Key names a table's or an index's key attributes. Range may be "".
type Key struct{ Hash, Range string }

// Index is a global secondary index.
type Index struct {
	Name       string
	Key        Key
	Projection string   // ALL, KEYS_ONLY, INCLUDE
	NonKey     []string // with INCLUDE
}

// Bucket is an S3 bucket with the functions that are notified of its objects.
type Bucket struct {
	Name          string
	Versioned     bool
	Notifications []Notification
}

// Notification sends an object's event to a function.
type Notification struct {
	Event    string // "s3:ObjectCreated:*"
	Prefix   string
	Suffix   string
	Function string
}

// Queue is an SQS queue.
type Queue struct {
	Name            string
	Visibility      time.Duration
	Retention       time.Duration
	DeadLetterQueue string // "" without one
	MaxReceiveCount int
}

// ARN returns the event source in the queue's events.
func (q Queue) ARN() string { return queueARN(q.Name) }

// StreamMapping feeds the table's stream to a function.
type StreamMapping struct {
	Function        string
	BatchSize       int
	Window          time.Duration
	Parallelization int
	Bisect          bool
	MaxRetries      int               // -1: until the records expire
	MaxAge          time.Duration     // 0: until they expire
	FromStart       bool              // TRIM_HORIZON rather than LATEST
	PartialFailures bool              // ReportBatchItemFailures
	Filters         []json.RawMessage // a record passes if it matches one; empty: all pass
	FailureBucket   string            // gets the batches given up; "" drops them
}

// QueueMapping feeds a queue to a function.
type QueueMapping struct {
	Function        string
	Queue           string
	BatchSize       int
	Window          time.Duration
	MaxConcurrency  int // 0: no limit
	PartialFailures bool
}

// Schedule invokes a function by the clock.
type Schedule struct {
	Name            string
	Function        string
	Expression      string // "rate(1 minute)", "cron(…)"
	Input           string // JSON; "" leaves it to the scheduler
	MaxRetries      int
	MaxAge          time.Duration
	DeadLetterQueue string
}

// Function returns the function of that name.
func (t *Template) Function(name string) (Function, bool) {
	for _, f := range t.Functions {
		if f.Name == name {
			return f, true
		}
	}
	return Function{}, false
}
