package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/pump"
	"didpurchase/infra/local/template"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/localaws/sqs"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func realNoon() time.Time { return noon }

func TestTheClockSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), clockFile)
	for _, want := range []time.Duration{0, 720 * time.Hour} {
		c, err := openClock(realNoon, file)
		if err != nil {
			t.Fatal(err)
		}
		if c.ahead() != want || !c.now().Equal(noon.Add(want)) {
			t.Errorf("ahead by %s, now %s; want %s", c.ahead(), c.now(), want)
		}
		if err := c.moveTo(noon.Add(720 * time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := c.moveTo(noon); err != nil || c.ahead() != 720*time.Hour {
			t.Errorf("moved back: ahead by %s, %v", c.ahead(), err)
		}
	}
	if err := os.WriteFile(file, []byte("tomorrow"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := openClock(realNoon, file); err == nil || !strings.Contains(err.Error(), "--reset") {
		t.Errorf("a broken file: %v", err)
	}
}

// restarted records the environment that the functions get.
type restarted []string

func (r *restarted) Restart(env map[string]string) { *r = append(*r, env["CLOCK_OFFSET"]) }

// movable is a mover over a table of timers, and a function that handles one timer
// a minute. It returns the moments of its calls.
func movable(t *testing.T, timers ...time.Duration) (m *mover, swept *[]string, told *restarted) {
	t.Helper()
	c, err := openClock(realNoon, filepath.Join(t.TempDir(), clockFile))
	if err != nil {
		t.Fatal(err)
	}
	db, table := dynamotest.New(t)
	for _, after := range timers {
		at := noon.Add(after).Format("2006-01-02T15:04:05.000Z")
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "timer"}, "sk": &types.AttributeValueMemberS{Value: at},
			"duePK": &types.AttributeValueMemberS{Value: "DUE#00"}, "nextAt": &types.AttributeValueMemberS{Value: at},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	swept = &[]string{}
	functions := host.NewInProcess()
	functions.Register("sweep", time.Minute, func(ctx context.Context) error {
		out, err := db.Scan(ctx, &dynamodb.ScanInput{TableName: &table})
		for _, i := range out.Items {
			at := i["sk"].(*types.AttributeValueMemberS).Value
			if at > c.now().UTC().Format("2006-01-02T15:04:05.000Z") {
				continue
			}
			*swept = append(*swept, c.now().UTC().Format("2 15:04"))
			_, err := db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &table,
				Key: map[string]types.AttributeValue{"pk": i["pk"], "sk": i["sk"]}})
			return err
		}
		return err
	})
	functions.Register("night", time.Minute, func() {})
	queues, err := sqs.Open(filepath.Join(t.TempDir(), "sqs.db"), c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { queues.Close() })
	schedules, err := pump.NewSchedules(
		pump.Base{Invoker: functions, Now: c.now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		&template.Template{
			Functions: []template.Function{{Name: "sweep"}, {Name: "night"}},
			Schedules: []template.Schedule{
				{Name: "nightly", Function: "night", Expression: "cron(30 3 * * ? *)"},
				{Name: "sweep", Function: "sweep", Expression: "rate(1 minute)"},
			},
		})
	if err != nil {
		t.Fatal(err)
	}
	told = &restarted{}
	return &mover{
		clock: c, schedules: schedules, pace: &pump.Pace{}, sqs: queues, functions: told, db: db, table: table,
		turn: make(chan struct{}, 1),
	}, swept, told
}

// Two days with timers: each is handled in its minute, two of one moment also in
// the next minute, and the nightly schedules run in between.
func TestMovingTimeGoesFromTimerToTimer(t *testing.T) {
	day := 24 * time.Hour
	m, swept, told := movable(t, day, day, time.Hour+time.Second, 47*time.Hour, 49*time.Hour)
	server := httptest.NewServer(http.HandlerFunc(m.move))
	defer server.Close()
	res, err := http.Post(server.URL, "application/json", strings.NewReader(`{"advance": "48h"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got clockAnswer
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if !got.Now.Equal(noon.Add(48*time.Hour)) || got.Offset != "48h0m0s" {
		t.Errorf("it is %s, ahead by %s", got.Now, got.Offset)
	}
	if want := []string{"31 13:01", "1 12:00", "2 11:00"}; !slices.Equal(*swept, want) {
		t.Errorf("swept at %q, want %q", *swept, want)
	}
	var nights []string
	for i, f := range got.Fired {
		if f.Schedule == "nightly" {
			nights = append(nights, f.At.Format("2 15:04"))
		}
		if i > 0 && f.At.Before(got.Fired[i-1].At) {
			t.Errorf("%s of %s fired after %s", f.Schedule, f.At, got.Fired[i-1].At)
		}
	}
	if want := []string{"1 03:30", "2 03:30"}; !slices.Equal(nights, want) {
		t.Errorf("nights at %q, want %q", nights, want)
	}
	if last := (*told)[len(*told)-1]; last != "48h0m0s" {
		t.Errorf("functions get %q", *told)
	}
}

func TestTimeGoesOnOnly(t *testing.T) {
	m, _, _ := movable(t)
	for body, want := range map[string]int{
		`{"advance": "-1h"}`: 400, `{"advance": "0s"}`: 400, `{"advance": "a month"}`: 400, `{"by": "1h"}`: 400, ``: 400,
		`{"advance": "999999h"}`: 400,
	} {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest("POST", clockPath, strings.NewReader(body))
		request.RemoteAddr = "127.0.0.1:1"
		if m.move(answer, request); answer.Code != want {
			t.Errorf("%s: %d, want %d", body, answer.Code, want)
		}
	}
	for address, origin := range map[string]string{"192.0.2.1:1": "", "127.0.0.1:1": "http://elsewhere.example"} {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest("POST", clockPath, strings.NewReader(`{"advance": "1h"}`))
		request.RemoteAddr = address
		if origin != "" {
			request.Header.Set("Origin", origin)
		}
		if m.move(answer, request); answer.Code != http.StatusForbidden {
			t.Errorf("from %s of %q: %d", address, origin, answer.Code)
		}
	}
	if m.clock.ahead() != 0 {
		t.Errorf("it moved by %s", m.clock.ahead())
	}
}
