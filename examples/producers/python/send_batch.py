"""Sends predictions that were made together as one message: an Arrow table, a column per field."""

import argparse
import os
import random
import sys
import uuid
from datetime import datetime, timezone

import pyarrow as pa
from confluent_kafka import Producer

# On a cluster that is shared, all topics may carry a prefix.
PREFIX = os.environ.get("DRAWBRIDGE_TOPIC_PREFIX", "")
AIRPORTS = ["ATL", "BOS", "DTW", "MIA", "ORD", "PHL"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--brokers", default=os.environ.get("DRAWBRIDGE_INGEST_BROKERS", "127.0.0.1:4708"))
    options.add_argument("--project", default=os.environ.get("DRAWBRIDGE_PROJECT", "default"))
    options.add_argument("--model", default="flights")
    options.add_argument("--version", default="1")
    options.add_argument("--count", type=int, default=1000)
    chosen = options.parse_args()

    rows = range(chosen.count)
    now = datetime.now(timezone.utc)
    scores = [round(random.random(), 4) for _ in rows]
    table = pa.table(
        {
            "predictionId": [f"python-{uuid.uuid4()}" for _ in rows],
            "time": pa.array([now for _ in rows], pa.timestamp("ms", tz="UTC")),
            "features.distance": [random.randint(100, 1500) for _ in rows],
            "features.hour": [now.hour for _ in rows],
            "features.weekday": [now.weekday() for _ in rows],
            "features.origin": pa.array([random.choice(AIRPORTS) for _ in rows]).dictionary_encode(),
            "features.destination": pa.array([random.choice(AIRPORTS) for _ in rows]).dictionary_encode(),
            "output.value": [int(score >= 0.5) for score in scores],
            "output.score": scores,
        }
    )
    # What is the same for all rows stands once.
    table = table.replace_schema_metadata(
        {
            "drawbridge.project": chosen.project,
            "drawbridge.model": chosen.model,
            "drawbridge.version": chosen.version,
        }
    )
    message = pa.BufferOutputStream()
    with pa.ipc.new_stream(message, table.schema) as stream:
        stream.write_table(table)

    failures = []
    producer = Producer({"bootstrap.servers": chosen.brokers, "message.timeout.ms": 10_000, "compression.type": "gzip"})
    producer.produce(
        PREFIX + "prediction.batch.logged",
        # Any key: messages with the same one stay in order, and repeats in them are known.
        key=f"{chosen.model}-{chosen.version}",
        value=message.getvalue().to_pybytes(),
        headers={"content-type": "application/vnd.apache.arrow.stream"},
        on_delivery=lambda error, _: failures.append(error.str()) if error else None,
    )
    if producer.flush(15) or failures:
        sys.exit(f"the message was not accepted: {failures[:1] or 'no answer from ' + chosen.brokers}")
    print(f"sent {chosen.count} predictions of {chosen.model} {chosen.version} in one message")


if __name__ == "__main__":
    main()
