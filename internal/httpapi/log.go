package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/shop"
)

// record is what becomes known of a request while it is answered, for its line
// in the log. Users' names and tokens never go in.
type record struct {
	carrier, customer string
	order             string
	err               error // behind a 5xx
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

// noteOrder notes an order and whose it is, which staff's requests do not say.
func noteOrder(ctx context.Context, o shop.Order) {
	if rec, ok := ctx.Value(recordKey{}).(*record); ok && o.ID != "" {
		rec.order, rec.customer = o.ID, o.Customer.ID
	}
}

// logged writes one line for each request: as an error when it is the server's
// fault, as a warning when it was too busy (503), which the sender mends by sending
// it again.
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

// statusWriter remembers the status that was written.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
