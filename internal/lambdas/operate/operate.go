// Package operate is the Lambda that operators invoke, by IAM and without HTTP,
// for tasks of the whole system. A request is {"command": …} with the command's
// own fields.
package operate

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	strictjson "github.com/go-json-experiment/json"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/projection"
	"didpurchase/internal/revenue"
)

// Handler is the type of handler that lambda.Start accepts.
type Handler func(ctx context.Context, request json.RawMessage) (any, error)

// command carries a request out. Its answer is for the operator.
type command func(o operator, ctx context.Context, request json.RawMessage) (any, error)

var commands = map[string]command{
	"admit":     admit,
	"onboard":   onboard,
	"rebuild":   rebuild,
	"reconcile": reconcileAll,
	"replay":    replay,
}

type operator struct {
	store     *dynamo.Store
	projector *projection.Projector
	counter   *revenue.Counter
	env       awsenv.Env
}

// New wires the operator's commands.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName)
	store := dynamo.New(env.AWS, env.TableName)
	o := operator{store: store, projector: projection.New(store, env.Now), counter: revenue.New(store, env.Now), env: env}
	return metered.Invocation(env.Metrics, func(ctx context.Context, request json.RawMessage) (any, error) {
		name, run, err := commandOf(request)
		if err != nil {
			return nil, err
		}
		answer, err := run(o, auth.ActingAs(ctx, auth.Actor{Kind: auth.ByOperator, ID: name}), request)
		env.Logger.InfoContext(ctx, "command finished", "command", name, "answer", answer, "error", err)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return answer, nil
	})
}

func commandOf(request json.RawMessage) (name string, run command, err error) {
	var r struct {
		Command string `json:"command"`
	}
	if err := strictjson.Unmarshal(request, &r); err != nil {
		return "", nil, fmt.Errorf(`operate: the request is not {"command": …}: %w; %s`, err, usage())
	}
	run, known := commands[r.Command]
	if !known {
		return "", nil, fmt.Errorf("operate: unknown command %q; %s", r.Command, usage())
	}
	return r.Command, run, nil
}

func usage() string {
	return "commands: " + strings.Join(slices.Sorted(maps.Keys(commands)), ", ")
}

// fields reads a command's own fields, with exact names, each once. An unknown
// field is an error, because a mistyped one would be ignored.
func fields(request json.RawMessage, into any) error {
	return strictjson.Unmarshal(request, into, strictjson.RejectUnknownMembers(true))
}
