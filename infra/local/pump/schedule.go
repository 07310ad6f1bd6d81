package pump

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/adhocore/gronx"
	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/template"
)

// scheduleTick is how often the clock is looked at; it may be moved any time.
const scheduleTick = 100 * time.Millisecond

// Schedule invokes a function in time.
type Schedule struct {
	World
	Schedule template.Schedule
	Function template.Function
}

// Run invokes the function at each of the schedule's times until the context
// ends. Times that the clock jumped over are one invocation. A rate begins at
// once: on AWS it would have gone on while this machine was off.
func (s Schedule) Run(ctx context.Context) error {
	after, err := parseExpression(s.Schedule.Expression)
	if err != nil {
		return fmt.Errorf("schedule %s: %w", s.Schedule.Name, err)
	}
	next := s.Now()
	if !strings.HasPrefix(s.Schedule.Expression, "rate(") {
		next = after(next)
	}
	var running sync.WaitGroup
	defer running.Wait()
	for ; ; next = after(s.Now()) {
		for s.Now().Before(next) {
			if !pause(ctx, scheduleTick) {
				return nil
			}
		}
		payload, err := s.payload(next)
		if err != nil {
			return fmt.Errorf("schedule %s: %w", s.Schedule.Name, err)
		}
		running.Go(func() {
			if err := s.invokeAsync(ctx, s.Function, payload); err != nil && ctx.Err() == nil {
				s.Log.Error("a scheduled event is lost", "schedule", s.Schedule.Name, "error", err)
			}
		})
		if ctx.Err() != nil {
			return nil
		}
	}
}

func (s Schedule) arn() string {
	return "arn:aws:scheduler:" + template.Region + ":" + template.Account + ":schedule/default/" + s.Schedule.Name
}

// payload is the Input of the schedule with its context attributes filled in,
// or what EventBridge Scheduler sends without one.
func (s Schedule) payload(at time.Time) ([]byte, error) {
	id, then := ulid.Make().String(), at.UTC().Format(time.RFC3339)
	if s.Schedule.Input != "" {
		filled := strings.NewReplacer(
			"<aws.scheduler.schedule-arn>", s.arn(),
			"<aws.scheduler.scheduled-time>", then,
			"<aws.scheduler.execution-id>", id,
			"<aws.scheduler.attempt-number>", "1",
		).Replace(s.Schedule.Input)
		if !json.Valid([]byte(filled)) {
			return nil, fmt.Errorf("the Input is no JSON: %s", filled)
		}
		return []byte(filled), nil
	}
	return json.Marshal(map[string]any{
		"version": "0", "id": id, "detail-type": "Scheduled Event", "source": "aws.scheduler",
		"account": template.Account, "time": then, "region": template.Region,
		"resources": []string{s.arn()}, "detail": "{}",
	})
}

var (
	rateForm = regexp.MustCompile(`^rate\((\d+) (minute|hour|day)s?\)$`)
	cronForm = regexp.MustCompile(`^cron\((\S+ \S+ \S+ \S+ )(\S+)( \S+)\)$`)
	weekday  = regexp.MustCompile(`(^|[,\-])([1-7])`)
)

var rateUnits = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

// parseExpression reads rate(…) or cron(…) as EventBridge Scheduler has them,
// in UTC, and returns the next time after one.
func parseExpression(text string) (after func(time.Time) time.Time, err error) {
	if m := rateForm.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n == 0 {
			return nil, fmt.Errorf("%q: the rate must be positive", text)
		}
		return func(t time.Time) time.Time { return t.Add(time.Duration(n) * rateUnits[m[2]]) }, nil
	}
	m := cronForm.FindStringSubmatch(text)
	if m == nil {
		return nil, fmt.Errorf("%q is neither rate(value unit) nor cron(minutes hours day month weekday year)", text)
	}
	// EventBridge counts weekdays from Sunday = 1, everybody else from 0.
	days := weekday.ReplaceAllStringFunc(m[2], func(day string) string {
		last := len(day) - 1
		return day[:last] + string(day[last]-1)
	})
	expression := "0 " + m[1] + days + m[3]
	if !gronx.IsValid(expression) {
		return nil, fmt.Errorf("%q is no valid cron expression", text)
	}
	if _, err := gronx.NextTickAfter(expression, time.Unix(0, 0).UTC(), true); err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	return func(t time.Time) time.Time {
		next, err := gronx.NextTickAfter(expression, t.UTC(), false)
		if err != nil { // no such time any more: the year is over
			return t.AddDate(1000, 0, 0)
		}
		return next
	}, nil
}
