package desk

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// act completes an entry of the audit for an act at this moment.
func (s *Service) act(ctx context.Context, e audit.Entry) audit.Entry {
	return audit.New(ctx, s.now(), e)
}

func settingsValues(c carrier.Carrier) audit.Values {
	v := audit.Values{
		"name": c.Name, "time_zone": c.TimeZone, "payment_provider": c.Payments, "invoicing": string(c.Invoicing),
		"tax_by": string(c.TaxBy),
	}
	for _, s := range c.Settings() {
		v[s.Name] = strconv.Itoa(s.Value)
	}
	maps.Copy(v, issuerValues(c.Issuer))
	return v
}

func accountValues(a ledger.Account) audit.Values {
	values := audit.Values{
		"name": a.Name, "status": string(a.Status), "credit_limit": a.CreditLimit.String(), "tax_percent": a.Tax.String(),
		"purchasing": string(a.Purchasing.InMode()), "tax_treatment": string(a.TaxTreatment), "tax_reason": a.TaxReason,
		"invoicing": string(a.Invoicing),
	}
	if a.Purchasing.HasLimit() {
		values["monthly_limit"] = a.Purchasing.Limit.String()
	}
	if a.Purchasing.ApprovalAbove.Currency() != "" {
		values["approval_above"] = a.Purchasing.ApprovalAbove.String()
	}
	return values
}

// packageValues returns none for the zero Package.
func packageValues(p pricing.Package) audit.Values {
	if p.Version == 0 {
		return nil
	}
	cost := ""
	if p.HasCost() {
		cost = p.Cost.String()
	}
	return audit.Values{
		"cost":    cost,
		"version": strconv.Itoa(p.Version), "name": p.Name, "description": p.Description, "setup": p.Setup.String(),
		"recurring": p.Recurring.String(), "interval": fmt.Sprintf("%d %s", p.Interval.Count, p.Interval.Unit),
		"min_term_days": strconv.Itoa(p.MinTermDays), "active_from": momentText(p.ActiveFrom),
		"active_until": momentText(p.ActiveUntil),
	}
}

func keyValues(k auth.APIKey) audit.Values {
	return audit.Values{"name": k.Name, "scopes": joined(k.Scopes), "expires_at": momentText(k.ExpiresAt), "hint": k.Hint}
}

// movementActs are the acts that enter money.
var movementActs = map[ledger.Kind]audit.Action{
	ledger.Payment: audit.PaymentEntered, ledger.Refund: audit.RefundEntered, ledger.Adjustment: audit.AdjustmentEntered,
}

func momentText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func joined[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, " ")
}
