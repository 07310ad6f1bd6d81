package pump

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/adhocore/gronx"
	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/template"
)

// scheduleTick is the pause between two looks at the clock, which may be moved
// at any time.
const scheduleTick = 100 * time.Millisecond

// Schedules invokes functions at their times.
type Schedules struct {
	Base
	mu     sync.Mutex
	timers []*timer
}

// timer is one schedule and its next time.
type timer struct {
	Base
	Schedule template.Schedule
	Function template.Function
	after    func(time.Time) time.Time
	next     time.Time
}

// Fired is a time at which a schedule invoked its function.
type Fired struct {
	Schedule string    `json:"schedule"`
	At       time.Time `json:"at"`
}

// NewSchedules returns the schedules of a stack. A rate fires immediately: on
// AWS it would have continued while this machine was off.
func NewSchedules(w Base, stack *template.Template) (*Schedules, error) {
	s := &Schedules{Base: w}
	for _, schedule := range stack.Schedules {
		after, err := parseExpression(schedule.Expression)
		if err != nil {
			return nil, fmt.Errorf("schedule %s: %w", schedule.Name, err)
		}
		f, _ := stack.Function(schedule.Function)
		t := &timer{Base: w, Schedule: schedule, Function: f, after: after, next: w.Now()}
		if !t.isRate() {
			t.next = after(t.next)
		}
		s.timers = append(s.timers, t)
	}
	return s, nil
}

func (t *timer) isRate() bool { return strings.HasPrefix(t.Schedule.Expression, "rate(") }

// Run invokes the functions at the times of their schedules until the context
// ends. Times that the clock jumped over become one invocation.
func (s *Schedules) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	for ok := true; ok; ok = pause(ctx, scheduleTick) {
		for _, invoke := range s.claim(func() {}) {
			running.Go(func() { invoke(ctx) })
		}
	}
	return nil
}

// Move moves the clock, and invokes the schedules that are due one after the
// other, in the order of their times. It returns when they are done.
func (s *Schedules) Move(ctx context.Context, move func()) (fired []Fired) {
	for _, invoke := range s.claim(move) {
		fired = append(fired, invoke(ctx))
	}
	return fired
}

// Next returns the earliest time of a schedule that is not a rate; ok is false
// if there is none.
func (s *Schedules) Next() (next time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.timers {
		if !t.isRate() && (!ok || t.next.Before(next)) {
			next, ok = t.next, true
		}
	}
	return next, ok
}

// claim moves the clock and takes the due times.
func (s *Schedules) claim(move func()) (due []func(context.Context) Fired) {
	s.mu.Lock()
	defer s.mu.Unlock()
	move()
	now := s.Now()
	for _, t := range s.timers {
		t.skip(now)
	}
	slices.SortStableFunc(s.timers, func(a, b *timer) int { return a.next.Compare(b.next) })
	for _, t := range s.timers {
		if t.next.After(now) {
			continue
		}
		at := t.next
		due = append(due, func(ctx context.Context) Fired { return t.invoke(ctx, at) })
		t.next = t.after(now)
	}
	return due
}

// skip drops the times that the clock jumped over, except the last.
func (t *timer) skip(now time.Time) {
	for later := t.after(t.next); !later.After(now); later = t.after(later) {
		t.next = later
	}
}

func (t *timer) invoke(ctx context.Context, at time.Time) Fired {
	payload, err := t.payload(at)
	if err == nil {
		err = t.invokeAsync(ctx, t.Function, payload)
	}
	if err != nil && ctx.Err() == nil {
		t.Log.Error("scheduled event lost", "schedule", t.Schedule.Name, "error", err)
	}
	return Fired{Schedule: t.Schedule.Name, At: at.UTC()}
}

func (t *timer) arn() string {
	return "arn:aws:scheduler:" + template.Region + ":" + template.Account + ":schedule/default/" + t.Schedule.Name
}

// payload returns the schedule's Input with its context attributes filled in,
// or EventBridge Scheduler's default without one.
func (t *timer) payload(at time.Time) ([]byte, error) {
	id, then := ulid.Make().String(), at.UTC().Format(time.RFC3339)
	if t.Schedule.Input != "" {
		filled := strings.NewReplacer(
			"<aws.scheduler.schedule-arn>", t.arn(),
			"<aws.scheduler.scheduled-time>", then,
			"<aws.scheduler.execution-id>", id,
			"<aws.scheduler.attempt-number>", "1",
		).Replace(t.Schedule.Input)
		if !json.Valid([]byte(filled)) {
			return nil, fmt.Errorf("the Input is not JSON: %s", filled)
		}
		return []byte(filled), nil
	}
	return json.Marshal(map[string]any{
		"version": "0", "id": id, "detail-type": "Scheduled Event", "source": "aws.scheduler",
		"account": template.Account, "time": then, "region": template.Region,
		"resources": []string{t.arn()}, "detail": "{}",
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
	// EventBridge counts weekdays from Sunday = 1, other cron readers from 0.
	days := weekday.ReplaceAllStringFunc(m[2], func(day string) string {
		last := len(day) - 1
		return day[:last] + string(day[last]-1)
	})
	expression := "0 " + m[1] + days + m[3]
	if !gronx.IsValid(expression) {
		return nil, fmt.Errorf("%q is not a valid cron expression", text)
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
