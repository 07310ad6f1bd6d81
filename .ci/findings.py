"""Runs the security tools on the template, and compares their findings with the accepted ones.

A finding is "tool rule", such as "checkov CKV_AWS_18". An accepted one is for all resources of a type.
"""
import json
import logging
import subprocess
import sys
import tempfile

from cloudsplaining.scan.policy_document import PolicyDocument
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ACCEPTED = {
    "cfn-lint ES6000": "a dead-letter queue has no dead-letter queue; its alarm rings before messages are lost",
    "cfn-lint ES7000": "alarms are mailed; a mail that does not arrive can't be sent from a queue either",
    "cfn-lint WS1004": "each function has a log group with a retention, by LoggingConfig, which this rule does not read",
    "checkov CKV_AWS_18": "who read an object is in CloudTrail's data events, which are the account's choice",
    "checkov CKV_AWS_26": "messages of alarms have no customer's data",
    "checkov CKV_AWS_27": "queues are encrypted by keys of SQS (SqsManagedSseEnabled), which this rule does not know",
    "checkov CKV_AWS_115": "a reservation is taken from the account's other functions; mappings of queues and streams have a maximum",
    "checkov CKV_AWS_116": "functions of the API answer their callers; asynchronous calls have OnFailure, queues and streams their own",
    "checkov CKV_AWS_117": "the functions use public endpoints of AWS only; a VPC would add its own to protect",
    "checkov CKV_AWS_119": "the table is encrypted by AWS's managed key, whose uses CloudTrail shows",
    "checkov CKV_AWS_158": "logs have ids, no secrets and no customer's data; CloudWatch encrypts them by its own key",
    "checkov CKV_AWS_173": "environment variables have names and addresses, no secrets",
}

# The properties of cloudsplaining's report that list risky actions.
RISKS = [
    "write_actions_without_constraints",
    "permissions_management_without_constraints",
    "tagging_actions_without_constraints",
    "allows_privilege_escalation",
    "allows_data_exfiltration_actions",
    "infrastructure_modification",
    "credentials_exposure",
    "service_wildcard",
    "contains_statement_using_not_action",
]


class NoPolicies:
    """Replaces IAM's list of managed policies, which needs an account."""

    def load(self):
        names = "AWSLambdaBasicExecutionRole AWSLambdaSQSQueueExecutionRole AWSLambdaDynamoDBExecutionRole AWSXRayDaemonWriteAccess AWSXrayWriteOnlyAccess"
        return {name: "arn:aws:iam::aws:policy/service-role/" + name for name in names.split()}


def transformed(path):
    """Returns the template as CloudFormation gets it from SAM."""
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    for name, resource in template["Resources"].items():
        if isinstance(resource.get("Properties", {}).get("CodeUri"), str):
            resource["Properties"]["CodeUri"] = "s3://bucket/" + name
    return transform(template, {}, NoPolicies())


def cfn_lint():
    out = subprocess.run(["cfn-lint", "-a", "cfn_lint_serverless.rules", "-f", "json", "--", "template.yaml"], capture_output=True, text=True)
    for finding in json.loads(out.stdout or "[]"):
        yield "cfn-lint " + finding["Rule"]["Id"], finding["Message"]


def checkov(template):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(template, file, default=str)
        file.flush()
        out = subprocess.run(["checkov", "-f", file.name, "--framework", "cloudformation", "--quiet", "--compact", "-o", "json"], capture_output=True, text=True)
    report = json.loads(out.stdout)
    if report["summary"]["passed"] == 0:
        raise SystemExit("checkov read nothing")
    for finding in report["results"]["failed_checks"]:
        yield "checkov " + finding["check_id"], f"{finding['resource']}: {finding['check_name']}"


def written(value):
    """Returns a value with its intrinsics replaced by texts, because cloudsplaining does not know them."""
    if isinstance(value, list):
        return [written(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        text = value["Fn::Sub"] if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"][0]
        return text.replace("${AWS::Partition}", "aws").replace("${", "").replace("}", "")
    if "Fn::GetAtt" in value:
        return "arn:aws:sqs:eu-west-1:123456789012:" + value["Fn::GetAtt"][0]
    if "Fn::If" in value:
        return written(value["Fn::If"][1])
    return {k: written(v) for k, v in value.items()}


def cloudsplaining(template):
    documents = 0
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        policies = [p.get("Fn::If", [None, p])[1]["PolicyDocument"] for p in properties.get("Policies", [])] if resource["Type"] == "AWS::IAM::Role" else []
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            policies.append(properties["PolicyDocument"])
        for policy in policies:
            allowed = [s for s in written(policy)["Statement"] if s["Effect"] == "Allow"]
            if not allowed:
                continue
            documents += 1
            report = PolicyDocument({"Version": "2012-10-17", "Statement": allowed})
            for risk in RISKS:
                if found := getattr(report, risk):
                    yield "cloudsplaining " + risk, f"{name}: {found}"
    if documents == 0:
        raise SystemExit("cloudsplaining read nothing")


def main():
    logging.disable(logging.WARNING)
    template = transformed("template.yaml")
    used, unexplained = set(), []
    for rule, text in [*cfn_lint(), *checkov(template), *cloudsplaining(template)]:
        used.add(rule)
        if rule not in ACCEPTED:
            unexplained.append(f"{rule}: {text}")
    for line in unexplained:
        print("not accepted:", line)
    for rule in sorted(set(ACCEPTED) - used):
        unexplained.append(rule)
        print("a reason without a finding:", rule)
    print(f"{len(used)} rules with findings, {len(unexplained)} of them or their reasons are wrong")
    sys.exit(1 if unexplained else 0)


main()
