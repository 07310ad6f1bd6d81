package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// makeAgain deletes the stack by the runbook, then its data, and deploys and
// fills it again.
func (w *deployment) makeAgain(ctx context.Context) (string, error) {
	block, err := w.book.block("Deploy", "delete-stack")
	if err != nil {
		return "", err
	}
	if err := w.runBlock(ctx, block); err != nil {
		return "", err
	}
	if err := w.failedDeploy(ctx, block); err != nil {
		return "", err
	}
	if err := w.deleteRetained(ctx); err != nil {
		return "", err
	}
	said, err := w.first(ctx)
	if err != nil {
		return "", err
	}
	_, err = w.test(ctx, sound)
	return "a deploy over the old data failed; then " + said, err
}

// failedDeploy deploys over the data of the deleted stack, which must fail, and
// cleans up by the runbook.
func (w *deployment) failedDeploy(ctx context.Context, cleanUp string) error {
	if _, err := w.stack.shell(ctx, "sam deploy --config-env prod"); err == nil {
		return errors.New("a deploy over the data of a deleted stack succeeded")
	}
	said, err := w.stack.shell(ctx, "aws cloudformation describe-stack-events --stack-name "+stackName)
	if err != nil {
		return err
	}
	if !strings.Contains(string(said), "VALIDATION_FAILED") { // CloudFormation compares the buckets' names first
		return fmt.Errorf("the deploy over the data of a deleted stack fails for another reason: %s", tail(said))
	}
	return w.runBlock(ctx, cleanUp)
}

// deleteRetained deletes the resources that outlive the stack because they contain
// its data.
func (w *deployment) deleteRetained(ctx context.Context) error {
	db := dynamodb.NewFromConfig(w.stack.access.AWS)
	tables, err := db.ListTables(ctx, &dynamodb.ListTablesInput{})
	if err != nil {
		return err
	}
	if len(tables.TableNames) != 2 {
		return fmt.Errorf("the tables that stay are %v, want the old one and the restored one", tables.TableNames)
	}
	unprotected := false
	for _, name := range tables.TableNames {
		if _, err := db.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: &name,
			DeletionProtectionEnabled: &unprotected}); err != nil {
			return err
		}
		if _, err := db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			return err
		}
	}
	return errors.Join(w.deleteBucket(ctx, "inventory"), w.deleteBucket(ctx, "failures"))
}

func (w *deployment) deleteBucket(ctx context.Context, kind string) error {
	client, name := s3.NewFromConfig(w.stack.access.AWS), stackName+"-"+kind+"-"+account
	versions, err := client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &name})
	if err != nil {
		return err
	}
	for _, v := range versions.Versions {
		if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &name, Key: v.Key,
			VersionId: v.VersionId}); err != nil {
			return err
		}
	}
	_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &name})
	return err
}
