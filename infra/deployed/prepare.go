package main

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// lack is a feature that the template uses and the emulator does not have, with
// the change of the deployed copy.
type lack struct {
	what   string
	reason string
	mend   func(resources *yaml.Node) (changed int)
}

const functionType = "AWS::Serverless::Function"

// lacks are all changes of the deployed copy. A deploy fails if one of them finds
// nothing to change: then the entry has to be removed.
var lacks = []lack{
	{"DeploymentPreference", "there is no CodeDeploy: the stack itself moves the alias",
		func(resources *yaml.Node) (changed int) {
			eachOf(resources, functionType, func(_ string, properties *yaml.Node) {
				changed += remove(properties, "DeploymentPreference")
			})
			return changed
		}},
	{"alarms with metric math", "CloudWatch computes one metric each", func(resources *yaml.Node) (changed int) {
		var calculated []string
		eachOf(resources, "AWS::CloudWatch::Alarm", func(id string, properties *yaml.Node) {
			if member(properties, "Metrics") != nil {
				calculated = append(calculated, id)
			}
		})
		for _, id := range calculated {
			changed += remove(resources, id)
		}
		return changed
	}},
	{"sqs:SendMessage in roles", "a batch asks for an action sqs:SendMessageBatch, which IAM does not have",
		func(resources *yaml.Node) int {
			return besides(resources, "sqs:SendMessage", "sqs:SendMessageBatch")
		}},
}

// prepare writes the copy of a built template that the emulator can deploy.
func prepare(built, copied string) error {
	t, err := readResources(built)
	if err != nil {
		return err
	}
	for _, l := range lacks {
		changed := l.mend(t.list)
		if changed == 0 {
			return fmt.Errorf("the template has no %s: remove the entry from the list of the emulator's lacks", l.what)
		}
		fmt.Printf("   changed for the emulator: %s (%d), as %s\n", l.what, changed, l.reason)
	}
	text, err := yaml.Marshal(t.root)
	if err != nil {
		return err
	}
	return os.WriteFile(copied, text, 0o600)
}

// resources are the resources of a template, within its whole text.
type resources struct{ root, list *yaml.Node }

func readResources(file string) (r resources, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	r.root = &yaml.Node{}
	if err := yaml.Unmarshal(text, r.root); err != nil {
		return r, fmt.Errorf("%s: %w", file, err)
	}
	if r.list = member(r.root.Content[0], "Resources"); r.list == nil {
		return r, fmt.Errorf("%s: no Resources", file)
	}
	return r, nil
}

// eachOf calls visit with each resource of a type.
func eachOf(resources *yaml.Node, kind string, visit func(id string, properties *yaml.Node)) {
	for i := 0; i+1 < len(resources.Content); i += 2 {
		resource := resources.Content[i+1]
		properties := member(resource, "Properties")
		if t := member(resource, "Type"); t != nil && t.Value == kind && properties != nil {
			visit(resources.Content[i].Value, properties)
		}
	}
}

// member returns a member's value, or nil.
func member(object *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			return object.Content[i+1]
		}
	}
	return nil
}

// remove removes a member from an object and counts it.
func remove(object *yaml.Node, name string) int {
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			object.Content = append(object.Content[:i], object.Content[i+2:]...)
			return 1
		}
	}
	return 0
}

// besides adds a second action after each occurrence of the first in a list.
func besides(node *yaml.Node, first, second string) (changed int) {
	for i, child := range node.Content {
		if node.Kind == yaml.SequenceNode && child.Value == first {
			added := *child
			added.Value = second
			node.Content = append(node.Content[:i+1], append([]*yaml.Node{&added}, node.Content[i+1:]...)...)
			return 1
		}
		changed += besides(child, first, second)
	}
	return changed
}
