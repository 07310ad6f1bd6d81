package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// twice sends the request, and sends it again after it was answered; the caller
// gets the first answer.
func twice(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleDeserialize(ctx, in)
	if err != nil {
		return out, metadata, err
	}
	response, isResponse := out.RawResponse.(*smithyhttp.Response)
	request, isRequest := in.Request.(*smithyhttp.Request)
	if !isResponse || !isRequest {
		return out, metadata, errors.New("faults: not HTTP")
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return out, metadata, err
	}
	response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	if err := request.RewindStream(); err != nil {
		return out, metadata, fmt.Errorf("faults: send again: %w", err)
	}
	return out, metadata, discard(ctx, in, next)
}

// discard runs a call and drops its answer.
func discard(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) error {
	out, _, err := next.HandleDeserialize(ctx, in)
	if response, ok := out.RawResponse.(*smithyhttp.Response); ok {
		_, _ = io.Copy(io.Discard, response.Body) // the answer is dropped anyway
		response.Body.Close()
	}
	return err
}

// conflicts are DynamoDB's answers to writes that met a transaction: a plain write
// has its own error, a transaction is cancelled.
var conflicts = map[string]string{
	"TransactWriteItems": `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",` +
		`"Message":"Transaction cancelled","CancellationReasons":[{"Code":"TransactionConflict","Message":"Transaction is ` +
		`ongoing for the item"}]}`,
	"PutItem":    plainConflict,
	"UpdateItem": plainConflict,
	"DeleteItem": plainConflict,
}

const plainConflict = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException",` +
	`"message":"Transaction is ongoing for the item"}`

func conflict(operation string) *smithyhttp.Response {
	return answer(http.StatusBadRequest, dynamoJSON, conflicts[operation])
}

// throttle returns a service's answer to too many requests.
func throttle(service string) *smithyhttp.Response {
	switch service {
	case "S3":
		return answer(http.StatusServiceUnavailable, "application/xml",
			`<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
	default:
		return answer(http.StatusBadRequest, dynamoJSON,
			`{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Rate exceeded"}`)
	}
}

// dynamoJSON is the protocol of DynamoDB and SQS.
const dynamoJSON = "application/x-amz-json-1.0"

func answer(status int, contentType, body string) *smithyhttp.Response {
	return &smithyhttp.Response{Response: &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {contentType}},
		Body: io.NopCloser(bytes.NewBufferString(body)), ContentLength: int64(len(body)),
	}}
}
