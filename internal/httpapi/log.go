package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/shop"
)

// record collects the properties of a request for its line in the log. It never has
// users' names or tokens.
type record struct {
	carrier, customer string
	order             string
	err               error // the cause of a 5xx
}

type recordKey struct{}

func noteCaller(ctx context.Context, who auth.Principal) {
	if rec, ok := ctx.Value(recordKey{}).(*record); ok {
		rec.carrier, rec.customer = who.Carrier, who.Customer
	}
}

func noteError(ctx context.Context, err error) {
	if rec, ok := ctx.Value(recordKey{}).(*record); ok {
		rec.err = err
	}
}

// NoteOrder notes an order and its customer, which staff's requests do not
// contain.
func NoteOrder(ctx context.Context, o shop.Order) {
	if rec, ok := ctx.Value(recordKey{}).(*record); ok && o.ID != "" {
		rec.order, rec.customer = o.ID, o.Customer.ID
	}
}

// logged writes one line for each request: an error if it is the server's fault, a
// warning if the server was too busy (503), because the sender can repeat it.
func logged(next http.Handler, log *slog.Logger, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec, start := &record{}, now()
		status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		r = r.WithContext(context.WithValue(r.Context(), recordKey{}, rec))
		next.ServeHTTP(status, r)
		attrs := []slog.Attr{
			slog.String("request_id", RequestID(r.Context())),
			slog.String("method", r.Method),
			slog.String("route", r.Pattern), // a path may name a customer's number
			slog.Int("status", status.status),
			slog.Int64("ms", now().Sub(start).Milliseconds()),
			slog.String("carrier", rec.carrier),
			slog.String("customer", rec.customer),
		}
		if rec.order != "" {
			attrs = append(attrs, slog.String("order", rec.order))
		}
		level := slog.LevelInfo
		if rec.err != nil {
			level, attrs = slog.LevelError, append(attrs, slog.Any("error", rec.err))
		}
		if status.status == http.StatusServiceUnavailable {
			level = slog.LevelWarn
		}
		log.LogAttrs(r.Context(), level, "request", attrs...)
	})
}

// statusWriter remembers the written status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
