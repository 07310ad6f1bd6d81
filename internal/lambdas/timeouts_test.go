package lambdas_test

import (
	"slices"
	"testing"

	"didpurchase/infra/local/template"
	"didpurchase/internal/intake"
)

// An import that withdraws ranges waits for the longest time that a hold may take.
func TestImportsWaitForTheCart(t *testing.T) {
	t.Parallel()
	stack, err := template.Load("../../template.yaml", template.Surroundings{
		Parameters: map[string]string{"OidcIssuer": "https://issuer.example", "OidcAudience": audience},
		QueueURL:   func(queue string) string { return "http://127.0.0.1:9/" + queue },
	})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(stack.Functions, func(f template.Function) bool { return f.Name == "cart" })
	if at < 0 || stack.Functions[at].Timeout != intake.CartTimeout {
		t.Errorf("the cart's time-out is not the %s that imports wait", intake.CartTimeout)
	}
}
