package policy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// spoiled lists changes of the template, with the test that has to fail for
// each and its message.
var spoiled = []struct{ test, old, new, message string }{
	{"TestWildcardsHaveReasons", "Action: [dynamodb:GetItem, dynamodb:Query]", "Action: dynamodb:*",
		"AuthorizerFunction Action dynamodb:*"},
	{"TestWildcardsHaveReasons", "Resource: !GetAtt ImportQueue.Arn", `Resource: "*"`, "InventoryFunction Resource *"},
	{"TestWildcardsHaveReasons", "/uploads/*", "/up", "no longer there: InventoryFunction"},
	{"TestOnlyRefusalsAreForEverybody", "Sid: TlsOnly\n            Effect: Deny",
		"Sid: TlsOnly\n            Effect: Allow", "InventoryBucketPolicy allows everybody"},
	{"TestEveryRoleIsWithinTheBoundary", "PermissionsBoundary: !Ref FunctionBoundary", "", "FunctionBoundary"},
	{"TestTheBoundaryHoldsWhatRolesGive", "- dynamodb:Scan", "- dynamodb:GetItem", "OperateFunction may dynamodb:Scan"},
	{"TestTheBoundaryHoldsWhatRolesGive", "/aws/lambda/${Name}-cart:*", "/aws/lambda/${Name}-carts:*", "CartFunction"},
	{"TestTheBoundaryIsOfThisStack", "dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Name}\"",
		"dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Name}*\"", "${Name}*"},
	{"TestOnlyAccessAndOperateWriteIdentities", "        - !Ref IdentitiesAreReadOnly\n", "", "AuthorizerFunction"},
	{"TestOnlyAccessAndOperateWriteIdentities", `"USER#*", `, "", "USER#"},
	{"TestOnlyAccessAndOperateWriteIdentities",
		"Action: [dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem, dynamodb:BatchWriteItem,",
		"Action: [dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:BatchWriteItem,", "dynamodb:DeleteItem"},
	{"TestOnlyPaymentsReadsSecrets", "              Action: [sqs:SendMessage]\n",
		"              Action: [sqs:SendMessage, ssm:GetParameters]\n",
		"may ssm:GetParameters"},
	{"TestParametersMakeVersions", "VersionDescription: !Sub \"${Name}${TableSuffix} ${OidcIssuer}",
		"VersionDescription: !Sub \"${Name}${TableSuffix}",
		"AuthorizerFunction: VersionDescription does not have OidcIssuer"},
	{"TestParametersMakeVersions", "MaxLength: 90", "MaxLength: 190", "AuthorizerFunction: Description"},
	{"TestOneCallRingsNoAlarm", "failed >= 5 AND ", "", "AuthorizerFailures"},
	{"TestOneCallRingsNoAlarm", "FILL(failed, 0) >= 10 AND ", "", "ApiFailures"},

	{"TestTableIsProtected", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false",
		"Table: PointInTimeRecovery"},
	{"TestTableIsProtected", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false",
		"Table: DeletionProtection"},
	{"TestTableIsProtected", "SSESpecification: {SSEEnabled: true}", "", "Table: SSE"},
	{"TestUserPoolIsProtected", "DeletionProtection: ACTIVE", "DeletionProtection: INACTIVE",
		"UserPool: DeletionProtection"},
	{"TestBucketsAreProtected", "VersioningConfiguration: {Status: Enabled}", "", "InventoryBucket: Versioning"},
	{"TestBucketsAreProtected", "BlockPublicPolicy: true", "BlockPublicPolicy: false",
		"InventoryBucket: PublicAccessBlock"},
	{"TestBucketsAreProtected", `"aws:SecureTransport": "false"`, `"aws:SecureTransport": "true"`,
		"InventoryBucket can be reached without TLS"},
	{"TestBucketsAreProtected", "AbortIncompleteMultipartUpload: {DaysAfterInitiation: 1}", "ExpirationInDays: 1",
		"AbortIncompleteMultipartUpload"},
	{"TestBucketsAreProtected", "BucketEncryption:", "BucketName:", "InventoryBucket is not encrypted"},
	{"TestDataOutlivesTheStack", "DeletionPolicy: RetainExceptOnCreate", "DeletionPolicy: Delete",
		"Table: DeletionPolicy"},
	{"TestQueuesLoseNothing", "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 345600",
		"RenewalDeadLetters: MessageRetentionPeriod"},
	{"TestQueuesLoseNothing", "RedrivePolicy: {deadLetterTargetArn: !GetAtt RenewalDeadLetters.Arn, maxReceiveCount: 5}",
		"", "RenewalQueue has no dead letters"},
	{"TestQueuesLoseNothing", "Queues: [!Ref RenewalQueue, ", "Queues: [", "RenewalQueue can be reached without TLS"},

	{"TestFunctionsKeepTheirLogsForAWhile", "RetentionInDays: !Ref LogRetentionDays", "", "ApiLogs is kept for ever"},
	{"TestFunctionsKeepTheirLogsForAWhile", "LoggingConfig: {LogGroup: !Ref SearchLogs}", "", "SearchFunction logs to"},
	{"TestFunctionsKeepTheirLogsForAWhile", "LogGroupName: !Ref CartLogs", "LogGroupName: !Ref SearchLogs",
		"error lines of CartFunction"},
	{"TestEventsThatFailAreKept", "DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt " +
		"ImportDeadLetters.Arn}}", "", "InventoryImportFunction: an event that fails is lost"},
	{"TestEventsThatFailAreKept", "DeadLetterConfig: {Arn: !GetAtt SweepDeadLetters.Arn}", "",
		"RenewalSweepFunction: a schedule without dead letters"},
	{"TestEventsThatFailAreKept", "ScalingConfig: {MaximumConcurrency: 20}", "",
		"RenewalWorkerFunction: a queue's mapping without MaximumConcurrency"},
	{"TestEventsThatFailAreKept", "VisibilityTimeout: 360", "VisibilityTimeout: 300",
		"RenewalWorkerFunction runs up to 60 s"},
	{"TestEventsThatFailAreKept", "BisectBatchOnFunctionError: true", "", "CatalogueFunction: BisectBatch"},
	{"TestEventsThatFailAreKept", "MaximumRecordAgeInSeconds: 43200", "", "CatalogueFunction: a record is tried for"},
	{"TestEventsThatFailAreKept", "MaximumRetryAttempts: -1", "MaximumRetryAttempts: 8",
		"CatalogueFunction: MaximumRetryAttempts"},
	{"TestNewVersionsAreTriedFirst", "[!Ref CartFailures, !Ref CartSlow]", "[!Ref SearchFailures]",
		"CartFunction: the alarm"},
	{"TestSearchCanNotBeStarved", "ReservedConcurrentExecutions: !If [ReservesSearch, !Ref SearchConcurrency, !Ref " +
		"AWS::NoValue]", "", "search has no reserved concurrency"},

	{"TestWhatCanFailIsWatched", "MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref CartFunction}]",
		"MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref SearchFunction}]",
		"no alarm on Errors of CartFunction"},
	{"TestWhatCanFailIsWatched", "MetricName: Throttles, Dimensions: [{Name: FunctionName, Value: !Ref HistoryFunction}]",
		"MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref HistoryFunction}]",
		"no alarm on Throttles of HistoryFunction"},
	{"TestWhatCanFailIsWatched", "MetricName: 5xx", "MetricName: 4xx", "no alarm on 5xx"},
	{"TestOwnMetricsAreThoseOfTheCode", "MetricName: ImportsFailed", "MetricName: FailedImports",
		"ImportsFailed looks at FailedImports"},
	{"TestOwnMetricsAreThoseOfTheCode", `["${Name}", "Holds"], `, "", "the dashboard does not show Holds"},
	{"TestAlarmsReachSomebody", "AlarmActions: [!Ref Alarms]", "", "AuthorizerFailures: AlarmActions"},
	{"TestLimitsAreOfRoutes", "GET /v1/available-dids: {", "GET /v1/numbers: {", `"GET /v1/numbers", which is no route`},

	{"TestFunctionsGetTheVariablesThatTheyRead", "BUCKET_NAME: ", "BUCKET: ", "AccountFunction reads BUCKET_NAME"},
	{"TestFunctionsGetTheVariablesThatTheyRead", "OIDC_AUDIENCE: ", "RENEWAL_QUEUE_URL: ",
		"AuthorizerFunction is given RENEWAL_QUEUE_URL"},
}

// TestPoliciesFail proves that the policy tests can fail: it runs each on a
// template that is spoiled in one place, the first place with the old text.
func TestPoliciesFail(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile(*templateFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range spoiled {
		t.Run(row.test+"/"+row.new, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(string(template), row.old, row.new, 1)
			if changed == string(template) {
				t.Fatalf("the template does not say %q", row.old)
			}
			file := filepath.Join(t.TempDir(), "template.yaml")
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			output, err := exec.Command(os.Args[0], "-test.run", "^"+row.test+"$", "-template", file).CombinedOutput()
			if err == nil || !strings.Contains(string(output), row.message) {
				t.Errorf("%s prints %v\n%s\nwant it to fail with %q", row.test, err, output, row.message)
			}
		})
	}
}
