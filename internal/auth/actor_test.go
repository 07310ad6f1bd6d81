package auth

import (
	"testing"

	"didpurchase/internal/wanttest"
)

func TestActor(t *testing.T) {
	t.Parallel()
	user := Principal{Carrier: "acme", User: "ada", Name: "Ada"}
	key := APIKey{Carrier: "acme", Customer: "alice", ID: "01K", Name: "shop"}.Principal()
	wanttest.Equal(t, "actor of a user", user.Actor(), Actor{Kind: ByUser, ID: "ada", Name: "Ada"})
	wanttest.Equal(t, "actor of an API key", key.Actor(), Actor{Kind: ByKey, ID: "01K", Name: "shop"})
	wanttest.Equal(t, "actor of a context", ActorOf(ActingAs(t.Context(), Renewals)), Renewals)
	wanttest.Equal(t, "actor of another context", ActorOf(t.Context()), Actor{})
}
