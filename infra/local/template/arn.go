package template

// FunctionARN returns the ARN of the function of that name.
func FunctionARN(name string) string {
	return "arn:aws:lambda:" + Region + ":" + Account + ":function:" + name
}

func tableARN(name string) string {
	return "arn:aws:dynamodb:" + Region + ":" + Account + ":table/" + name
}

func streamARN(table string) string { return tableARN(table) + "/stream/local" }

func bucketARN(name string) string { return "arn:aws:s3:::" + name }

func queueARN(name string) string { return "arn:aws:sqs:" + Region + ":" + Account + ":" + name }
