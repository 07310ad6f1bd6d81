package template

import (
	"fmt"
	"os"
	"path"

	"go.yaml.in/yaml/v3"
)

// CloudFormation's types that the local world replaces by its own.
const (
	kindFunction = "AWS::Serverless::Function"
	kindAPI      = "AWS::Serverless::HttpApi"
	kindTable    = "AWS::DynamoDB::Table"
	kindBucket   = "AWS::S3::Bucket"
	kindQueue    = "AWS::SQS::Queue"
)

// naming has, for each type, the property with the local name of its resources.
var naming = map[string]string{
	kindFunction: "CodeUri",
	kindTable:    "TableName",
	kindBucket:   "BucketName",
	kindQueue:    "QueueName",
}

// absent are the types that have no counterpart on one machine.
var absent = map[string]bool{
	"AWS::CloudWatch::Alarm":       true,
	"AWS::CloudWatch::Dashboard":   true,
	"AWS::Cognito::UserPool":       true,
	"AWS::Cognito::UserPoolClient": true,
	"AWS::Cognito::UserPoolDomain": true,
	"AWS::IAM::ManagedPolicy":      true,
	"AWS::Lambda::Permission":      true,
	"AWS::Logs::LogGroup":          true,
	"AWS::Logs::MetricFilter":      true,
	"AWS::S3::BucketPolicy":        true,
	"AWS::SES::ConfigurationSet":   true,
	"AWS::SNS::Subscription":       true,
	"AWS::SNS::Topic":              true,
	"AWS::SQS::QueuePolicy":        true,
}

// Load reads the template in file. Its errors begin with "file:line:".
func Load(file string, around Surroundings) (*Template, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parse(file, text, around)
}

func parse(file string, text []byte, around Surroundings) (*Template, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(root.Content) == 0 {
		return nil, fmt.Errorf("%s: empty", file)
	}
	l := &loader{
		resolver: &resolver{file: file, parameters: map[string]string{}, conditions: map[string]bool{},
			resources: map[string]resource{}},
		around: around,
		out:    &Template{},
	}
	return l.load(root.Content[0])
}

// loader builds a Template in passes: parameters, names, then the rest.
type loader struct {
	*resolver
	around  Surroundings
	doc     document
	entries []entry
	api     apiResource
	out     *Template
}

// entry is one resource of the file.
type entry struct {
	id         string
	kind       string
	properties *yaml.Node
}

func (l *loader) load(root *yaml.Node) (*Template, error) {
	for _, pass := range []func(*yaml.Node) error{l.readParameters, l.readConditions, l.readEntries, l.nameResources,
		l.readStores, l.readAPI, l.readFunctions, l.check} {
		if err := pass(root); err != nil {
			return nil, err
		}
	}
	return l.out, nil
}

// readParameters reads the parameters, before everything that refers to them.
func (l *loader) readParameters(root *yaml.Node) error {
	parameters := map[string]parameter{}
	if node := property(root, "Parameters"); node != nil {
		if err := l.decode(node, &parameters); err != nil {
			return err
		}
	}
	for name := range l.around.Parameters {
		if _, ok := parameters[name]; !ok {
			return fmt.Errorf("%s: has no parameter %q", l.file, name)
		}
	}
	for name, p := range parameters {
		value, ok := l.around.Parameters[name]
		if !ok && p.Default == nil {
			return fmt.Errorf("%s: parameter %q needs a value", l.file, name)
		} else if !ok {
			value = *p.Default
		}
		l.parameters[name] = value
	}
	return nil
}

func (l *loader) readEntries(root *yaml.Node) error {
	if err := l.decode(root, &l.doc); err != nil {
		return err
	}
	if l.doc.Resources.node == nil {
		return l.errorf(root, "no Resources")
	}
	return l.eachProperty(l.doc.Resources.node, l.readEntry)
}

// readEntry keeps a resource, unless it is absent locally or its condition does
// not hold.
func (l *loader) readEntry(key, value *yaml.Node) error {
	var p resourceProperties
	if err := l.decode(value, &p); err != nil {
		return err
	}
	_, named := naming[p.Type]
	switch {
	case absent[p.Type]:
		return nil
	case !named && p.Type != kindAPI:
		return l.errorf(key, "the local world does not know resources of type %q", p.Type)
	case p.Properties.node == nil:
		return l.errorf(key, "%s has no Properties", key.Value)
	}
	if p.Condition != "" {
		if holds, err := l.holds(key, p.Condition); err != nil || !holds {
			return err
		}
	}
	l.entries = append(l.entries, entry{key.Value, p.Type, p.Properties.node})
	return nil
}

// nameResources registers all resources before the first reference to one.
func (l *loader) nameResources(*yaml.Node) error {
	for _, e := range l.entries {
		name := e.id
		if by := naming[e.kind]; by != "" {
			node := property(e.properties, by)
			if node == nil {
				return l.errorf(e.properties, "%s needs a %s: locally it is known by that", e.id, by)
			}
			var err error
			if name, err = l.scalar(node); err != nil {
				return err
			}
		}
		l.resources[e.id] = l.resource(e.kind, name)
	}
	return nil
}

func (l *loader) resource(kind, name string) resource {
	switch kind {
	case kindFunction:
		name = path.Base(name)
		arn := FunctionARN(name) // locally there is only one version, which the alias has
		return resource{kind, name, name, map[string]string{"Arn": arn, "Alias": arn}}
	case kindTable:
		return resource{kind, name, name, map[string]string{"Arn": tableARN(name), "StreamArn": streamARN(name)}}
	case kindBucket:
		return resource{kind, name, name, map[string]string{"Arn": bucketARN(name)}}
	case kindQueue:
		return resource{kind, name, l.around.QueueURL(name), map[string]string{"Arn": queueARN(name), "QueueName": name}}
	default:
		return resource{kind, name, name, nil}
	}
}

// check refuses mistakes that would otherwise fail later, when a function runs.
func (l *loader) check(root *yaml.Node) error {
	if l.out.Table.Name == "" {
		return l.errorf(root, "no %s", kindTable)
	}
	seen := map[string]bool{}
	for _, f := range l.out.Functions {
		if seen[f.Name] {
			return l.errorf(root, "two functions have the folder %s", f.CodeURI)
		}
		seen[f.Name] = true
	}
	return nil
}

// property returns a property's value, or nil.
func property(object *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			return object.Content[i+1]
		}
	}
	return nil
}
