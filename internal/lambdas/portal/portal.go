// Package portal is the Lambda behind everything that is not the API: the first
// page, the OpenAPI document, the API's documentation, and the 404 for every
// other path. Its pages run no script and load nothing from elsewhere.
package portal

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"sync"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/lambdahttp"
)

//go:embed style.css
var style []byte

//go:embed index.html
var index string

//go:embed docs.html
var docs string

// New wires the portal. It needs no variable of the environment.
func New(env awsenv.Env) lambdahttp.Function {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", page("text/html; charset=utf-8", func() ([]byte, error) { return render(index, nil) }))
	mux.Handle("GET /docs", page("text/html; charset=utf-8", func() ([]byte, error) { return render(docs, describe(httpapi.OpenAPI())) }))
	mux.Handle("GET /openapi.json", page("application/json", func() ([]byte, error) { return json.Marshal(httpapi.OpenAPI()) }))
	mux.Handle("GET /style.css", page("text/css; charset=utf-8", func() ([]byte, error) { return style, nil }))
	return lambdahttp.Handle(httpapi.Front(mux, env.Logger, env.Now), env.Logger)
}

// page serves what make gives, made when it is first asked for.
func page(contentType string, make func() ([]byte, error)) http.Handler {
	content := sync.OnceValues(make)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := content()
		if err != nil { // the documents are this binary's own
			panic(err)
		}
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "public, max-age=300")
		w.Write(body)
	})
}

func render(text string, data any) ([]byte, error) {
	t, err := template.New("page").Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.Bytes(), err
}
