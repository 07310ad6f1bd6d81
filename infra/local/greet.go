package main

import (
	"fmt"
	"strings"
)

// greet tells a person what is where and what to try.
func (w *world) greet(e endpoints) {
	var names []string
	for _, u := range users() {
		names = append(names, u.Name)
	}
	fmt.Fprintf(w.out, `
DID Purchase is ready.

  API and portal  %s
  S3              %s  (bucket %s)
  DynamoDB        %s  (table %s)
  SQS             %s
  state           %s
`, e.API, e.S3, e.S3Bucket, e.DynamoDB, e.Table, e.SQS, w.folder.path)
	if len(names) > 0 {
		fmt.Fprintf(w.out, `
Users: %s

Search as %s:

  TOKEN=$(curl -s %s/local/token -d '{"user": "%s"}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -H "Authorization: Bearer $TOKEN" '%s/v1/available-dids?limit=3'
`, strings.Join(names, ", "), names[0], e.API, names[0], e.API)
	}
	fmt.Fprint(w.out, "\nCtrl-C stops it.\n\n")
}
