package ledger_test

import (
	"errors"
	"testing"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/wanttest"
)

func TestSpend(t *testing.T) {
	t.Parallel()
	usd := func(n string) money.Amount { return money.MustParse(n, "USD") }
	tokyo := time.FixedZone("Tokyo", 9*60*60)
	now := time.Date(2026, time.January, 31, 16, 0, 0, 0, time.UTC) // February in Tokyo
	for name, c := range map[string]struct {
		rule         ledger.Purchasing
		total        string
		loc          *time.Location
		month, spent string // after
		refused      error
		over         bool
	}{
		"first order": {total: "5.00", month: "2026-01", spent: "5.00"},
		"without a limit": {rule: ledger.Purchasing{Month: "2026-01", Spent: usd("7.00")}, total: "5.00", month: "2026-01",
			spent: "12.00"},
		"up to the limit": {rule: ledger.Purchasing{Limit: usd("12.00"), Month: "2026-01", Spent: usd("7.00")},
			total: "5.00", month: "2026-01", spent: "12.00"},
		"a cent over": {rule: ledger.Purchasing{Limit: usd("11.99"), Month: "2026-01", Spent: usd("7.00")},
			total: "5.00", over: true},
		"limit of nothing": {rule: ledger.Purchasing{Limit: usd("0.00")}, total: "0.01", over: true},
		"nothing to pay":   {rule: ledger.Purchasing{Limit: usd("0.00")}, total: "0.00", month: "2026-01", spent: "0.00"},
		"a new month": {rule: ledger.Purchasing{Limit: usd("5.00"), Month: "2025-12", Spent: usd("5.00")}, total: "5.00",
			month: "2026-01", spent: "5.00"},
		"carrier's month": {rule: ledger.Purchasing{Limit: usd("5.00"), Month: "2026-01", Spent: usd("5.00")}, total: "5.00",
			loc: tokyo, month: "2026-02", spent: "5.00"},
		"search only": {rule: ledger.Purchasing{Mode: ledger.SearchOnly}, total: "0.00", refused: ledger.ErrPurchasingOff},
	} {
		account := ledger.Account{Status: ledger.Active, Ver: 3, Currency: "USD", Balance: usd("0.00"), Purchasing: c.rule}
		loc := c.loc
		if loc == nil {
			loc = time.UTC
		}
		after, err := account.Spend(usd(c.total), now, loc)
		over := (*ledger.OverLimit)(nil)
		wanttest.Equal(t, name+": is over the limit", errors.As(err, &over), c.over)
		if !c.over {
			wanttest.True(t, name+": the wanted error", errors.Is(err, c.refused))
		}
		if err != nil {
			wanttest.Diff(t, name+": account after a refusal", after.Purchasing.Spent, account.Purchasing.Spent)
			continue
		}
		wanttest.Equal(t, name+": month", after.Purchasing.Month, c.month)
		wanttest.Equal(t, name+": spent", after.Purchasing.Spent.Number(), c.spent)
		wanttest.Equal(t, name+": version", after.Ver, 3)
	}
	closed := ledger.Account{Status: ledger.Closed, Currency: "USD"}
	if _, err := closed.Spend(usd("0.00"), now, time.UTC); !errors.Is(err, ledger.ErrAccountClosed) {
		t.Errorf("a closed account: %v, want ErrAccountClosed", err)
	}
}
