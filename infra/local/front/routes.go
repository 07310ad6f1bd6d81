package front

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"didpurchase/infra/local/template"
)

const (
	fallback  = "$default"
	anyMethod = "ANY"
)

// route is a template's route, prepared for matching.
type route struct {
	template.Route
	segments []string
	limiter  *rate.Limiter // nil: none
}

// admits reports whether the route takes one more request.
func (r route) admits(now time.Time) bool { return r.limiter == nil || r.limiter.AllowN(now, 1) }

func newLimiter(l template.Limit) *rate.Limiter {
	if l == (template.Limit{}) {
		return nil
	}
	return rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst)
}

// key returns API Gateway's name of the route.
func (r route) key() string {
	if r.Path == fallback {
		return fallback
	}
	return r.Method + " " + r.Path
}

// compile sorts the routes so that the first match is the one that API Gateway
// chooses: a full match before a greedy one, a literal segment before a variable, a
// method before ANY, and $default last.
func compile(routes []template.Route) []route {
	var all []route
	for _, r := range routes {
		all = append(all, route{r, split(r.Path), newLimiter(r.Limit)})
	}
	slices.SortStableFunc(all, func(a, b route) int { return slices.Compare(a.rank(), b.rank()) })
	return all
}

// rank orders routes; the most specific is the lowest.
func (r route) rank() []int {
	if r.Path == fallback {
		return []int{2}
	}
	rank := []int{0}
	for _, s := range r.segments {
		_, kind := variable(s)
		rank[0] = max(rank[0], kind-1) // greedy
		rank = append(rank, kind)
	}
	if r.Method == anyMethod {
		rank = append(rank, 1)
	}
	return rank
}

// Kinds of a segment.
const (
	literal = iota
	single
	greedy
)

// variable reads {name} and {name+}.
func variable(segment string) (name string, kind int) {
	inner, found := strings.CutPrefix(segment, "{")
	if !found {
		return "", literal
	}
	inner = strings.TrimSuffix(inner, "}")
	if name, found = strings.CutSuffix(inner, "+"); found {
		return name, greedy
	}
	return inner, single
}

func split(path string) []string { return strings.Split(strings.TrimPrefix(path, "/"), "/") }

// match finds the route for a method and a (decoded) path.
func match(routes []route, method, path string) (route, map[string]string, bool) {
	segments := split(path)
	for _, r := range routes {
		if r.Method != method && r.Method != anyMethod {
			continue
		}
		if params, ok := r.match(segments); ok {
			return r, params, true
		}
	}
	return route{}, nil, false
}

func (r route) match(segments []string) (map[string]string, bool) {
	params := map[string]string{}
	if r.Path == fallback {
		return params, true
	}
	for i, pattern := range r.segments {
		name, kind := variable(pattern)
		switch {
		case i >= len(segments) || kind != literal && segments[i] == "":
			return nil, false
		case kind == greedy:
			params[name] = strings.Join(segments[i:], "/")
			return params, true
		case kind == single:
			params[name] = segments[i]
		case pattern != segments[i]:
			return nil, false
		}
	}
	return params, len(segments) == len(r.segments)
}
