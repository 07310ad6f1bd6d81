// Package portal is the Lambda for everything that is not the API: the web page and
// its assets, the OpenAPI document, the API's documentation, and the 404 for every
// other path. It loads nothing from other sites, and gives each of its pages a
// policy under which no other code can run.
package portal

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"sync"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/lambdahttp"
)

//go:embed style.css
var style []byte

// openAPI is the document that infra/openapi wrote. It is not made here, because
// a program that makes it contains every route of the API.
//
//go:embed openapi.json
var openAPI []byte

// docsPolicy is for the documents, which run no script.
const docsPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// New wires the portal. page is the built web page: index.html and assets/; a
// file may have compressed forms with .br and .gz.
func New(env awsenv.Env, page fs.FS) lambdahttp.Function {
	mux := http.NewServeMux()
	mux.Handle("GET /docs", document("text/html; charset=utf-8", func() ([]byte, error) { return docs(openAPI) }))
	mux.Handle("GET /openapi.json", document("application/json", func() ([]byte, error) { return compact(openAPI) }))
	mux.Handle("GET /style.css", document("text/css; charset=utf-8", func() ([]byte, error) { return style, nil }))
	mux.Handle("GET /config.json", document("application/json",
		func() ([]byte, error) { return json.Marshal(configOf(env)) }))
	mux.Handle("GET /assets/{file}", assets(page))
	mux.Handle("GET /{path...}", shell(page, policy(env)))
	for _, method := range otherMethods {
		mux.HandleFunc(method+" /v1/", noRoute)
	}
	return lambdahttp.Handle(httpapi.Front(mux, env.Logger, env.Now), env.Logger)
}

// otherMethods are the methods that the page does not answer. A request with
// one of them for a path of the API arrives here if no route has the method;
// the answer must not name the page's own methods as allowed.
var otherMethods = []string{http.MethodOptions, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	http.MethodTrace}

func noRoute(w http.ResponseWriter, r *http.Request) {
	httpapi.WriteProblem(r.Context(), w, http.StatusNotFound, "there is nothing at this path with this method")
}

// document serves the result of make, which is called at the first request.
func document(contentType string, make func() ([]byte, error)) http.Handler {
	content := sync.OnceValues(make)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := content()
		if err != nil { // the documents are part of this binary
			panic(err)
		}
		secure(w.Header(), docsPolicy)
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Write(body)
	})
}

func compact(document []byte) ([]byte, error) {
	var b bytes.Buffer
	err := json.Compact(&b, document)
	return b.Bytes(), err
}

func secure(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}
