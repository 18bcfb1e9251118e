#!/bin/sh
# Formats the storage on the first start, with one SCRAM credential per service, then runs the broker.
set -eu

home="${KAFKA_HOME:-/opt/kafka}"
config="${KAFKA_CONFIG:-/etc/drawbridge/server.properties}"
data="$(sed -n 's/^log\.dirs=//p' "$config")"

scram() {
  printf 'SCRAM-SHA-256=[name=%s,password=%s]' "$1" "$2"
}

if [ ! -f "$data/meta.properties" ]; then
  "$home/bin/kafka-storage.sh" format --standalone --cluster-id "$KAFKA_CLUSTER_ID" --config "$config" \
    --add-scram "$(scram admin "$KAFKA_ADMIN_PASSWORD")" \
    --add-scram "$(scram registry "$KAFKA_REGISTRY_PASSWORD")" \
    --add-scram "$(scram deployment "$KAFKA_DEPLOYMENT_PASSWORD")" \
    --add-scram "$(scram monitoring "$KAFKA_MONITORING_PASSWORD")" \
    --add-scram "$(scram governance "$KAFKA_GOVERNANCE_PASSWORD")" \
    --add-scram "$(scram serving "$KAFKA_SERVING_PASSWORD")" \
    --add-scram "$(scram console "$KAFKA_CONSOLE_PASSWORD")" > /dev/null
fi

exec "$home/bin/kafka-server-start.sh" "$config"
