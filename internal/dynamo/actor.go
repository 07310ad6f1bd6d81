package dynamo

import (
	"unicode/utf8"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// actorItem is the actor who wrote an item last. Its names are short, and so is
// the name of the actor, because every DID has one and stays within 1 KB, one
// write unit.
type actorItem struct {
	Kind auth.ActorKind `dynamodbav:"k"`
	ID   string         `dynamodbav:"i,omitempty"`
	Name string         `dynamodbav:"n,omitempty"`
}

// maxActorName is the most bytes of an actor's name on an item.
const maxActorName = 40

// actorItemOf returns nil for an unknown actor. A longer name is cut between two
// characters.
func actorItemOf(a auth.Actor) *actorItem {
	if a == (auth.Actor{}) {
		return nil
	}
	if end := maxActorName; len(a.Name) > end {
		for !utf8.RuneStart(a.Name[end]) {
			end--
		}
		a.Name = a.Name[:end]
	}
	return &actorItem{a.Kind, a.ID, a.Name}
}

func (i *actorItem) actor() auth.Actor {
	if i == nil {
		return auth.Actor{}
	}
	return auth.Actor{Kind: i.Kind, ID: i.ID, Name: i.Name}
}

// signed returns the change with the actor on its item, if the stream's consumers
// derive events or history from that item.
func signed(c commit.Change, by auth.Actor) commit.Change {
	switch c := c.(type) {
	case ledger.Update:
		c.To.By = by
		return c
	case ledger.Entry:
		c.By = by
		return c
	case ledger.Invoice:
		c.By = by
		return c
	case desk.Amendment:
		c.To.By = by
		return c
	case shop.Order:
		c.By = by
		return c
	case shop.OrderUpdate:
		if c.SeenVer == 0 { // later steps keep who ordered
			c.To.By = by
		}
		return c
	}
	return c
}
