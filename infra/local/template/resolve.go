package template

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// resolver evaluates !Ref, !GetAtt, !Sub and !If, the intrinsics that the
// template uses.
type resolver struct {
	file       string
	parameters map[string]string
	conditions map[string]bool
	resources  map[string]resource // by logical id; filled as names become known
}

// resource has the values of a resource that others may refer to.
type resource struct {
	kind       string // CloudFormation's type
	name       string // in the local world
	ref        string // the value of !Ref
	attributes map[string]string
}

func (r *resolver) errorf(node *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.file, node.Line, fmt.Sprintf(format, args...))
}

// scalar returns the value of a plain scalar or of an intrinsic.
func (r *resolver) scalar(node *yaml.Node) (string, error) {
	switch {
	case node.Kind == yaml.AliasNode:
		return r.scalar(node.Alias)
	case node.Tag == "!If":
		return r.choice(node)
	case node.Kind != yaml.ScalarNode:
		return "", r.errorf(node, "want one value, not a list or an object (a long-form intrinsic must be written short)")
	case len(node.Tag) > 1 && node.Tag[1] == '!':
		return node.Value, nil
	}
	switch node.Tag {
	case "!Ref":
		return r.ref(node, node.Value)
	case "!GetAtt":
		return r.attribute(node, node.Value)
	case "!Sub":
		return r.sub(node)
	}
	return "", r.errorf(node, "the local world does not know the intrinsic %s", node.Tag)
}

func (r *resolver) ref(node *yaml.Node, name string) (string, error) {
	if v, ok := r.parameters[name]; ok {
		return v, nil
	}
	if v, ok := pseudoParameters[name]; ok {
		return v, nil
	}
	if res, ok := r.resources[name]; ok {
		return res.ref, nil
	}
	if strings.HasSuffix(name, ".Alias") { // SAM's
		return r.attribute(node, name)
	}
	return "", r.errorf(node, "no resource or parameter here is called %q", name)
}

var pseudoParameters = map[string]string{
	"AWS::AccountId": Account,
	"AWS::Region":    Region,
	"AWS::Partition": "aws",
	"AWS::URLSuffix": "amazonaws.com",
	"AWS::StackName": "local",
	"AWS::NoValue":   "",
}

func (r *resolver) attribute(node *yaml.Node, path string) (string, error) {
	id, attribute, _ := strings.Cut(path, ".")
	res, ok := r.resources[id]
	if !ok {
		return "", r.errorf(node, "there is no resource %q", id)
	}
	v, ok := res.attributes[attribute]
	if !ok {
		return "", r.errorf(node, "the local world does not know attribute %q of %s (%s)", attribute, id, res.kind)
	}
	return v, nil
}

var substitution = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

func (r *resolver) sub(node *yaml.Node) (string, error) {
	var failed error
	s := substitution.ReplaceAllStringFunc(node.Value, func(m string) string {
		name := m[2 : len(m)-1]
		v, err := r.named(node, name)
		if err != nil && failed == nil {
			failed = err
		}
		return v
	})
	return s, failed
}

// named resolves the text within ${…}: "Name" or "Resource.Attribute".
func (r *resolver) named(node *yaml.Node, name string) (string, error) {
	if _, _, dotted := strings.Cut(name, "."); dotted {
		return r.attribute(node, name)
	}
	return r.ref(node, name)
}

// byARN returns the resource of one of the kinds that has the ARN of an event.
func (r *resolver) byARN(node *yaml.Node, arn string, kind string) (resource, error) {
	for _, res := range r.resources {
		if res.kind == kind && (res.attributes["Arn"] == arn || res.attributes["StreamArn"] == arn) {
			return res, nil
		}
	}
	return resource{}, r.errorf(node, "%q is the ARN of no %s of this template", arn, kind)
}
