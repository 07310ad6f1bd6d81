package staff

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/shop"
	"didpurchase/internal/webhook"
)

// WebhookService manages webhooks and their deliveries; *webhook.Service implements
// it, and documents the errors.
type WebhookService interface {
	Webhooks(ctx context.Context, owner webhook.Owner) ([]webhook.Webhook, error)
	Webhook(ctx context.Context, owner webhook.Owner, id string) (webhook.Webhook, error)
	Create(ctx context.Context, owner webhook.Owner, url string, events []string, enabled bool) (webhook.Webhook, error)
	Edit(ctx context.Context, owner webhook.Owner, id string, url *string, events []string,
		enabled *bool) (webhook.Webhook, error)
	Rotate(ctx context.Context, owner webhook.Owner, id string) (webhook.Webhook, error)
	Delete(ctx context.Context, owner webhook.Owner, id string) error
	Test(ctx context.Context, owner webhook.Owner, id string) (webhook.Delivery, error)
	Resend(ctx context.Context, owner webhook.Owner, id, delivery string) (webhook.Delivery, error)
	Deliveries(ctx context.Context, owner webhook.Owner, id string, limit int,
		after string) ([]webhook.Delivery, string, error)
}

// Webhook is a webhook on the wire, without its secret.
type Webhook struct {
	ID             string     `json:"id"`
	URL            string     `json:"url" example:"https://example.com/hooks"`
	Events         []string   `json:"events" example:"[\"did.*\"]"`
	Enabled        bool       `json:"enabled"`
	DisabledReason *string    `json:"disabled_reason" doc:"Why it was disabled automatically; else null."`
	FailingSince   *time.Time `json:"failing_since" doc:"The first failure since the last success; null while it works. After three days it is disabled."`
	OldValidUntil  *time.Time `json:"old_secret_valid_until" doc:"Until then deliveries are signed with the secret before the last rotation, too."`
	CreatedAt      time.Time  `json:"created_at"`
}

// SecretWebhook is a webhook with its new secret.
type SecretWebhook struct {
	Webhook
	Secret string `json:"secret" doc:"It signs the deliveries; give it to a library of the Standard Webhooks specification. It is shown only once."`
}

// NewWebhook is a webhook to create.
type NewWebhook struct {
	URL     string   `json:"url" maxLength:"500" example:"https://example.com/hooks" doc:"Where events are posted: an https address that is reachable from the internet."`
	Events  []string `json:"events" minItems:"1" maxItems:"20" example:"[\"did.*\", \"order.completed\"]" doc:"Types of events; did.* is every type of a group, * is every type."`
	Enabled *bool    `json:"enabled,omitempty" doc:"true if missing."`
}

// WebhookEdit is a merge patch: missing members stay unchanged.
type WebhookEdit struct {
	URL     *string  `json:"url,omitempty" maxLength:"500"`
	Events  []string `json:"events,omitempty" minItems:"1" maxItems:"20"`
	Enabled *bool    `json:"enabled,omitempty" doc:"true also ends a pause after failures."`
}

// Delivery is one event on its way to a webhook.
type Delivery struct {
	ID        string          `json:"id"`
	EventID   string          `json:"event_id" doc:"The webhook-id: the same for every try and when it is sent again."`
	Type      string          `json:"type" example:"did.rented"`
	Status    string          `json:"status" enum:"pending,delivered,failed" doc:"failed: it was given up."`
	Tries     int             `json:"tries"`
	NextTryAt *time.Time      `json:"next_try_at"`
	CreatedAt time.Time       `json:"created_at"`
	Body      string          `json:"body" doc:"The body, exactly as it is sent."`
	Last      *DeliveryAnswer `json:"last" doc:"The last try; null before the first."`
}

// DeliveryAnswer is the outcome of a try.
type DeliveryAnswer struct {
	At           time.Time `json:"at"`
	Milliseconds int64     `json:"milliseconds"`
	Status       *int      `json:"status" doc:"The HTTP status; null if there was no answer."`
	Body         string    `json:"body" doc:"The first KB of the answer."`
	Error        *string   `json:"error" doc:"Why there was no answer."`
}

// WebhookPath names a webhook.
type WebhookPath struct {
	ID string `path:"id" doc:"The webhook's id."`
}

func webhookOwner(ctx context.Context) webhook.Owner {
	by := httpapi.Caller(ctx)
	return webhook.Owner{Carrier: by.Carrier, ID: by.Customer}
}

func registerWebhooks(r *httpapi.Routes, service WebhookService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/webhooks", "list-webhooks", httpapi.TagEvents,
		"List webhooks", "For staff, the webhooks of the carrier, which get all its events; for a customer, its own. "+
			"Oldest first.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[Webhook]], error) {
			all, err := service.Webhooks(ctx, webhookOwner(ctx))
			if err != nil {
				return nil, err
			}
			return httpapi.AnswerPage("webhooks", *in, wireWebhook,
				httpapi.PageOf(all, func(w webhook.Webhook) string { return w.ID }))
		})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/webhooks/{id}", "get-webhook", httpapi.TagEvents,
		"Show a webhook", "", http.StatusNotFound),
		func(ctx context.Context, in *WebhookPath) (*httpapi.Out[Webhook], error) {
			w, err := service.Webhook(ctx, webhookOwner(ctx), in.ID)
			return httpapi.Answer(wireWebhook(w), err)
		})
	create := httpapi.Operation(http.MethodPost, "/v1/webhooks", "create-webhook", httpapi.TagEvents,
		"Create a webhook", "Events are posted to its address from now on, signed as the Standard Webhooks specification "+
			"says. Answer with 2xx within 10 seconds; anything else is tried again, up to 8 times within 24 hours.")
	create.DefaultStatus = http.StatusCreated
	httpapi.Register(r, create,
		func(ctx context.Context, in *struct{ Body NewWebhook }) (*httpapi.Out[SecretWebhook], error) {
			w, err := service.Create(ctx, webhookOwner(ctx), in.Body.URL, in.Body.Events, in.Body.Enabled == nil ||
				*in.Body.Enabled)
			return httpapi.Answer(SecretWebhook{wireWebhook(w), w.Secret}, err)
		})
	registerWebhookEdits(r, service)
	registerDeliveries(r, service)
}

func registerWebhookEdits(r *httpapi.Routes, service WebhookService) {
	httpapi.Register(r, httpapi.Operation(http.MethodPatch, "/v1/webhooks/{id}", "edit-webhook", httpapi.TagEvents,
		"Change a webhook", "", http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			WebhookPath
			Body WebhookEdit
		}) (*httpapi.Out[Webhook], error) {
			w, err := service.Edit(ctx, webhookOwner(ctx), in.ID, in.Body.URL, in.Body.Events, in.Body.Enabled)
			return httpapi.Answer(wireWebhook(w), err)
		})
	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/webhooks/{id}/rotate", "rotate-webhook-secret",
		httpapi.TagEvents,
		"Give a webhook a new secret", "Deliveries are signed with the new secret and the present one for 24 hours.",
		http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *WebhookPath) (*httpapi.Out[SecretWebhook], error) {
			w, err := service.Rotate(ctx, webhookOwner(ctx), in.ID)
			return httpapi.Answer(SecretWebhook{wireWebhook(w), w.Secret}, err)
		})
	remove := httpapi.Operation(http.MethodDelete, "/v1/webhooks/{id}", "delete-webhook", httpapi.TagEvents,
		"Delete a webhook", "Its waiting deliveries are not sent.", http.StatusNotFound)
	remove.DefaultStatus = http.StatusNoContent
	httpapi.Register(r, remove, func(ctx context.Context, in *WebhookPath) (*struct{}, error) {
		return nil, service.Delete(ctx, webhookOwner(ctx), in.ID)
	})
}

func registerDeliveries(r *httpapi.Routes, service WebhookService) {
	test := httpapi.Operation(http.MethodPost, "/v1/webhooks/{id}/test", "test-webhook", httpapi.TagEvents,
		"Test a webhook", "Sends an event of the type webhook.test. Its delivery shows the answer.",
		http.StatusNotFound)
	test.DefaultStatus = http.StatusAccepted
	httpapi.Register(r, test, func(ctx context.Context, in *WebhookPath) (*httpapi.Out[Delivery], error) {
		d, err := service.Test(ctx, webhookOwner(ctx), in.ID)
		return httpapi.Answer(wireDelivery(d), err)
	})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/webhooks/{id}/deliveries", "list-deliveries",
		httpapi.TagEvents,
		"List deliveries", "The deliveries of the last 7 days, newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			WebhookPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[Delivery]], error) {
			return httpapi.AnswerPage("deliveries-"+in.ID, in.Page, wireDelivery,
				func(at shop.Page) ([]webhook.Delivery, string, error) {
					return service.Deliveries(ctx, webhookOwner(ctx), in.ID, at.Limit, at.After)
				})
		})
	resend := httpapi.Operation(http.MethodPost, "/v1/webhooks/{id}/deliveries/{delivery}/resend", "resend-delivery",
		httpapi.TagEvents,
		"Send an event again", "It is a new delivery with the same webhook-id.", http.StatusNotFound)
	resend.DefaultStatus = http.StatusAccepted
	httpapi.Register(r, resend, func(ctx context.Context, in *struct {
		WebhookPath
		Delivery string `path:"delivery" doc:"The delivery's id."`
	}) (*httpapi.Out[Delivery], error) {
		d, err := service.Resend(ctx, webhookOwner(ctx), in.ID, in.Delivery)
		return httpapi.Answer(wireDelivery(d), err)
	})
}

func wireWebhook(w webhook.Webhook) Webhook {
	return Webhook{
		ID: w.ID, URL: w.URL, Events: w.Events, Enabled: w.Enabled, DisabledReason: httpapi.Optional(w.Disabled),
		FailingSince: httpapi.OptionalTime(w.FailingSince), OldValidUntil: httpapi.OptionalTime(w.OldUntil),
		CreatedAt: w.CreatedAt.UTC(),
	}
}

func wireDelivery(d webhook.Delivery) Delivery {
	wire := Delivery{
		ID: d.ID, EventID: d.EventID, Type: string(d.Type), Status: string(d.Status), Tries: d.Tries,
		NextTryAt: httpapi.OptionalTime(d.NextAt), CreatedAt: d.CreatedAt.UTC(), Body: d.Body,
	}
	if !d.Last.At.IsZero() {
		wire.Last = &DeliveryAnswer{At: d.Last.At.UTC(), Milliseconds: d.Last.Took.Milliseconds(), Body: d.Last.Body,
			Error: httpapi.Optional(d.Last.Error)}
		if d.Last.Status != 0 {
			wire.Last.Status = &d.Last.Status
		}
	}
	return wire
}
