package staff

import (
	"context"
	"errors"
	"net/http"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/pricerules"
)

// PriceRuleService has the use cases of price rules; *pricerules.Service implements it,
// and documents the errors.
type PriceRuleService interface {
	Rules(ctx context.Context, carrier string) (pricerules.Counted, error)
	Try(ctx context.Context, carrier string, texts []pricerules.Text) (pricerules.Counted, error)
	Set(ctx context.Context, carrier string, texts []pricerules.Text, ver int64) (pricerules.Counted, error)
}

// PriceRules are a carrier's price rules on the wire.
type PriceRules struct {
	Version int64       `json:"version" doc:"Send it with a change; 0 if there were never any rules."`
	Rules   []PriceRule `json:"rules" doc:"In their order: the first rule that holds for a number decides."`
	Others  uint64      `json:"other_numbers" doc:"Offered numbers for which no rule holds: they have their range's package."`
}

// PriceRule is one rule.
type PriceRule struct {
	Pattern string             `json:"pattern" doc:"The whole number without its plus: digits, ? for one digit, * for any digits or none." example:"*7777"`
	Package httpapi.PackageRef `json:"package"`
	Numbers uint64             `json:"numbers" doc:"Offered numbers that it takes, with those that are held or rented: they match, no earlier rule takes them, and their range's package has the same currency."`
}

// PriceRulesRequest replaces all rules.
type PriceRulesRequest struct {
	Version int64              `json:"version" minimum:"0" doc:"The version that you changed."`
	Rules   []PriceRuleRequest `json:"rules" nullable:"false" maxItems:"50" doc:"All rules, in their order."`
	DryRun  bool               `json:"dry_run,omitempty" doc:"Answer how many numbers each rule would take, and change nothing."`
}

// PriceRuleRequest is one rule.
type PriceRuleRequest struct {
	Pattern string `json:"pattern" maxLength:"40" example:"*7777"`
	Package string `json:"package" maxLength:"40" example:"gold" doc:"The id of a package that is on sale."`
}

func registerPriceRules(r *httpapi.Routes, service PriceRuleService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/price-rules", "get-price-rules", httpapi.TagStaff,
		"Get the price rules", "The rules that give numbers of a pattern another package than their range's, each with "+
			"the offered numbers that it takes."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[PriceRules], error) {
			counted, err := service.Rules(ctx, httpapi.Caller(ctx).Carrier)
			return httpapi.Answer(wirePriceRules(counted), err)
		})
	httpapi.Register(r, httpapi.Operation(http.MethodPut, "/v1/price-rules", "set-price-rules", httpapi.TagStaff,
		"Set the price rules", "Replaces all rules. Searches show the new prices within seconds; a number in a cart keeps "+
			"the price that it was held at, and a rental keeps its price. A rule that takes no number is refused, "+
			"with the reason. With another version than the current one the answer is 409 illegal_state.",
		http.StatusConflict, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *struct{ Body PriceRulesRequest }) (*httpapi.Out[PriceRules], error) {
			carrier, texts := httpapi.Caller(ctx).Carrier, make([]pricerules.Text, len(in.Body.Rules))
			for i, rule := range in.Body.Rules {
				texts[i] = pricerules.Text(rule)
			}
			if in.Body.DryRun {
				counted, err := service.Try(ctx, carrier, texts)
				return httpapi.Answer(wirePriceRules(counted), err)
			}
			counted, err := service.Set(ctx, carrier, texts, in.Body.Version)
			var moved *pricerules.MovedOn
			if errors.As(err, &moved) {
				return nil, httpapi.NewProblem(http.StatusConflict, httpapi.CodeIllegalState,
					"somebody else set price rules after you read them; read them again")
			}
			return httpapi.Answer(wirePriceRules(counted), err)
		})
}

func wirePriceRules(c pricerules.Counted) PriceRules {
	return PriceRules{Version: c.Ver, Others: c.Own, Rules: httpapi.Each(c.Rules, func(r pricerules.Rule) PriceRule {
		return PriceRule{r.Pattern, httpapi.PackageRef{ID: r.Package, Name: r.Name}, r.Numbers}
	})}
}
