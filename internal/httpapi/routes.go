package httpapi

import (
	"context"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Routes collects the operations of a Lambda. Each is built at its first request:
// its schemas take a fraction of a millisecond, so building all of the desk's would
// double a cold start, which needs one.
type Routes struct {
	mux *http.ServeMux // serves the operations
	all huma.API       // if not nil, describes them in one document
}

// Register adds an operation.
func Register[I, O any](r *Routes, o huma.Operation, handler func(context.Context, *I) (*O, error)) {
	r.add(o, func(api huma.API) {
		if answers, ok := o.Metadata[otherForms].(func(huma.API) map[string]*huma.Response); ok {
			o.Responses = answers(api)
		}
		huma.Register(api, o, handler)
		bound(api, operationAt(api, o))
	})
}

func (r *Routes) add(o huma.Operation, make func(huma.API)) {
	if r.all != nil {
		make(r.all)
		return
	}
	made := sync.OnceValue(func() http.Handler {
		mux := http.NewServeMux()
		api := humago.New(mux, config())
		api.UseMiddleware(authorize(api), strict)
		make(api)
		return mux
	})
	r.mux.HandleFunc(o.Method+" "+o.Path, func(w http.ResponseWriter,
		request *http.Request) {
		made().ServeHTTP(w, request)
	})
}
