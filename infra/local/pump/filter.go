package pump

import (
	"encoding/json"
	"fmt"
	"strings"
)

// filter is a mapping's filter criteria: a record passes if it matches a
// pattern, and every record passes if there is no pattern.
type filter []matcher

// matcher reports whether a decoded JSON value matches; present is false if the
// value is missing.
type matcher func(value any, present bool) bool

// newFilter compiles patterns in EventBridge's form: objects lead into the
// record, arrays list the allowed values. An unknown operator is an error.
func newFilter(patterns []json.RawMessage) (filter, error) {
	var f filter
	for _, pattern := range patterns {
		var decoded map[string]any
		if err := json.Unmarshal(pattern, &decoded); err != nil {
			return nil, fmt.Errorf("filter pattern %s: %w", pattern, err)
		}
		m, err := compile(decoded)
		if err != nil {
			return nil, fmt.Errorf("filter pattern %s: %w", pattern, err)
		}
		f = append(f, m)
	}
	return f, nil
}

// passes reports whether a record, in its form in the event, passes.
func (f filter) passes(record any) (bool, error) {
	if len(f) == 0 {
		return true, nil
	}
	text, err := json.Marshal(record)
	if err != nil {
		return false, err
	}
	var decoded any
	if err := json.Unmarshal(text, &decoded); err != nil {
		return false, err
	}
	for _, matches := range f {
		if matches(decoded, true) {
			return true, nil
		}
	}
	return false, nil
}

// compile reads a pattern; all fields of an object must match.
func compile(pattern any) (matcher, error) {
	switch p := pattern.(type) {
	case []any:
		return compileAny(p)
	case map[string]any:
		fields := map[string]matcher{}
		for name, inner := range p {
			m, err := compile(inner)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			fields[name] = m
		}
		return func(value any, _ bool) bool {
			object, _ := value.(map[string]any)
			for name, matches := range fields {
				inner, present := object[name]
				if !matches(inner, present) {
					return false
				}
			}
			return true
		}, nil
	}
	return nil, fmt.Errorf("%v must be in an array", pattern)
}

// compileAny reads an array; one of its elements must match.
func compileAny(options []any) (matcher, error) {
	var matchers []matcher
	for _, option := range options {
		m, err := compileOption(option)
		if err != nil {
			return nil, err
		}
		matchers = append(matchers, m)
	}
	return func(value any, present bool) bool {
		for _, matches := range matchers {
			if matches(value, present) {
				return true
			}
		}
		return false
	}, nil
}

// compileOption reads a literal, or {"prefix": "text"}: the one operator that
// the template uses.
func compileOption(option any) (matcher, error) {
	operator, ok := option.(map[string]any)
	if !ok {
		return func(value any, present bool) bool { return present && value == option }, nil
	}
	prefix, ok := operator["prefix"].(string)
	if !ok || len(operator) != 1 {
		return nil, fmt.Errorf("operator %v is not supported here; add it to infra/local/pump/filter.go", operator)
	}
	return func(value any, _ bool) bool {
		text, ok := value.(string)
		return ok && strings.HasPrefix(text, prefix)
	}, nil
}
