package template

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// readFunctions reads each function and its events.
func (l *loader) readFunctions(*yaml.Node) error {
	for _, e := range l.entries {
		if e.kind != kindFunction {
			continue
		}
		if err := l.readFunction(e); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) readFunction(e entry) error {
	p := functionProperties{Timeout: 3, MemorySize: 128} // Lambda's defaults
	p.EventInvokeConfig = eventInvokeConfig{MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 6 * 3600}
	if globals := l.doc.Globals.Function.node; globals != nil {
		if err := l.decode(globals, &p); err != nil {
			return err
		}
	}
	if err := l.decode(e.properties, &p); err != nil {
		return err
	}
	failures, err := l.optional(e.properties, p.EventInvokeConfig.DestinationConfig.OnFailure.Destination, kindQueue)
	if err != nil {
		return err
	}
	concurrency := 0
	if reserved := p.ReservedConcurrentExecutions; reserved != "" {
		if concurrency, err = strconv.Atoi(reserved); err != nil {
			return l.errorf(e.properties, "ReservedConcurrentExecutions: %q is not a number", reserved)
		}
	}
	f := Function{
		Name:        path.Base(p.CodeUri),
		CodeURI:     p.CodeUri,
		Timeout:     seconds(p.Timeout),
		MemoryMB:    p.MemorySize,
		Env:         p.Environment.Variables,
		Concurrency: concurrency,
		Async: Async{p.EventInvokeConfig.MaximumRetryAttempts, seconds(p.EventInvokeConfig.MaximumEventAgeInSeconds),
			failures},
	}
	l.out.Functions = append(l.out.Functions, f)
	return l.readEvents(f, p.Events.node)
}

func (l *loader) readEvents(f Function, events *yaml.Node) error {
	if events == nil {
		return nil
	}
	readers := map[string]func(Function, *yaml.Node) error{
		"S3":         l.readNotification,
		"SQS":        l.readQueueMapping,
		"DynamoDB":   l.readStreamMapping,
		"ScheduleV2": l.readSchedule,
	}
	return l.eachProperty(events, func(key, value *yaml.Node) error {
		var e event
		if err := l.decode(value, &e); err != nil {
			return err
		}
		if e.Type == "HttpApi" {
			return l.errorf(key, "routes are in DefinitionBody of the API, not in events of functions: an event would add a "+
				"statement to the function's resource policy")
		}
		read, ok := readers[e.Type]
		if !ok || e.Properties.node == nil {
			return l.errorf(key, "the local world does not know events of type %q, or it has no Properties", e.Type)
		}
		return read(f, e.Properties.node)
	})
}

func (l *loader) readNotification(f Function, node *yaml.Node) error {
	var p s3Event
	if err := l.decode(node, &p); err != nil {
		return err
	}
	n := Notification{Event: p.Events, Function: f.Name}
	for _, rule := range p.Filter.S3Key.Rules {
		switch rule.Name {
		case "prefix":
			n.Prefix = rule.Value
		case "suffix":
			n.Suffix = rule.Value
		default:
			return l.errorf(node, "a rule is a prefix or a suffix, not %q", rule.Name)
		}
	}
	for i := range l.out.Buckets {
		if l.out.Buckets[i].Name == p.Bucket {
			l.out.Buckets[i].Notifications = append(l.out.Buckets[i].Notifications, n)
			return nil
		}
	}
	return l.errorf(node, "this template has no bucket %q", p.Bucket)
}

func (l *loader) readQueueMapping(f Function, node *yaml.Node) error {
	p := sqsEvent{BatchSize: 10}
	if err := l.decode(node, &p); err != nil {
		return err
	}
	queue, err := l.byARN(node, p.Queue, kindQueue)
	if err != nil {
		return err
	}
	l.out.QueueMappings = append(l.out.QueueMappings, QueueMapping{
		Function:        f.Name,
		Queue:           queue.name,
		BatchSize:       p.BatchSize,
		Window:          seconds(p.MaximumBatchingWindowInSeconds),
		MaxConcurrency:  p.ScalingConfig.MaximumConcurrency,
		PartialFailures: slices.Contains(p.FunctionResponseTypes, "ReportBatchItemFailures"),
	})
	return nil
}

func (l *loader) readStreamMapping(f Function, node *yaml.Node) error {
	p := dynamoDBEvent{BatchSize: 100, ParallelizationFactor: 1, MaximumRetryAttempts: -1}
	if err := l.decode(node, &p); err != nil {
		return err
	}
	if _, err := l.byARN(node, p.Stream, kindTable); err != nil {
		return err
	}
	failures, err := l.optional(node, p.DestinationConfig.OnFailure.Destination, kindBucket)
	if err != nil {
		return err
	}
	m := StreamMapping{
		Function:        f.Name,
		BatchSize:       p.BatchSize,
		Window:          seconds(p.MaximumBatchingWindowInSeconds),
		Parallelization: p.ParallelizationFactor,
		Bisect:          p.BisectBatchOnFunctionError,
		MaxRetries:      p.MaximumRetryAttempts,
		MaxAge:          seconds(p.MaximumRecordAgeInSeconds),
		FromStart:       p.StartingPosition == "TRIM_HORIZON",
		PartialFailures: slices.Contains(p.FunctionResponseTypes, "ReportBatchItemFailures"),
		FailureBucket:   failures,
	}
	for _, filter := range p.FilterCriteria.Filters {
		if !json.Valid([]byte(filter.Pattern)) {
			return l.errorf(node, "the filter pattern is not JSON: %s", filter.Pattern)
		}
		m.Filters = append(m.Filters, json.RawMessage(filter.Pattern))
	}
	l.out.Streams = append(l.out.Streams, m)
	return nil
}

func (l *loader) readSchedule(f Function, node *yaml.Node) error {
	p := scheduleEvent{State: "ENABLED"}
	p.RetryPolicy.MaximumRetryAttempts, p.RetryPolicy.MaximumEventAgeInSeconds = 185, 24*3600 // the scheduler's defaults
	if err := l.decode(node, &p); err != nil {
		return err
	}
	deadLetters, err := l.optional(node, p.DeadLetterConfig.Arn, kindQueue)
	if err != nil {
		return err
	}
	if p.State == "DISABLED" {
		return nil
	}
	l.out.Schedules = append(l.out.Schedules, Schedule{
		Name:            p.Name,
		Function:        f.Name,
		Expression:      p.ScheduleExpression,
		Input:           p.Input,
		MaxRetries:      p.RetryPolicy.MaximumRetryAttempts,
		MaxAge:          seconds(p.RetryPolicy.MaximumEventAgeInSeconds),
		DeadLetterQueue: deadLetters,
	})
	return nil
}
