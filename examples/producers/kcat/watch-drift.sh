#!/bin/sh
# Prints every drift that is detected as JSON, until Ctrl C: watch-drift.sh [beginning|end] [how many]
set -eu
brokers=${DRAWBRIDGE_INGEST_BROKERS:-127.0.0.1:4708}
topic=${DRAWBRIDGE_TOPIC_PREFIX:-}drift.detected
if [ "${2:-0}" -gt 0 ]; then
  exec kcat -C -u -q -b "$brokers" -t "$topic" -o "${1:-end}" -c "$2"
fi
exec kcat -C -u -q -b "$brokers" -t "$topic" -o "${1:-end}"
