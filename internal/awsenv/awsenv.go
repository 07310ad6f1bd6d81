// Package awsenv reads the surroundings of a Lambda function: environment
// variables, credentials, the clock and the log. Mains read them once and pass
// them on; the package knows no service and no business rule.
package awsenv

import (
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/emf"
)

// Names of environment variables, for MustHave.
const (
	TableName       = "TABLE_NAME"
	BucketName      = "BUCKET_NAME"
	RenewalQueueURL = "RENEWAL_QUEUE_URL"
	ImportQueueURL  = "IMPORT_QUEUE_URL"
	EventQueueURL   = "EVENT_QUEUE_URL"
	ReportQueueURL  = "REPORT_QUEUE_URL"
	OIDCIssuer      = "OIDC_ISSUER"
	OIDCAudience    = "OIDC_AUDIENCE"

	DeliveryQueueURL       = "DELIVERY_QUEUE_URL"
	DeliveryDeadLettersURL = "DELIVERY_DEAD_LETTERS_URL"
	OIDCSignIn             = "OIDC_SIGN_IN"
	SecretsFolder          = "SECRETS_FOLDER"

	apiState         = "API_STATE"
	clockOffset      = "CLOCK_OFFSET"
	metricsNamespace = "METRICS_NAMESPACE"
	webhookLoopback  = "WEBHOOK_LOOPBACK"
	requestsPerSec   = "REQUESTS_PER_SECOND"
	eventBusName     = "EVENT_BUS_NAME"
	eventBridge      = "AWS_ENDPOINT_URL_EVENTBRIDGE"
	ssm              = "AWS_ENDPOINT_URL_SSM"
	ses              = "AWS_ENDPOINT_URL_SESV2"
	mailFrom         = "MAIL_FROM"
	mailSet          = "MAIL_CONFIGURATION"
	portalURL        = "PORTAL_URL"
	stripe           = "STRIPE_URL"
	s3Endpoint       = "AWS_ENDPOINT_URL_S3"
	cognitoPool      = "COGNITO_POOL"
)

// Env is the surroundings of one function. An unset variable is ""; a function
// names the variables that it needs in MustHave.
type Env struct {
	TableName       string // DynamoDB table
	BucketName      string // S3 bucket of carriers' files
	RenewalQueueURL string
	ImportQueueURL  string
	EventQueueURL   string
	ReportQueueURL  string
	OIDCIssuer      string // as in a token's iss, without a trailing slash unless the issuer has one
	OIDCAudience    string // a token's aud, or Cognito's client_id
	// URL of the issuer's sign-in pages and token endpoint if they are elsewhere,
	// such as Cognito's domain
	OIDCSignIn      string
	CognitoPool     string // URL of the user pool in which invitations create logins; it issues their tokens; "" for none
	APIClosed       bool   // no request is admitted; for restoring a backup
	RequestsASecond int    // of each customer; 0 for no limit
	S3Endpoint      string // "" on AWS; locally the S3 server's URL, for presigned URLs

	DeliveryQueueURL       string
	DeliveryDeadLettersURL string
	WebhookLoopback        bool   // webhooks may lead to this machine, over plain HTTP; for the local world
	EventBusName           string // EventBridge bus that receives every event; "" for none
	EventBridgeURL         string // URL of that bus

	SecretsFolder     string // folder in Parameter Store with carriers' access to payment providers
	SSMURL            string // URL of Parameter Store
	SESURL            string // URL of Amazon SES
	MailFrom          string // sender's address of notices; with "" none are sent
	MailConfiguration string // SES's configuration set
	PortalURL         string // for links in notices, without a slash at the end
	StripeURL         string // "" on AWS; locally the URL of the local Stripe

	AWS         aws.Config
	ClockOffset time.Duration    // how far Now is ahead of the times that AWS puts into events
	Now         func() time.Time // UTC, whole milliseconds
	Logger      *slog.Logger     // JSON lines
	Metrics     *emf.Metrics     // nil, which counts nothing, if METRICS_NAMESPACE is unset
}

// MustLoad reads the environment of this process, and sets its log as the default
// of libraries. It panics if CLOCK_OFFSET is not a duration, because every request
// would get a wrong time.
func MustLoad() Env {
	env, err := Load(os.Getenv)
	if err != nil {
		panic(err)
	}
	slog.SetDefault(env.Logger)
	return env
}

// Load reads the environment through getenv. The only errors are a CLOCK_OFFSET
// that is not a Go duration, and a REQUESTS_PER_SECOND that is not a count.
func Load(getenv func(string) string) (Env, error) {
	offset, err := offsetOf(getenv(clockOffset))
	if err != nil {
		return Env{}, err
	}
	perSecond, err := countOf(getenv(requestsPerSec))
	if err != nil {
		return Env{}, err
	}
	now := clock(offset)
	return Env{
		TableName:       getenv(TableName),
		BucketName:      getenv(BucketName),
		RenewalQueueURL: getenv(RenewalQueueURL),
		ImportQueueURL:  getenv(ImportQueueURL),
		EventQueueURL:   getenv(EventQueueURL),
		ReportQueueURL:  getenv(ReportQueueURL),
		OIDCIssuer:      getenv(OIDCIssuer),
		OIDCAudience:    getenv(OIDCAudience),
		OIDCSignIn:      getenv(OIDCSignIn),
		CognitoPool:     getenv(cognitoPool),
		APIClosed:       getenv(apiState) == "CLOSED",
		RequestsASecond: perSecond,
		S3Endpoint:      getenv(s3Endpoint),

		DeliveryQueueURL:       getenv(DeliveryQueueURL),
		DeliveryDeadLettersURL: getenv(DeliveryDeadLettersURL),
		WebhookLoopback:        getenv(webhookLoopback) == "ALLOWED",
		EventBusName:           getenv(eventBusName),
		EventBridgeURL:         getenv(eventBridge),

		SecretsFolder: getenv(SecretsFolder),
		SSMURL:        getenv(ssm),
		StripeURL:     getenv(stripe),

		SESURL:            getenv(ses),
		MailFrom:          getenv(mailFrom),
		MailConfiguration: getenv(mailSet),
		PortalURL:         getenv(portalURL),

		AWS:         awsConfig(getenv),
		ClockOffset: offset,
		Now:         now,
		Logger:      NewLogger(os.Stdout),
		Metrics:     metrics(getenv(metricsNamespace), now),
	}, nil
}

func countOf(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("awsenv: %s: %q is not a count", requestsPerSec, text)
	}
	return int(n), nil
}

func metrics(namespace string, now func() time.Time) *emf.Metrics {
	if namespace == "" {
		return nil
	}
	return emf.New(namespace, os.Stdout, now)
}

// MustHave panics and names every unset variable. Functions call it first in
// New, so that a wrong template fails at start with one line instead of at the
// first request.
func (e Env) MustHave(variables ...string) {
	if missing := e.missing(variables); len(missing) > 0 {
		panic(fmt.Sprintf("awsenv: environment variable not set: %s", strings.Join(missing, ", ")))
	}
}

func (e Env) missing(variables []string) (missing []string) {
	values := map[string]string{
		TableName:       e.TableName,
		BucketName:      e.BucketName,
		RenewalQueueURL: e.RenewalQueueURL,
		ImportQueueURL:  e.ImportQueueURL,
		EventQueueURL:   e.EventQueueURL,
		ReportQueueURL:  e.ReportQueueURL,
		OIDCIssuer:      e.OIDCIssuer,
		OIDCAudience:    e.OIDCAudience,

		DeliveryQueueURL:       e.DeliveryQueueURL,
		DeliveryDeadLettersURL: e.DeliveryDeadLettersURL,

		SecretsFolder: e.SecretsFolder,
	}
	for _, name := range variables {
		if values[name] == "" {
			missing = append(missing, name)
		}
	}
	return missing
}

// clock returns the real clock plus the offset, in whole milliseconds, as items
// store them: an answer that is made before its item is written must equal one that
// is made from the item.
func clock(offset time.Duration) func() time.Time {
	return func() time.Time { return time.Now().UTC().Add(offset).Truncate(time.Millisecond) }
}

// offsetOf returns the offset of the clock. It lets a month of renewals pass in
// seconds on a developer's machine. It is empty on AWS.
func offsetOf(offset string) (time.Duration, error) {
	if offset == "" {
		return 0, nil
	}
	moved, err := time.ParseDuration(offset)
	if err != nil {
		return 0, fmt.Errorf("awsenv: %s is not a duration: %w", clockOffset, err)
	}
	return moved, nil
}
