package main

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/infra/local/pump"
	"didpurchase/internal/localaws/sqs"
)

// The index of due times, and its attribute of time.
const (
	timers   = "due"
	timersAt = "nextAt"
)

// mover moves the clock from one minute in which something is due to the next,
// so that everything happens in its order and at its time.
type mover struct {
	clock     *clock
	schedules *pump.Schedules
	streams   []*pump.Stream
	pace      *pump.Pace
	queues    []string
	sqs       *sqs.Server
	functions interface{ Restart(env map[string]string) }
	db        *dynamodb.Client
	table     string
	turn      chan struct{} // one move at a time
}

// errRestless means that work was still running after a long wait.
var errRestless = errors.New("the queues and streams are still busy; does a function fail? see the log")

// patience is the longest wait for the work of one moment.
const patience = 2 * time.Minute

// advance moves the clock forward and returns the schedules that fired. When
// the context ends it stops at the current moment.
func (m *mover) advance(ctx context.Context, by time.Duration) (fired []pump.Fired, err error) {
	select {
	case m.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-m.turn }()
	m.pace.Hurry(true)
	defer m.pace.Hurry(false)
	end := m.clock.now().Add(by)
	left := -1 // number of overdue timers after the last step
	for {
		if err := m.rest(ctx); err != nil {
			return fired, err
		}
		at, over, err := m.next(ctx, end, left)
		if err != nil {
			return fired, err
		}
		left = over
		some, err := m.step(ctx, at)
		fired = append(fired, some...)
		if err != nil {
			return fired, err
		}
		if !at.Before(end) {
			return fired, m.rest(ctx)
		}
	}
}

// next returns the next minute, up to the end, in which a timer runs out or a
// schedule fires. It is the coming minute while timers are overdue and the last
// step handled some.
func (m *mover) next(ctx context.Context, end time.Time, left int) (at time.Time, over int, err error) {
	now := m.clock.now()
	over, timer, err := m.timers(ctx, now)
	if err != nil {
		return time.Time{}, 0, err
	}
	at = end
	if schedule, ok := m.schedules.Next(); ok && schedule.Before(at) {
		at = schedule
	}
	if !timer.IsZero() && timer.Before(at) {
		at = timer
	}
	if over > 0 && over != left {
		at = now.Add(1)
	}
	if minute := at.Truncate(time.Minute); !minute.Equal(at) {
		at = minute.Add(time.Minute)
	}
	if !at.Before(end) {
		at = end
	}
	return at, over, nil
}

// timers counts the overdue timers, and returns the time of the next one; zero
// if there is none.
func (m *mover) timers(ctx context.Context, now time.Time) (over int, next time.Time, err error) {
	pages := dynamodb.NewScanPaginator(m.db, &dynamodb.ScanInput{
		TableName: &m.table, IndexName: aws.String(timers), ProjectionExpression: aws.String(timersAt),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, time.Time{}, err
		}
		for _, row := range page.Items {
			text, _ := row[timersAt].(*types.AttributeValueMemberS)
			at, err := time.Parse(time.RFC3339, text.Value)
			switch {
			case err != nil:
				return 0, time.Time{}, err
			case !at.After(now):
				over++
			case next.IsZero() || at.Before(next):
				next = at
			}
		}
	}
	return over, next, nil
}

// step jumps to a moment and waits until everything due by then has happened.
func (m *mover) step(ctx context.Context, at time.Time) (fired []pump.Fired, err error) {
	fired = m.schedules.Move(ctx, func() {
		if err = m.clock.moveTo(at); err == nil {
			m.functions.Restart(map[string]string{"CLOCK_OFFSET": m.clock.ahead().String()})
		}
	})
	return fired, errors.Join(err, ctx.Err())
}

// rest waits until the queues are empty and the streams are read to their end.
// A failed message that waits for its next try does not count as busy.
func (m *mover) rest(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errRestless)
	defer cancel()
	for quiet := 0; quiet < 2; {
		atRest, err := m.queuesRest()
		if err != nil {
			return err
		}
		if quiet++; !atRest {
			quiet = 0
		}
		if !pauseFor(ctx, 2*time.Millisecond) {
			return context.Cause(ctx)
		}
	}
	for _, s := range m.streams {
		for seen := s.Ends(); s.Ends() < seen+2; {
			if !pauseFor(ctx, time.Millisecond) {
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

func (m *mover) queuesRest() (bool, error) {
	if m.pace.Delivering() > 0 {
		return false, nil
	}
	for _, q := range m.queues {
		if count, err := m.sqs.Count(q); err != nil || count.Visible > 0 {
			return false, err
		}
	}
	return true, nil
}

func pauseFor(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
