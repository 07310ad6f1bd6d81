// Command deployed deploys the whole template onto an independent
// implementation of AWS (ministack), with permissions enforced, and tests it
// there by the tests of the whole system. Then it does what operators do, by the
// runbook's own commands: it redrives dead letters, rotates keys, deploys changed
// code and changed parameters, rolls back, restores the table, deletes the stack
// and makes it again after a deploy that failed. Each of these ends with a
// purchase and a reconciliation without a finding.
//
//	sam build --parameter-overrides Architecture=x86_64
//	go run ./infra/deployed --ministack PROGRAM
//
// It needs the SAM CLI and the AWS CLI; .ci/deployed installs both. It listens
// on the loopback address only, and ends every process that it started.
package main
