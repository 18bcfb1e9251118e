#!/bin/sh
# Sends one prediction and what really happened: send.sh [model] [version] [count]
set -eu
brokers=${DRAWBRIDGE_INGEST_BROKERS:-127.0.0.1:4708}
# On a cluster that is shared, all topics may carry a prefix.
prefix=${DRAWBRIDGE_TOPIC_PREFIX:-}
project=${DRAWBRIDGE_PROJECT:-default}
model=${1:-flights}
version=${2:-1}
count=${3:-1}

now() { date -u +%Y-%m-%dT%H:%M:%S.000Z; }
# One "key<TAB>value" per line; kcat splits at the tab.
send() { kcat -P -b "$brokers" -t "$prefix$1" -K "$(printf '\t')" -X message.timeout.ms=10000; }

i=0
ids=''
while [ "$i" -lt "$count" ]; do
  i=$((i + 1))
  ids="$ids kcat-$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)"
done

for id in $ids; do
  printf '%s\t{"predictionId":"%s","time":"%s","project":"%s","model":"%s","version":"%s","features":{"distance":405,"hour":%s,"weekday":%s,"origin":"ATL","destination":"BOS"},"output":{"value":0,"score":0.21},"latencyMs":1.4,"status":"ok"}\n' \
    "$id" "$id" "$(now)" "$project" "$model" "$version" "$(date +%-H)" "$(($(date +%u) - 1))"
done | send prediction.logged

for id in $ids; do
  printf '%s\t{"predictionId":"%s","project":"%s","value":0,"observedAt":"%s"}\n' "$id" "$id" "$project" "$(now)"
done | send label.received

echo "sent $count predictions of $model $version and their labels"
