package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/commit"
)

// write is a change in the database's form: one action on one item, and the
// reader of that item for a refused guard.
type write struct {
	change  commit.Change
	action  types.TransactWriteItem // exactly one of Put, Update and Delete
	current func(item) (any, error)
}

// reading is write.current for a type of the domain: its zero value if there is
// no item.
func reading[T any](read func(item) (T, error)) func(item) (any, error) {
	return func(i item) (any, error) {
		if len(i) == 0 {
			var none T
			return none, nil
		}
		return read(i)
	}
}

// put writes the whole item if the guard holds.
func (s *Store) put(k key, v any, guard expression.ConditionBuilder) (types.TransactWriteItem, error) {
	attributes, err := encode(v)
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	e, err := expression.NewBuilder().WithCondition(guard).Build()
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: k.with(attributes),
		ConditionExpression: e.Condition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, err
}

// update changes attributes of the item if the guard holds.
func (s *Store) update(k key, changes expression.UpdateBuilder,
	guard expression.ConditionBuilder) (types.TransactWriteItem, error) {
	e, err := expression.NewBuilder().WithUpdate(changes).WithCondition(guard).Build()
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.table, Key: k.attributes(), UpdateExpression: e.Update(),
		ConditionExpression: e.Condition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, err
}

// remove deletes the item if the guard holds.
func (s *Store) remove(k key, guard expression.ConditionBuilder) (types.TransactWriteItem, error) {
	e, err := expression.NewBuilder().WithCondition(guard).Build()
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.table, Key: k.attributes(),
		ConditionExpression: e.Condition(), ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, err
}

// absent returns the guard of items that are written only once.
func absent() expression.ConditionBuilder {
	return expression.AttributeNotExists(expression.Name("pk"))
}

// unmoved returns the guard of an item that is replaced by version: it has the
// version that was read, 0 for no item.
func unmoved(seenVer int) expression.ConditionBuilder {
	if seenVer == 0 {
		return absent()
	}
	return equal("ver", seenVer)
}

func equal(name string, value any) expression.ConditionBuilder {
	return expression.Name(name).Equal(expression.Value(value))
}

// setting sets the named attributes to the item's values, and removes those for
// which the item has none.
func setting(i item, names ...string) (u expression.UpdateBuilder) {
	for _, name := range names {
		if value, ok := i[name]; ok {
			u = u.Set(expression.Name(name), expression.Value(value))
		} else {
			u = u.Remove(expression.Name(name))
		}
	}
	return u
}

// nextVer returns the version of the item plus one, 1 for a new item.
func nextVer() expression.SetValueBuilder {
	return expression.Plus(expression.IfNotExists(expression.Name("ver"), expression.Value(0)), expression.Value(1))
}

// alone returns the action of a batch of one: a plain conditional write, which
// costs half of a transaction.
func (s *Store) alone(a types.TransactWriteItem) call {
	switch {
	case a.Put != nil:
		return send(s.db.PutItem, &dynamodb.PutItemInput{
			TableName: a.Put.TableName, Item: a.Put.Item, ConditionExpression: a.Put.ConditionExpression,
			ExpressionAttributeNames: a.Put.ExpressionAttributeNames, ExpressionAttributeValues: a.Put.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: a.Put.ReturnValuesOnConditionCheckFailure,
		})
	case a.Update != nil:
		return send(s.db.UpdateItem, &dynamodb.UpdateItemInput{
			TableName: a.Update.TableName, Key: a.Update.Key, UpdateExpression: a.Update.UpdateExpression,
			ConditionExpression:                 a.Update.ConditionExpression,
			ExpressionAttributeNames:            a.Update.ExpressionAttributeNames,
			ExpressionAttributeValues:           a.Update.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: a.Update.ReturnValuesOnConditionCheckFailure,
		})
	default:
		return send(s.db.DeleteItem, &dynamodb.DeleteItemInput{
			TableName: a.Delete.TableName, Key: a.Delete.Key, ConditionExpression: a.Delete.ConditionExpression,
			ExpressionAttributeNames:            a.Delete.ExpressionAttributeNames,
			ExpressionAttributeValues:           a.Delete.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: a.Delete.ReturnValuesOnConditionCheckFailure,
		})
	}
}

// together returns the actions of a batch as one transaction. It is built once:
// a repeat with the same token must be identical in every byte.
func (s *Store) together(id string, writes []write) call {
	actions := make([]types.TransactWriteItem, len(writes))
	for i, w := range writes {
		actions[i] = w.action
	}
	return send(s.db.TransactWriteItems, &dynamodb.TransactWriteItemsInput{
		TransactItems: actions, ClientRequestToken: aws.String(id),
	})
}
