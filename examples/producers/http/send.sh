#!/bin/sh
# Sends predictions and what really happened, over HTTP: send.sh [model] [version] [count]
set -eu
endpoint=${DRAWBRIDGE_ENDPOINT:-http://127.0.0.1:4700}
project=${DRAWBRIDGE_PROJECT:-default}
model=${1:-flights}
version=${2:-1}
count=${3:-1}
: "${DRAWBRIDGE_API_KEY:?a key with the role producer}"

now() { date -u +%Y-%m-%dT%H:%M:%S.000Z; }

i=0
events=''
while [ "$i" -lt "$count" ]; do
  i=$((i + 1))
  id="http-$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)"
  prediction=$(printf '{"topic":"prediction.logged","data":{"predictionId":"%s","time":"%s","model":"%s","version":"%s","features":{"distance":405,"hour":%s,"weekday":%s,"origin":"ATL","destination":"BOS"},"output":{"value":0,"score":0.21},"latencyMs":1.4,"status":"ok"}}' \
    "$id" "$(now)" "$model" "$version" "$(date +%-H)" "$(($(date +%u) - 1))")
  label=$(printf '{"topic":"label.received","data":{"predictionId":"%s","value":0,"observedAt":"%s"}}' "$id" "$(now)")
  events="$events${events:+,}$prediction,$label"
done

# curl repeats 429 and 503 after the time that the answer names. The ids stay, so a repeat is counted once.
printf '{"events":[%s]}' "$events" |
  curl --silent --show-error --fail-with-body --retry 8 --output /dev/null --data-binary @- \
    --header "authorization: Bearer $DRAWBRIDGE_API_KEY" --header 'content-type: application/json' \
    --header "x-drawbridge-project: $project" "$endpoint/api/v1/events/batch"

echo "sent $count predictions of $model $version and their labels"
