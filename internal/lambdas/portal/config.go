package portal

import (
	"net/url"
	"slices"
	"strings"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/s3presign"
)

// config has the settings of the page's deployment.
type config struct {
	Issuer   string `json:"issuer"`    // OIDC issuer; its discovery document has the sign-in address
	ClientID string `json:"client_id"` // OIDC: the page's id at the issuer
}

func configOf(env awsenv.Env) config {
	return config{Issuer: env.OIDCIssuer, ClientID: env.OIDCAudience}
}

// policy lets the page run only its own script and style, turn no text into code,
// and send requests to the API, to the issuer and to the bucket for uploads.
func policy(env awsenv.Env) string {
	talk := []string{"'self'"}
	for _, place := range []string{env.OIDCIssuer, env.OIDCSignIn, uploads(env)} {
		if o := origin(place); o != "" && !slices.Contains(talk, o) {
			talk = append(talk, o)
		}
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self'",
		"font-src 'self'",
		"connect-src " + strings.Join(talk, " "),
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// uploads returns the origin of presigned URLs; "" if the function has no
// bucket.
func uploads(env awsenv.Env) string {
	if env.BucketName == "" {
		return ""
	}
	return s3presign.New(env.AWS, env.S3Endpoint, env.BucketName, env.Now).URL()
}

// origin returns a URL's origin, in the form of a policy; "" for no URL.
func origin(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
