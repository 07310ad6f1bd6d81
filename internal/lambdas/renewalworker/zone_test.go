package renewalworker_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/desk"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

// A change of the carrier's time zone moves no rental: each is charged at the end
// of its paid period, and its periods join. A rental that was written without a
// zone keeps the carrier's first one.
func TestTimeZoneChanged(t *testing.T) {
	t.Parallel()
	for what, older := range map[string]bool{"with its zone": false, "written without a zone": true} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newMarket(t, rules)
			alice, n := w.customer(t, "alice", "100"), blocks["calendar"]
			w.rent(t, alice, n)
			if older {
				w.forgetZone(t, n)
			}
			for _, zone := range []string{"America/New_York", "Pacific/Kiritimati"} {
				_, err := desk.New(w.store, w.env.Now).ChangeSettings(t.Context(), "acme",
					desk.SettingsPatch{TimeZone: aws.String(zone)})
				must(t, err)
				due := w.did(t, n).PeriodEnd
				w.tick(t, due.Add(10*time.Minute))
				got := w.did(t, n)
				wanttest.Equal(t, zone+": state", got.State, did.Assigned)
				wanttest.Diff(t, zone+": period start", got.PeriodStart, due)
				wanttest.Equal(t, zone+": zone", got.Zone, "UTC")
			}
			w.checkPeriods(t, alice, n, []string{"2026-01-31", "2026-02-01", "2026-03-01", "2026-04-01"})
		})
	}
}

func (w renewals) forgetZone(t *testing.T, n e164.Number) {
	t.Helper()
	_, err := w.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.table, UpdateExpression: aws.String("REMOVE #z"),
		ExpressionAttributeNames: map[string]string{"#z": "zone"},
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "DID#acme#" + n.Block().Digits()},
			"sk": &types.AttributeValueMemberS{Value: n.Digits()},
		},
	})
	must(t, err)
}

// checkPeriods compares the charged periods of a number with the days on which they
// begin, and on which the last one ends.
func (w renewals) checkPeriods(t *testing.T, c ledger.Customer, n e164.Number, days []string) {
	t.Helper()
	var from []time.Time
	var until time.Time
	for _, e := range w.entries(t, c) {
		for _, p := range e.Postings {
			if p.Number != n || p.Account != ledger.Recurring {
				continue
			}
			if from = append(from, p.From); !until.IsZero() && !until.Equal(p.From) {
				t.Errorf("period %d is paid from %s, the one before until %s", p.Period, p.From, until)
			}
			until = p.To
		}
	}
	for i, at := range append(from, until) {
		if got := at.Format(time.DateOnly); i >= len(days) || got != days[i] {
			t.Errorf("date %d is %s, want %v", i, got, days)
		}
	}
}

var calendar = pricing.Terms{
	Setup: usd("0"), Recurring: usd("1"), Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(1)},
}
