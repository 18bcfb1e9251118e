"""Sends predictions and, for each, what really happened, with kafka-python."""

import argparse
import json
import os
import random
import sys
import uuid
from datetime import datetime, timezone

from kafka import KafkaProducer
from kafka.errors import KafkaError

# On a cluster that is shared, all topics may carry a prefix.
PREFIX = os.environ.get("DRAWBRIDGE_TOPIC_PREFIX", "")
AIRPORTS = ["ATL", "BOS", "DTW", "MIA", "ORD", "PHL"]


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--brokers", default=os.environ.get("DRAWBRIDGE_INGEST_BROKERS", "127.0.0.1:4708"))
    options.add_argument("--project", default=os.environ.get("DRAWBRIDGE_PROJECT", "default"))
    options.add_argument("--model", default="flights")
    options.add_argument("--version", default="1")
    options.add_argument("--count", type=int, default=10)
    chosen = options.parse_args()

    producer = KafkaProducer(
        bootstrap_servers=chosen.brokers.split(","),
        acks="all",
        linger_ms=5,
        key_serializer=str.encode,
        value_serializer=lambda data: json.dumps(data).encode(),
    )
    sent = []

    def send(topic: str, data: dict) -> None:
        sent.append(producer.send(PREFIX + topic, key=data["predictionId"], value=data))

    for _ in range(chosen.count):
        origin, destination = random.sample(AIRPORTS, 2)
        score = round(random.random(), 4)
        prediction_id = f"kafka-python-{uuid.uuid4()}"
        send(
            "prediction.logged",
            {
                "predictionId": prediction_id,
                "time": now(),
                "project": chosen.project,
                "model": chosen.model,
                "version": chosen.version,
                "features": {
                    "distance": random.randint(100, 1500),
                    "hour": datetime.now().hour,
                    "weekday": datetime.now().weekday(),
                    "origin": origin,
                    "destination": destination,
                },
                "output": {"value": int(score >= 0.5), "score": score},
                "latencyMs": 1.4,
                "status": "ok",
            },
        )
        label = {"predictionId": prediction_id, "project": chosen.project, "value": int(random.random() < score), "observedAt": now()}
        send("label.received", label)

    try:
        for each in sent:
            each.get(timeout=15)
    except KafkaError as error:
        sys.exit(f"messages were not accepted: {error}")
    producer.close()
    print(f"sent {chosen.count} predictions of {chosen.model} {chosen.version} and their labels")


if __name__ == "__main__":
    main()
