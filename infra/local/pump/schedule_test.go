package pump

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"didpurchase/infra/local/template"
	"didpurchase/internal/wanttest"
)

func TestASchedulesTimes(t *testing.T) {
	tests := []struct{ expression, from, want string }{
		{"rate(1 minute)", "2026-03-01T12:00:30Z", "2026-03-01T12:01:30Z"},
		{"rate(5 minutes)", "2026-03-01T12:00:30Z", "2026-03-01T12:05:30Z"},
		{"rate(2 hours)", "2026-03-01T12:00:30Z", "2026-03-01T14:00:30Z"},
		{"cron(15 10 * * ? *)", "2026-03-01T12:00:30Z", "2026-03-02T10:15:00Z"},
		{"cron(0/10 * * * ? *)", "2026-03-01T12:00:30Z", "2026-03-01T12:10:00Z"},
		{"cron(0 9 ? * 2 *)", "2026-03-01T12:00:30Z", "2026-03-02T09:00:00Z"}, // a Monday
		{"cron(0 9 ? * MON-FRI *)", "2026-03-06T12:00:00Z", "2026-03-09T09:00:00Z"},
		{"cron(0 0 1 * ? *)", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"},
		{"cron(0 0 L * ? *)", "2026-02-01T00:00:00Z", "2026-02-28T00:00:00Z"},
	}
	for _, test := range tests {
		after, err := parseExpression(test.expression)
		if err != nil {
			t.Errorf("%s: %v", test.expression, err)
			continue
		}
		from, _ := time.Parse(time.RFC3339, test.from)
		if got := after(from).Format(time.RFC3339); got != test.want {
			t.Errorf("%s after %s is %s, want %s", test.expression, test.from, got, test.want)
		}
	}
	for _, wrong := range []string{"", "rate(0 minutes)", "rate(1 week)", "cron(* * * *)", "cron(61 * * * ? *)",
		"every minute"} {
		if _, err := parseExpression(wrong); err == nil {
			t.Errorf("%q is read as a schedule", wrong)
		}
	}
}

func TestAScheduleFollowsTheClock(t *testing.T) {
	w, functions, _, clock := base(t)
	got := make(chan events.EventBridgeEvent, 10)
	functions.Register("listen", time.Minute, func(_ context.Context, e events.EventBridgeEvent) error {
		got <- e
		return nil
	})
	run(t, scheduled(t, w, template.Schedule{Name: "sweep", Function: "listen", Expression: "rate(1 minute)"}))
	for _, want := range []time.Time{noon, noon.Add(time.Minute), noon.Add(2 * time.Minute)} {
		e := <-got
		at := fmt.Sprintf("event of %s", want)
		wanttest.Diff(t, at+": time", e.Time, want)
		wanttest.Equal(t, at+": source", e.Source, "aws.scheduler")
		wanttest.Equal(t, at+": detail", string(e.Detail), `"{}"`)
		clock.move(time.Minute)
	}
}

func scheduled(t *testing.T, w Base, schedules ...template.Schedule) *Schedules {
	t.Helper()
	s, err := NewSchedules(w, &template.Template{Functions: []template.Function{listener}, Schedules: schedules})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Moving the clock runs the schedules that fall due, in order, and Move returns
// when they are done.
func TestSchedulesFireInTheOrderOfTheirTimes(t *testing.T) {
	w, functions, _, clock := base(t)
	var got []string
	functions.Register("listen", time.Minute, func(_ context.Context, input string) error {
		got = append(got, input)
		return nil
	})
	s := scheduled(t, w,
		template.Schedule{Name: "nightly", Function: "listen", Expression: "cron(30 3 * * ? *)", Input: `"night"`},
		template.Schedule{Name: "sweep", Function: "listen", Expression: "rate(1 minute)", Input: `"minute"`},
		template.Schedule{Name: "noon", Function: "listen", Expression: "cron(1 12 * * ? *)", Input: `"noon"`},
	)
	next, ok := s.Next()
	if want := noon.Add(time.Minute); !ok || !next.Equal(want) {
		t.Errorf("the next one is at %s, want %s", next, want)
	}
	fired := s.Move(t.Context(), func() { clock.move(24 * time.Hour) })
	want := []Fired{{"noon", noon.Add(time.Minute)}, {"nightly", noon.Add(15*time.Hour + 30*time.Minute)},
		{"sweep", noon.Add(24 * time.Hour)}}
	if diff := cmp.Diff(want, fired); diff != "" {
		t.Error(diff)
	}
	if strings.Join(got, " ") != "noon night minute" {
		t.Errorf("the function saw %q", got)
	}
	if again := s.Move(t.Context(), func() {}); len(again) > 0 {
		t.Errorf("fired again: %v", again)
	}
}

func TestASchedulesInputIsFilledIn(t *testing.T) {
	w, functions, _, _ := base(t)
	got := make(chan map[string]string, 1)
	functions.Register("listen", time.Minute, func(_ context.Context, e map[string]string) error {
		got <- e
		return nil
	})
	run(t, scheduled(t, w, template.Schedule{
		Name: "sweep", Function: "listen", Expression: "rate(1 minute)", Input: `{"at": "<aws.scheduler.scheduled-time>"}`,
	}))
	if e := <-got; e["at"] != "2026-03-01T12:00:00Z" {
		t.Errorf("the input is %v", e)
	}
}
