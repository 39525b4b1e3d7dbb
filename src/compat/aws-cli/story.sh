#!/bin/bash
# The story of src/compat with the AWS CLI of Debian.
#
# This CLI always calls PutProjectEvents at "dataplane." plus the host of the endpoint, a name that not every system
# resolves, and has no switch for it. Given as a proxy, the server gets the requests for whatever name.
set -u
endpoint=$EVIDENTLY_ENDPOINT
project=compat-aws-cli
failed=0
called=$(mktemp)
trap 'rm -f "$called"' EXIT

aws() {
  echo "$1" >>"$called"
  HTTP_PROXY=$endpoint /usr/bin/aws evidently "$@" --endpoint-url http://evidently.internal --output json --no-cli-pager 2>&1
}

# check NAME TEXT PATTERN: whether the text, in one line, matches the extended regular expression.
check() {
  if tr -s '\n ' ' ' <<<"$2" | grep -Eq -- "$3"; then
    echo "ok $1"
  else
    failed=1
    echo "FAILED $1: $2"
  fi
}

uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
arn=arn:aws:evidently:us-east-1:000000000000:project/$project

check "creates a project" "$(aws create-project --name $project --description first --tags client=cli)" "\"arn\": \"$arn\""
check "gets it" "$(aws get-project --project $project)" '"description": "first".*"tags": \{ "client": "cli" \}'
check "lists it" "$(aws list-projects --page-size 1 --query 'projects[].name')" \
  "\"alpha\",.* \"$project\",.* \"omega\""
check "updates it" "$(aws update-project --project $project --description second)" '"description": "second"'
check "learns of a conflict" "$(aws create-project --name $project)" \
  "An error occurred \(ConflictException\) when calling the CreateProject operation.*already exists"
events='[
  {"timestamp":1637368646,"type":"aws.evidently.custom","data":"{\"n\":1}"},
  {"timestamp":"2021-11-20T00:37:27Z","type":"aws.evidently.evaluation",
   "data":"{\"feature\":\"f\",\"entityId\":\"anna\",\"variation\":\"v\",\"type\":\"DEFAULT\"}"},
  {"timestamp":1637368648,"type":"aws.evidently.custom","data":"[3]"},
  {"timestamp":1637368649,"type":"aws.evidently.custom","data":"{ \"n\" : 4 }"}]'
for reference in "$project" "$arn"; do
  answer=$(aws put-project-events --project "$reference" --events "$events")
  check "puts 4 events to $reference, one of them faulty" "$answer" '"failedEventCount": 1'
  check "learns which one" "$answer" \
    "\[ \{ \"eventId\": \"$uuid\"[^}]*\}, \{ \"eventId\": \"$uuid\"[^}]*\}, \{ [^}]*\"errorCode\": \"ValidationException\"[^}]*\}, \{ \"eventId\": \"$uuid\""
done
stored=$(curl -s "$EVIDENTLY_EVENTS_URL")
for id in $(grep -Eo "$uuid" <<<"$answer"); do
  check "finds the event $id" "$stored" "\"eventId\":\"$id\""
done
check "finds data as it was sent" "$stored" '"timestamp":1637368649\.000,"receivedTime":[0-9.]+,"data":"\{ \\"n\\" : 4 \}"'
check "finds a time given as text" "$stored" '"timestamp":1637368647\.000,"receivedTime":[0-9.]+,"data":"\{\\"feature\\"'
check "learns of an unknown project" "$(aws put-project-events --project nobody --events "$events")" \
  "An error occurred \(ResourceNotFoundException\) when calling the PutProjectEvents operation"
check "learns of 51 events" \
  "$(aws put-project-events --project $project --events "[$(printf '{"timestamp":1,"type":"aws.evidently.custom","data":"{}"},%.0s' {1..50}){\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]")" \
  "\(ValidationException\) when calling the PutProjectEvents operation.*events"
check "delivers data" "$(aws update-project-data-delivery --project $project --cloud-watch-logs logGroup=compat)" \
  '"cloudWatchLogs": \{ "logGroup": "compat" \}'

create_feature() {
  aws create-feature --project $project --name "$1" --entity-overrides anna=new --tags client=cli \
    --variations "[{\"name\":\"old\",\"value\":{\"$2\":$3}},{\"name\":\"new\",\"value\":{\"$2\":$4}}]"
}
check "creates a feature of STRING" "$(create_feature text stringValue '""' '"new"')" \
  '"valueType": "STRING", "variations": \[ \{ "name": "old", "value": \{ "stringValue": "" \} \}'
check "creates a feature of LONG" "$(create_feature whole longValue 0 9007199254740991)" '"longValue": 9007199254740991'
check "creates a feature of DOUBLE" "$(create_feature real doubleValue 0.5 1.5)" '"valueType": "DOUBLE"'
check "creates a feature of BOOLEAN" "$(create_feature truth boolValue false true)" \
  '"createdTime": "20[0-9-]+T[0-9:]+\.?[0-9]*[+-]00:00", "defaultVariation": "old"'
check "gets a feature" "$(aws get-feature --project $project --feature truth)" '"entityOverrides": \{ "anna": "new" \}'
check "lists features" "$(aws list-features --project $arn --page-size 1 --query 'features[].name')" \
  '\[ "real", "text", "truth", "whole" \]'
check "updates a feature" \
  "$(aws update-feature --project $project --feature whole --default-variation new --remove-variations old)" \
  '"defaultVariation": "new".*"variations": \[ \{ "name": "new"[^[]*\]'
check "evaluates an override" "$(aws evaluate-feature --project $project --feature text --entity-id anna)" \
  '"details": "\{\}", "reason": "ENTITY_OVERRIDES_MATCH", "value": \{ "stringValue": "new" \}, "variation": "new"'

segment=arn:aws:evidently:us-east-1:000000000000:segment/$project
check "creates a segment" "$(aws create-segment --name $project --pattern '{"country":["NZ"]}')" "\"arn\": \"$segment\""
check "gets a segment" "$(aws get-segment --segment $segment)" '"pattern": "\{\\"country\\":\[\\"NZ\\"\]\}"'
check "lists segments" "$(aws list-segments --page-size 1 --query 'segments[].name')" "\"$project\""
check "tests a pattern" "$(aws test-segment-pattern --pattern '{"country":["NZ"]}' --payload '{"country":"NZ"}')" \
  '"match": true'
check "learns of a faulty pattern" "$(aws create-segment --name unmatchable --pattern '{"country":"NZ"}')" \
  "An error occurred \(ValidationException\) when calling the CreateSegment operation.*pattern"

metric='{"name":"price","entityIdKey":"userDetails.userId","valueKey":"details.price"}'
check "creates a launch" "$(aws create-launch --project $project --name launch \
  --groups name=old,feature=truth,variation=old name=new,feature=truth,variation=new \
  --metric-monitors "[{\"metricDefinition\":$metric}]" \
  --scheduled-splits-config "{\"steps\":[{\"startTime\":1637366400,\"groupWeights\":{\"old\":100000},
    \"segmentOverrides\":[{\"segment\":\"$project\",\"evaluationOrder\":1,\"weights\":{\"new\":100000}}]}]}")" \
  "\"scheduledSplitsDefinition\": .*\"segment\": \"$segment\".*\"startTime\": \"2021-11-20T00:00:00.*\"status\": \"CREATED\""
check "gets a launch" "$(aws get-launch --project $project --launch launch)" '"featureVariations": \{ "truth": "new" \}'
check "lists launches" "$(aws list-launches --project $project --status CREATED --query 'launches[].name')" '\[ "launch" \]'
check "updates a launch" "$(aws update-launch --project $project --launch launch --description second)" \
  '"description": "second"'
check "starts a launch" "$(aws start-launch --project $project --launch launch)" '"startedTime": "20.*"status": "RUNNING"'
check "evaluates by a launch" "$(aws evaluate-feature --project $project --feature truth --entity-id bob \
  --evaluation-context '{"country":"NZ"}')" \
  '"details": "\{\\"launch\\":\\"launch\\",\\"group\\":\\"new\\"\}", "reason": "LAUNCH_RULE_MATCH", "value": \{ "boolValue": true'
check "learns that a running launch stays" "$(aws delete-launch --project $project --launch launch)" \
  "An error occurred \(ConflictException\) when calling the DeleteLaunch operation"
check "stops a launch" "$(aws stop-launch --project $project --launch launch --desired-state CANCELLED --reason seen)" \
  '"endedTime": "20'

check "creates an experiment" "$(aws create-experiment --project $project --name experiment --segment $project \
  --treatments name=old,feature=text,variation=old name=new,feature=text,variation=new \
  --online-ab-config controlTreatmentName=old,'treatmentWeights={new=100000}' \
  --metric-goals "[{\"metricDefinition\":$metric,\"desiredChange\":\"INCREASE\"}]")" \
  '"controlTreatmentName": "old".*"samplingRate": 100000.*"status": "CREATED"'
check "gets an experiment" "$(aws get-experiment --project $project --experiment experiment)" \
  '"metricDefinition": \{ "entityIdKey": "userDetails.userId"'
check "lists experiments" "$(aws list-experiments --project $project --query 'experiments[].name')" '\[ "experiment" \]'
check "lists references of a segment" "$(aws list-segment-references --segment $project --type EXPERIMENT)" \
  '"referencedBy": \[ \{ [^}]*"name": "experiment"'
check "updates an experiment" \
  "$(aws update-experiment --project $project --experiment experiment --remove-segment --query experiment.segment)" '^null'
check "starts an experiment" "$(aws start-experiment --project $project --experiment experiment \
  --analysis-complete-time $(($(date +%s) + 7 * 24 * 3600)))" '"startedTime": "20'
check "evaluates by an experiment" "$(aws evaluate-feature --project $project --feature text --entity-id bob)" \
  '"details": "\{\\"experiment\\":\\"experiment\\",\\"treatment\\":\\"new\\"\}", "reason": "EXPERIMENT_RULE_MATCH"'
check "evaluates in batches" "$(aws batch-evaluate-feature --project $project \
  --requests entityId=bob,feature=real entityId=bob,feature=missing)" \
  "\"feature\": \"$arn/feature/real\".*\"reason\": \"DEFAULT\".*\"reason\": \"Feature does not exist"
check "asks for results" "$(aws get-experiment-results --project $project --experiment experiment \
  --metric-names price --treatment-names old new)" '"details": "Not enough events to generate results: '
check "stops an experiment" "$(aws stop-experiment --project $project --experiment experiment)" '"endedTime": "20'
check "finds the evaluations" "$(curl -s "$EVIDENTLY_EVENTS_URL")" \
  'ENTITY_OVERRIDES_MATCH.*LAUNCH_RULE_MATCH.*EXPERIMENT_RULE_MATCH.*DEFAULT'

check "adds tags" "[$(aws tag-resource --resource-arn $arn/feature/text --tags kept=yes,gone=soon)]" '^\[\]'
check "removes tags" "[$(aws untag-resource --resource-arn $arn/feature/text --tag-keys client gone)]" '^\[\]'
check "lists tags" "$(aws list-tags-for-resource --resource-arn $arn/feature/text)" '"tags": \{ "kept": "yes" \}'

check "learns that a project in use stays" "$(aws delete-project --project $project)" \
  "An error occurred \(ConflictException\) when calling the DeleteProject operation"
check "deletes a launch" "[$(aws delete-launch --project $project --launch launch)]" '^\[\]'
check "deletes an experiment" "[$(aws delete-experiment --project $project --experiment experiment)]" '^\[\]'
for feature in text whole real truth; do
  check "deletes the feature $feature" "[$(aws delete-feature --project $project --feature $feature)]" '^\[\]'
done
check "deletes a segment" "[$(aws delete-segment --segment $project)]" '^\[\]'
check "does not find it after that" "$(aws get-segment --segment $project)" \
  "An error occurred \(ResourceNotFoundException\) when calling the GetSegment operation"
check "deletes the project" "[$(aws delete-project --project $arn)]" '^\[\]'
check "does not find the project after that" "$(aws get-project --project $project)" "\(ResourceNotFoundException\)"
check "has called all 38 operations" "$(sort -u "$called" | wc -l)" '^38'
exit $failed
