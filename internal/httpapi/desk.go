package httpapi

import (
	"log/slog"
	"net/http"
	"time"
)

// DeskService has staff's use cases for customers and for the carrier;
// *desk.Service implements it.
type DeskService interface {
	CustomerService
	PaymentService
	SettingsService
	KeyService
	UserService
	ReportService
}

// Desk serves the routes of customers, payments, settings, API keys, reports and
// webhooks.
func Desk(records Customers, desk DeskService, hooks WebhookService, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerDesk(r, records, desk, hooks, now) })
}

func registerDesk(r *routes, records Customers, desk DeskService, hooks WebhookService, now func() time.Time) {
	registerCustomers(r, records, desk)
	registerPayments(r, desk)
	registerSettings(r, desk)
	registerAPIKeys(r, desk)
	registerUsers(r, desk)
	registerReports(r, desk, now)
	registerWebhooks(r, hooks)
}
