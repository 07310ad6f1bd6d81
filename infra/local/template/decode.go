package template

import (
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// ignored is the type of a property that has no meaning on one machine.
type ignored struct{}

// raw is the type of a property with a shape that depends on another property.
type raw struct{ node *yaml.Node }

// decode fills into (a pointer to a struct with fields named like SAM's
// properties) from node. A property without a field is an error; an absent
// property leaves its field unchanged.
func (r *resolver) decode(node *yaml.Node, into any) error {
	return r.decodeValue(node, reflect.ValueOf(into).Elem())
}

func (r *resolver) decodeValue(node *yaml.Node, into reflect.Value) error {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch into.Interface().(type) {
	case ignored:
		return nil
	case raw:
		into.Set(reflect.ValueOf(raw{node}))
		return nil
	}
	switch into.Kind() {
	case reflect.Struct:
		return r.decodeStruct(node, into)
	case reflect.Map:
		return r.decodeMap(node, into)
	case reflect.Slice:
		return r.decodeSlice(node, into)
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return r.decodeValue(node, into.Elem())
	default:
		return r.decodeScalar(node, into)
	}
}

func (r *resolver) decodeStruct(node *yaml.Node, into reflect.Value) error {
	return r.eachProperty(node, func(key, value *yaml.Node) error {
		field, ok := fieldFor(into, key.Value)
		if !ok {
			return r.errorf(key, "the local world does not know the property %q here", key.Value)
		}
		return r.decodeValue(value, field)
	})
}

// fieldFor also finds the lower-case properties of SQS (maxReceiveCount) and
// OpenAPI.
func fieldFor(into reflect.Value, property string) (reflect.Value, bool) {
	for i := range into.NumField() {
		f := into.Type().Field(i)
		if f.Name == property || f.Tag.Get("sam") == property {
			return into.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func (r *resolver) decodeMap(node *yaml.Node, into reflect.Value) error {
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	return r.eachProperty(node, func(key, value *yaml.Node) error {
		v := reflect.New(into.Type().Elem()).Elem()
		if err := r.decodeValue(value, v); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(key.Value), v)
		return nil
	})
}

func (r *resolver) decodeSlice(node *yaml.Node, into reflect.Value) error {
	if node.Kind != yaml.SequenceNode {
		return r.errorf(node, "want a list")
	}
	list := reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content))
	for i, item := range node.Content {
		if err := r.decodeValue(item, list.Index(i)); err != nil {
			return err
		}
	}
	into.Set(list)
	return nil
}

func (r *resolver) decodeScalar(node *yaml.Node, into reflect.Value) error {
	s, err := r.scalar(node)
	if err != nil {
		return err
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(s)
	case reflect.Int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return r.errorf(node, "want a whole number, not %q", s)
		}
		into.SetInt(int64(n))
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return r.errorf(node, "want true or false, not %q", s)
		}
		into.SetBool(b)
	}
	return nil
}

// eachProperty visits an object's properties in the file's order.
func (r *resolver) eachProperty(node *yaml.Node, visit func(key, value *yaml.Node) error) error {
	if node.Kind != yaml.MappingNode {
		return r.errorf(node, "want an object")
	}
	for i := 0; i < len(node.Content); i += 2 {
		if err := visit(node.Content[i], node.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}
