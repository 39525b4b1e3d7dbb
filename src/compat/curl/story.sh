#!/bin/bash
# The story of src/compat with nothing but curl, which names no JSON and signs nothing.
set -u
endpoint=$EVIDENTLY_ENDPOINT
project=compat-curl
failed=0

# check NAME TEXT PATTERN: whether the text matches the extended regular expression.
check() {
  if grep -Eqz -- "$3" <<<"$2"; then
    echo "ok $1"
  else
    failed=1
    echo "FAILED $1: $2"
  fi
}

call() { curl -s --max-time 20 "$@"; }
uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
arn=arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2F$project

check "creates a project" \
  "$(call -d "{\"name\":\"$project\",\"description\":\"first\",\"tags\":{\"client\":\"curl\"}}" "$endpoint/projects")" \
  "\"name\":\"$project\",\"status\":\"AVAILABLE\",\"tags\":\{\"client\":\"curl\"\}"
check "gets it" "$(call "$endpoint/projects/$project")" \
  "\"arn\":\"arn:aws:evidently:us-east-1:000000000000:project/$project\".*\"description\":\"first\""
page=$(call "$endpoint/projects?maxResults=1")
token=$(sed -n 's/.*"nextToken":"\([^"]*\)".*/\1/p' <<<"$page")
check "lists a first page" "$page" '"name":"alpha"'
check "lists it on the next" "$(call -G --data-urlencode "nextToken=$token" "$endpoint/projects?maxResults=1")" \
  "\"name\":\"$project\""
check "updates it" "$(call -X PATCH -d '{"description":"second"}' "$endpoint/projects/$project")" '"description":"second"'
check "learns of a conflict" "$(call -i -d "{\"name\":\"$project\"}" "$endpoint/projects")" \
  "HTTP/1.1 409.*x-amzn-ErrorType: ConflictException.*already exists"

events='{"events":[
  {"timestamp":1637368646.468,"type":"aws.evidently.custom","data":"{\"n\":1}"},
  {"timestamp":1637368647,"type":"aws.evidently.evaluation",
   "data":"{\"feature\":\"f\",\"entityId\":\"anna\",\"variation\":\"v\",\"type\":\"DEFAULT\"}"},
  {"timestamp":"yesterday","type":"aws.evidently.custom","data":"{\"n\":3}"},
  {"timestamp":1637368649,"type":"aws.evidently.custom","data":"{ \"n\" : 4 }"}]}'
good="\"eventId\":\"$uuid\",\"errorCode\":null,\"errorMessage\":null"
for reference in "$project" "$arn"; do
  answer=$(call -d "$events" "$endpoint/events/projects/$reference")
  check "puts 4 events to $reference, one of them faulty" "$answer" \
    "^\{\"eventResults\":\[\{$good\},\{$good\},\{\"eventId\":null,\"errorCode\":\"ValidationException\",\"errorMessage\":\"[^\"]*timestamp[^\"]*\"\},\{$good\}\],\"failedEventCount\":1\}"
done
stored=$(call "$EVIDENTLY_EVENTS_URL")
for id in $(grep -Eo "$uuid" <<<"$answer"); do
  check "finds the event $id" "$stored" "\"eventId\":\"$id\""
done
check "finds data as it was sent" "$stored" '"timestamp":1637368649\.000,"receivedTime":[0-9.]+,"data":"\{ \\"n\\" : 4 \}"'
check "counts the events" "$(call "$endpoint/_evidently/events/count?project=$project")" '\{"count":6\}'
check "learns of an unknown project" "$(call -i -d "$events" "$endpoint/events/projects/nobody")" \
  "HTTP/1.1 404.*x-amzn-ErrorType: ResourceNotFoundException"
check "learns of 51 events" \
  "$(call -i -d "{\"events\":[$(printf '{},%.0s' {1..50}){}]}" "$endpoint/events/projects/$project")" \
  "HTTP/1.1 400.*x-amzn-ErrorType: ValidationException.*\"name\":\"events\""

post() { call -d "$2" "$endpoint/$1"; }
features=projects/$project/features
check "creates a feature" "$(post "$features" '{"name":"checkout","variations":[
  {"name":"old","value":{"stringValue":"one page"}},{"name":"new","value":{"stringValue":"three steps"}}],
  "entityOverrides":{"anna":"new"}}')" '"valueType":"STRING"'
check "updates it" "$(call -X PATCH -d '{"description":"second"}' "$endpoint/$features/checkout")" '"description":"second"'
check "evaluates it" "$(post "projects/$arn/evaluations/checkout" '{"entityId":"anna"}')" \
  '"reason":"ENTITY_OVERRIDES_MATCH","value":\{"stringValue":"three steps"\},"variation":"new"'
check "creates an experiment" "$(post "projects/$project/experiments" '{"name":"steps","treatments":[
  {"name":"old","feature":"checkout","variation":"old"},{"name":"new","feature":"checkout","variation":"new"}],
  "onlineAbConfig":{"treatmentWeights":{"new":100000}},"metricGoals":[{"desiredChange":"INCREASE",
  "metricDefinition":{"name":"price","entityIdKey":"userDetails.userId","valueKey":"details.price"}}]}')" \
  '"controlTreatmentName":"old".*"status":"CREATED"'
check "starts it" "$(post "projects/$project/experiments/steps/start" \
  "{\"analysisCompleteTime\":$(($(date +%s) + 3600))}")" '^\{"startedTime":[0-9]+\}'
check "evaluates in batches" "$(post "projects/$project/evaluations" '{"requests":[
  {"feature":"checkout","entityId":"bob"},{"feature":"missing","entityId":"bob"}]}')" \
  '"reason":"EXPERIMENT_RULE_MATCH".*"variation":"new".*"reason":"Feature does not exist with arn'
check "learns that a feature in use stays" "$(call -i -X DELETE "$endpoint/$features/checkout")" \
  "HTTP/1.1 409.*x-amzn-ErrorType: ConflictException"
check "stops the experiment" "$(post "projects/$project/experiments/steps/cancel" '{}')" '^\{"endedTime":[0-9]+\}'
check "finds the evaluations" "$(call "$endpoint/_evidently/events/count?project=$project&feature=checkout")" '\{"count":2\}'
check "deletes the experiment" "$(call -X DELETE "$endpoint/projects/$project/experiments/steps")" '^\{\}'
check "deletes the feature" "$(call -X DELETE "$endpoint/$features/checkout")" '^\{\}'
check "deletes the project" "$(call -X DELETE "$endpoint/projects/$arn")" '^\{\}'
check "does not find it after that" "$(call -i "$endpoint/projects/$project")" "HTTP/1.1 404"
exit $failed
