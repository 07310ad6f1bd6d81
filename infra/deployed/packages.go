package main

import (
	"context"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// packageAll uploads the built functions, except the one that the test changes, and
// writes their addresses into the built template. Later deploys by the runbook's
// commands then pack one function instead of all.
func (s *stack) packageAll(ctx context.Context) error {
	if _, err := s.shell(ctx, "sam package --resolve-s3 --output-template-file packaged.yaml"); err != nil {
		return err
	}
	packaged, err := readResources(filepath.Join(s.checkout, "packaged.yaml"))
	if err != nil {
		return err
	}
	eachOf(packaged.list, functionType, func(id string, properties *yaml.Node) {
		if folder := member(properties, "CodeUri"); id == changed && folder != nil {
			*folder = yaml.Node{Kind: yaml.ScalarNode, Value: changed}
		}
	})
	text, err := yaml.Marshal(packaged.root)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.build(), "template.yaml"), text, 0o600)
}
