package policy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"didpurchase/internal/awsenv"
)

// variables has the variables from which each field of awsenv.Env is read. Its AWS
// has the endpoints, which clients read when they are made.
var variables = map[string]string{
	"TableName":       "TABLE_NAME",
	"BucketName":      "BUCKET_NAME",
	"RenewalQueueURL": "RENEWAL_QUEUE_URL",
	"ImportQueueURL":  "IMPORT_QUEUE_URL",
	"ReportQueueURL":  "REPORT_QUEUE_URL", "EventQueueURL": "EVENT_QUEUE_URL",
	"DeliveryQueueURL":       "DELIVERY_QUEUE_URL",
	"DeliveryDeadLettersURL": "DELIVERY_DEAD_LETTERS_URL",
	"WebhookLoopback":        "WEBHOOK_LOOPBACK",
	"EventBusName":           "EVENT_BUS_NAME",
	"EventBridgeURL":         "AWS_ENDPOINT_URL_EVENTBRIDGE",
	"SecretsFolder":          "SECRETS_FOLDER",
	"SSMURL":                 "AWS_ENDPOINT_URL_SSM",
	"StripeURL":              "STRIPE_URL",
	"SESURL":                 "AWS_ENDPOINT_URL_SESV2",
	"MailFrom":               "MAIL_FROM",
	"MailConfiguration":      "MAIL_CONFIGURATION",
	"PortalURL":              "PORTAL_URL",
	"OIDCIssuer":             "OIDC_ISSUER",
	"OIDCAudience":           "OIDC_AUDIENCE",
	"OIDCSignIn":             "OIDC_SIGN_IN",
	"CognitoPool":            "COGNITO_POOL",
	"APIClosed":              "API_STATE",
	"RequestsASecond":        "REQUESTS_PER_SECOND",
	"S3Endpoint":             "AWS_ENDPOINT_URL_S3",
	"ClockOffset":            "CLOCK_OFFSET",
	"Now":                    "CLOCK_OFFSET",
	"Metrics":                "METRICS_NAMESPACE",
}

// clients has the call that makes each client, by the adapter's package.
var clients = map[string]string{
	"dynamo":   "AWS_ENDPOINT_URL_DYNAMODB",
	"sqsqueue": "AWS_ENDPOINT_URL_SQS",
}

// runtime are the variables that Go itself reads.
var runtime = []string{"GOMEMLIMIT"}

// lambdas are the variables that Lambda sets.
var lambdas = []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}

// A function gets exactly the variables that it reads: none that the code no longer
// uses, and no name of an unrelated resource.
func TestFunctionsGetTheVariablesThatTheyRead(t *testing.T) {
	programs := programs(t)
	for id, f := range properties(t, "AWS::Serverless::Function") {
		folder := text(f, "CodeUri")
		reads := readIn(t, programs[folder])
		set, _ := at(f, "Environment", "Variables").(object)
		for _, name := range names(reads) {
			if _, ok := set[name]; !ok {
				t.Errorf("%s reads %s, which the template does not set for it", id, name)
			}
		}
		for _, name := range names(set) {
			if !reads[name] && !slices.Contains(runtime, name) {
				t.Errorf("%s is given %s, which it does not read", id, name)
			}
		}
	}
}

// The table above must have everything that awsenv reads.
func TestVariablesAreThoseOfTheCode(t *testing.T) {
	read := map[string]bool{}
	env, err := awsenv.Load(func(name string) string {
		read[name] = true
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range clients {
		service := strings.TrimPrefix(variable, "AWS_ENDPOINT_URL_")
		for _, source := range env.AWS.ConfigSources {
			source.(interface {
				GetServiceBaseEndpoint(ctx context.Context, sdkID string) (string, bool, error)
			}).GetServiceBaseEndpoint(t.Context(), service)
		}
		if !read[variable] {
			t.Errorf("the client of %s does not read %s", service, variable)
		}
		delete(read, variable)
	}
	for _, variable := range variables {
		delete(read, variable)
	}
	for _, variable := range lambdas {
		delete(read, variable)
	}
	if len(read) > 0 {
		t.Errorf("awsenv reads %v, of which this test knows nothing", names(read))
	}
}

// programs returns the folders of our packages in each function, by the function's
// own folder; all relative to the root.
func programs(t *testing.T) map[string][]string {
	t.Helper()
	const module = "didpurchase/"
	list := exec.Command("go", "list", "-json=ImportPath,Deps", "./functions/...")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Deps       []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		var folders []string
		for _, dep := range append(p.Deps, p.ImportPath) {
			if folder, own := strings.CutPrefix(dep, module); own {
				folders = append(folders, folder)
			}
		}
		found[strings.TrimPrefix(p.ImportPath, module)] = folders
	}
}

// readIn returns the variables of the fields of awsenv.Env that packages use, and
// of the clients that they make.
func readIn(t *testing.T, folders []string) map[string]bool {
	t.Helper()
	reads := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join("../..", folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				variablesOf(t, file, reads)
			}
		}
	}
	return reads
}

// variablesOf looks for env.Field and adapter.New in the files that import awsenv,
// which do the wiring. In these files each awsenv.Env is called env.
func variablesOf(t *testing.T, file string, reads map[string]bool) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(parsed.Imports,
		func(i *ast.ImportSpec) bool { return i.Path.Value == `"didpurchase/internal/awsenv"` }) {
		return
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				if isSelector(n.Type, "awsenv", "Env") && name.Name != "env" {
					t.Errorf("%s: %s is an awsenv.Env that is not called env, so its fields are not seen here", file, name.Name)
				}
			}
		case *ast.SelectorExpr:
			if variable := variables[n.Sel.Name]; variable != "" && isEnv(n.X) {
				reads[variable] = true
			}
			for adapter, variable := range clients {
				if isSelector(n, adapter, "New") {
					reads[variable] = true
				}
			}
		}
		return true
	})
}

// isEnv reports whether the expression is env or anything.env.
func isEnv(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "env"
	case *ast.SelectorExpr:
		return x.Sel.Name == "env"
	}
	return false
}

func isSelector(x ast.Expr, of, name string) bool {
	s, ok := x.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	in, ok := s.X.(*ast.Ident)
	return ok && in.Name == of && s.Sel.Name == name
}
