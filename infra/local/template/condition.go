package template

import "go.yaml.in/yaml/v3"

// readConditions evaluates the template's conditions, in its order.
func (l *loader) readConditions(root *yaml.Node) error {
	node := property(root, "Conditions")
	if node == nil {
		return nil
	}
	return l.eachProperty(node, func(key, value *yaml.Node) (err error) {
		l.conditions[key.Value], err = l.judge(value)
		return err
	})
}

// judge evaluates !Equals and !Not, the only condition functions that the
// template uses.
func (r *resolver) judge(node *yaml.Node) (bool, error) {
	switch {
	case node.Tag == "!Equals" && len(node.Content) == 2:
		one, err := r.scalar(node.Content[0])
		if err != nil {
			return false, err
		}
		other, err := r.scalar(node.Content[1])
		return one == other, err
	case node.Tag == "!Not" && len(node.Content) == 1:
		is, err := r.judge(node.Content[0])
		return !is, err
	}
	return false, r.errorf(node, "the local world knows !Equals and !Not in conditions, not %s", node.Tag)
}

// holds reports whether the condition of that name is true.
func (r *resolver) holds(node *yaml.Node, name string) (bool, error) {
	is, ok := r.conditions[name]
	if !ok {
		return false, r.errorf(node, "there is no condition %q", name)
	}
	return is, nil
}

// choice returns the value of !If [condition, then, else].
func (r *resolver) choice(node *yaml.Node) (string, error) {
	if len(node.Content) != 3 {
		return "", r.errorf(node, "!If takes a condition and two values")
	}
	holds, err := r.holds(node, node.Content[0].Value)
	if err != nil {
		return "", err
	}
	if holds {
		return r.scalar(node.Content[1])
	}
	return r.scalar(node.Content[2])
}
