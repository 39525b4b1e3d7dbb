#!/bin/bash
# The story of src/compat with the AWS CLI of Debian.
#
# This CLI always calls PutProjectEvents at "dataplane." plus the host of the endpoint, a name that not every system
# resolves, and has no switch for it. Given as a proxy, the server gets the requests for whatever name.
set -u
endpoint=$EVIDENTLY_ENDPOINT
project=compat-aws-cli
failed=0

aws() {
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
check "learns that CreateFeature is not built" \
  "$(aws create-feature --project $project --name f --variations '[{"name":"v","value":{"boolValue":true}}]')" \
  "\(ValidationException\) when calling the CreateFeature operation.*CreateFeature"
check "deletes the project" "[$(aws delete-project --project $arn)]" '^\[\]'
check "does not find it after that" "$(aws get-project --project $project)" "\(ResourceNotFoundException\)"
exit $failed
