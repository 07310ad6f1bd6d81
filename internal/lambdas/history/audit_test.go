package history_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	attribute "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/wanttest"
)

// An entry of the audit that was changed or deleted, by any means, is set aside
// with its earlier content, with an error line; a new entry needs no work.
func TestATamperedAuditIsSetAside(t *testing.T) {
	t.Parallel()
	entry := map[string]any{"pk": map[string]string{"S": "AUDIT#acme#2026-11"},
		"sk": map[string]string{"S": "2026-11-24T12:00:00.000Z#01A"}, "action": map[string]string{"S": "user.removed"}}
	for name, c := range map[string]struct {
		images []string
		aside  int
	}{
		"INSERT": {[]string{"NewImage"}, 0},
		"MODIFY": {[]string{"OldImage", "NewImage"}, 1},
		"REMOVE": {[]string{"OldImage"}, 1},
	} {
		env, _ := newEnv(t)
		change := map[string]any{"SequenceNumber": "1", "ApproximateCreationDateTime": 1,
			"Keys": map[string]any{"pk": entry["pk"], "sk": entry["sk"]}}
		for _, image := range c.images {
			change[image] = entry
		}
		record := streamtest.Record{"eventName": name, "dynamodb": change}
		wanttest.Equal(t, name+": record to go on from", streamtest.Deliver(t, history.With(env, to(&queue{})), record), "")
		wanttest.Equal(t, name+": records set aside", setAside(t, env), c.aside)
	}
}

// setAside counts the records that the history could not process.
func setAside(t *testing.T, env awsenv.Env) int {
	t.Helper()
	out, err := dynamodb.NewFromConfig(env.AWS).Query(t.Context(), &dynamodb.QueryInput{
		TableName: &env.TableName, KeyConditionExpression: aws.String("pk = :aside"),
		ExpressionAttributeValues: map[string]attribute.AttributeValue{
			":aside": &attribute.AttributeValueMemberS{Value: "ASIDE#history"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Items)
}
