package template

// The properties of SAM and CloudFormation that template.yaml uses, with the
// same names. An `ignored` property has no meaning on one machine.

type document struct {
	AWSTemplateFormatVersion ignored
	Transform                ignored
	Description              ignored
	Outputs                  ignored
	Metadata                 ignored
	Parameters, Conditions   ignored // read separately, before
	Mappings                 ignored // of AWS's partitions
	Rules                    ignored
	Globals                  struct{ Function raw }
	Resources                raw
}

type parameter struct {
	Default *string

	Type, Description, MinLength, MaxLength, AllowedValues, AllowedPattern, ConstraintDescription, MinValue, NoEcho ignored
}

type resourceProperties struct {
	Type       string
	Properties raw
	Condition  string

	DeletionPolicy, UpdateReplacePolicy, DependsOn, Metadata ignored
}

type functionProperties struct {
	CodeUri           string
	Timeout           int
	MemorySize        int
	Environment       struct{ Variables map[string]string }
	EventInvokeConfig eventInvokeConfig
	Events            raw

	ReservedConcurrentExecutions string // a number; "" reserves none

	Architectures, AutoPublishAlias, DeploymentPreference, Description, Handler, LoggingConfig ignored
	PermissionsBoundary, Policies, Runtime, Tags, Tracing, VersionDescription                  ignored
}

type eventInvokeConfig struct {
	MaximumRetryAttempts     int
	MaximumEventAgeInSeconds int
	DestinationConfig        destinationConfig
}

type destinationConfig struct {
	OnFailure struct{ Type, Destination string }
}

type event struct {
	Type       string
	Properties raw
}

type s3Event struct {
	Bucket string
	Events string
	Filter struct {
		S3Key struct {
			Rules []struct{ Name, Value string }
		}
	}
}

type sqsEvent struct {
	Queue                          string
	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	FunctionResponseTypes          []string
	ScalingConfig                  struct{ MaximumConcurrency int }
}

type dynamoDBEvent struct {
	Stream                         string
	StartingPosition               string
	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	ParallelizationFactor          int
	BisectBatchOnFunctionError     bool
	MaximumRetryAttempts           int
	MaximumRecordAgeInSeconds      int
	FunctionResponseTypes          []string
	FilterCriteria                 struct{ Filters []struct{ Pattern string } }
	DestinationConfig              destinationConfig
}

type scheduleEvent struct {
	Name               string
	ScheduleExpression string
	State              string
	Input              string
	RetryPolicy        struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts int }
	DeadLetterConfig   struct{ Arn string }

	Description ignored
}

type httpAPIProperties struct {
	Auth struct {
		DefaultAuthorizer string
		Authorizers       map[string]authorizerProperties
	}
	CorsConfiguration *corsProperties
	DefinitionBody    struct {
		Paths raw `sam:"paths"`

		OpenAPI ignored `sam:"openapi"`
		Info    ignored `sam:"info"`
	}
	DefaultRouteSettings throttling
	RouteSettings        map[string]throttling

	AccessLogSettings, Description, FailOnWarnings, Tags ignored
}

// pathParameter is a variable of a path.
type pathParameter struct {
	Name     string  `sam:"name"`
	In       ignored `sam:"in"`
	Required ignored `sam:"required"`
}

// operation is a route of the OpenAPI document by which API Gateway makes routes.
type operation struct {
	Integration    integration           `sam:"x-amazon-apigateway-integration"`
	Security       []map[string][]string `sam:"security"` // authorizers by name; NONE is none
	IsDefaultRoute ignored               `sam:"isDefaultRoute"`
	Responses      ignored               `sam:"responses"`
}

type integration struct {
	Type                 string  `sam:"type"`
	URI                  string  `sam:"uri"`
	PayloadFormatVersion string  `sam:"payloadFormatVersion"`
	HTTPMethod           ignored `sam:"httpMethod"`
}

type throttling struct{ ThrottlingRateLimit, ThrottlingBurstLimit int }

type authorizerProperties struct {
	FunctionArn                    string
	AuthorizerPayloadFormatVersion string
	EnableSimpleResponses          bool
	Identity                       struct {
		Headers          []string
		ReauthorizeEvery int
	}

	EnableFunctionDefaultPermissions ignored
}

type corsProperties struct {
	AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders []string
	MaxAge                                                  int
}

type tableProperties struct {
	TableName              string
	AttributeDefinitions   []struct{ AttributeName, AttributeType string }
	KeySchema              []keyElement
	GlobalSecondaryIndexes []struct {
		IndexName  string
		KeySchema  []keyElement
		Projection struct {
			ProjectionType   string
			NonKeyAttributes []string
		}
	}
	StreamSpecification struct{ StreamViewType string }

	BillingMode, TimeToLiveSpecification, PointInTimeRecoverySpecification, DeletionProtectionEnabled, SSESpecification,
	Tags ignored
}

type keyElement struct{ AttributeName, KeyType string }

type bucketProperties struct {
	BucketName              string
	VersioningConfiguration struct{ Status string }

	CorsConfiguration, PublicAccessBlockConfiguration, LifecycleConfiguration, BucketEncryption, OwnershipControls,
	Tags ignored
}

type queueProperties struct {
	QueueName              string
	VisibilityTimeout      int
	MessageRetentionPeriod int
	RedrivePolicy          struct {
		DeadLetterTargetArn string `sam:"deadLetterTargetArn"`
		MaxReceiveCount     int    `sam:"maxReceiveCount"`
	}

	SqsManagedSseEnabled, Tags ignored
}
