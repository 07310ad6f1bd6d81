// Package policy_test checks that template.yaml has the properties of a production
// stack: permissions without wildcards, data that is retained, alarms on functions,
// variables that are read. It checks the written template; infra/local/template
// reads the part that it can run.
package policy_test

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"
)

// object is a piece of the template as YAML. An intrinsic is an object too: !Ref X
// is {"Ref": "X"}, !Sub "…" is {"Fn::Sub": "…"}.
type object map[string]any

var templateFile = flag.String("template", "../../template.yaml", "the template to hold to its policy")

var root = sync.OnceValues(func() (object, error) {
	text, err := os.ReadFile(*templateFile)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	return valueOf(document.Content[0]).(object), nil
})

func stack(t *testing.T) object {
	t.Helper()
	o, err := root()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// valueOf returns an object, a []any or a string.
func valueOf(node *yaml.Node) (v any) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch node.Kind {
	case yaml.MappingNode:
		o := object{}
		for i := 0; i < len(node.Content); i += 2 {
			o[node.Content[i].Value] = valueOf(node.Content[i+1])
		}
		v = o
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range node.Content {
			list = append(list, valueOf(item))
		}
		v = list
	default:
		v = node.Value
	}
	switch tag := node.Tag; {
	case tag == "!Ref":
		return object{"Ref": v}
	case strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!"):
		return object{"Fn::" + tag[1:]: v}
	}
	return v
}

// at follows names into objects; it returns nil if one is missing.
func at(v any, path ...string) any {
	for _, name := range path {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// text returns the value as a string; "" if it is not a string.
func text(v any, path ...string) string {
	s, _ := at(v, path...).(string)
	return s
}

// list returns the value as a list: a single value becomes a list of one.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// refersTo returns the logical id in a !Ref or a !GetAtt.
func refersTo(v any) string {
	if name := text(v, "Ref"); name != "" {
		return name
	}
	id, _, _ := strings.Cut(text(v, "Fn::GetAtt"), ".")
	return id
}

// written returns a value as a person reads it: the text, also of an intrinsic.
func written(v any) string {
	for _, name := range []string{"Ref", "Fn::GetAtt", "Fn::Sub"} {
		if s := text(v, name); s != "" {
			return s
		}
	}
	s, _ := v.(string)
	return s
}

// properties returns the properties of all resources of a type, by logical id.
func properties(t *testing.T, kind string) map[string]object {
	t.Helper()
	found := map[string]object{}
	for id, r := range at(stack(t), "Resources").(object) {
		if text(r, "Type") == kind {
			found[id], _ = at(r, "Properties").(object)
		}
	}
	if len(found) == 0 {
		t.Fatalf("the template has no %s", kind)
	}
	return found
}

// events returns a function's events of one type.
func events(function object, kind string) (found []object) {
	all, _ := at(function, "Events").(object)
	for _, e := range all {
		if text(e, "Type") == kind {
			p, _ := at(e, "Properties").(object)
			found = append(found, p)
		}
	}
	return found
}

var aliasIn = regexp.MustCompile(`functions/\$\{(\w+)\.Alias\}/invocations$`)

// routes returns the keys of the API's routes by the logical id of the function
// that serves them.
func routes(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	paths, _ := at(properties(t, "AWS::Serverless::HttpApi")["Api"], "DefinitionBody", "paths").(object)
	for path, item := range paths {
		for method, operation := range item.(object) {
			if method == "parameters" {
				continue
			}
			choice := list(at(operation, "x-amazon-apigateway-integration", "uri", "Fn::If"))
			if len(choice) != 3 || choice[0] != "OnAws" {
				t.Fatalf("%s %s invokes %v, want Fn::If with OnAws and two branches", method, path, choice)
			}
			uri := written(choice[1])
			function := aliasIn.FindStringSubmatch(uri)
			if function == nil {
				t.Fatalf("%s %s invokes %q, want the alias of a function", method, path, uri)
			}
			found[function[1]] = append(found[function[1]], strings.ToUpper(method)+" "+path)
		}
	}
	return found
}

// names returns the keys in order, so that failures are in order too.
func names[V any](m map[string]V) []string {
	all := make([]string, 0, len(m))
	for name := range m {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
