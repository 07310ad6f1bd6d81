// Package hooks is a receiver of webhooks for the local world, which shows what
// arrived, so that webhooks can be tried without a receiver of one's own. It reads
// the secrets of the webhooks that lead to it from the table, and knows nothing
// else about the table.
package hooks

import (
	"context"
	"encoding/json"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Path accepts webhooks by POST, and shows the webhooks that arrived.
const Path = "/local/hooks"

const (
	keptArrivals = 100
	mostOfHook   = 256 << 10 // bytes
)

// Receiver accepts webhooks.
type Receiver struct {
	db    *dynamodb.Client
	table string
	now   func() time.Time

	mu       sync.Mutex // guards arrivals
	arrivals []arrival  // newest first
}

// New returns a receiver of the webhooks in a table.
func New(db *dynamodb.Client, table string, now func() time.Time) *Receiver {
	return &Receiver{db: db, table: table, now: now}
}

// ServeHTTP implements http.Handler for Path.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	switch in.Method {
	case http.MethodPost:
		r.take(w, in)
	case http.MethodGet, http.MethodHead:
		r.show(w, in)
	default:
		http.Error(w, "POST a webhook, or GET those that arrived", http.StatusMethodNotAllowed)
	}
}

// arrival is a webhook that arrived.
type arrival struct {
	At       time.Time       `json:"at"`
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Verified bool            `json:"verified"` // the signature is valid for a secret of one of the webhooks
	Body     json.RawMessage `json:"body"`
}

// take stores a webhook, and refuses one with a wrong signature.
func (r *Receiver) take(w http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, in.Body, mostOfHook))
	var is struct{ Type string }
	if err == nil {
		err = json.Unmarshal(body, &is)
	}
	if err != nil {
		http.Error(w, "this is not a webhook: "+err.Error(), http.StatusBadRequest)
		return
	}
	secrets, err := r.secrets(in.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	a := arrival{
		At: r.now().UTC().Truncate(time.Millisecond), ID: in.Header.Get(standardwebhooks.HeaderWebhookID), Type: is.Type,
		Verified: slices.ContainsFunc(secrets, func(secret string) bool { return r.signedBy(secret, in.Header, body) }),
		Body:     body,
	}
	r.mu.Lock()
	r.arrivals = append([]arrival{a}, r.arrivals[:min(len(r.arrivals), keptArrivals-1)]...)
	r.mu.Unlock()
	if !a.Verified {
		http.Error(w, "the signature is of none of the webhooks' secrets", http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// signedBy does not check the age of the signature, because the clock may have been
// moved.
func (r *Receiver) signedBy(secret string, headers http.Header, body []byte) bool {
	verifier, err := standardwebhooks.NewWebhook(secret)
	return err == nil && verifier.VerifyIgnoringTimestamp(body, headers) == nil
}

// secrets returns the secrets of the webhooks that lead here.
func (r *Receiver) secrets(ctx context.Context) (secrets []string, err error) {
	pages := dynamodb.NewScanPaginator(r.db, &dynamodb.ScanInput{
		TableName: &r.table, FilterExpression: aws.String("begins_with(pk, :hook) AND contains(#url, :here)"),
		ExpressionAttributeNames: map[string]string{"#url": "url"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":hook": &types.AttributeValueMemberS{Value: "HOOK#"}, ":here": &types.AttributeValueMemberS{Value: Path},
		},
	})
	for pages.HasMorePages() {
		found, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		var hooks []struct {
			Secret string `dynamodbav:"secret"`
			Old    string `dynamodbav:"oldSecret"`
		}
		if err := attributevalue.UnmarshalListOfMaps(found.Items, &hooks); err != nil {
			return nil, err
		}
		for _, h := range hooks {
			secrets = append(secrets, h.Secret, h.Old)
		}
	}
	return slices.DeleteFunc(secrets, func(s string) bool { return s == "" }), nil
}

// show lists the arrived webhooks: a page for a browser, else JSON.
func (r *Receiver) show(w http.ResponseWriter, in *http.Request) {
	r.mu.Lock()
	arrivals := slices.Clone(r.arrivals)
	r.mu.Unlock()
	if strings.Contains(in.Header.Get("Accept"), "text/html") {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, arrivals) // the browser went away
		return
	}
	if arrivals == nil {
		arrivals = []arrival{}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"data": arrivals})
}

var page = template.Must(template.New("hooks").Funcs(
	template.FuncMap{"text": func(m json.RawMessage) string { return string(m) }}).Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Webhooks that arrived</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.4rem .8rem;border-bottom:1px solid #ccc}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}</style></head>
<body><h1>Webhooks that arrived</h1>
{{if .}}<table><thead><tr><th>Time</th><th>Type</th><th>Signature</th><th>Body</th></tr></thead><tbody>
{{range .}}<tr><td>{{.At.Format "15:04:05.000"}}</td><td>{{.Type}}<br><small>{{.ID}}</small></td><td>{{if .Verified}}right{{else}}wrong{{end}}</td><td><pre>{{text .Body}}</pre></td></tr>
{{end}}</tbody></table>{{else}}<p>None yet. Make a webhook with the address of this page, in the portal or by POST /v1/webhooks, and buy a number.</p>{{end}}
</body></html>
`))
