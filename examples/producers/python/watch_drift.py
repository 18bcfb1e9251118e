"""Prints every drift that is detected, one line each, until Ctrl C."""

import argparse
import json
import os
import uuid

from confluent_kafka import Consumer


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--brokers", default=os.environ.get("DRAWBRIDGE_INGEST_BROKERS", "127.0.0.1:4708"))
    options.add_argument("--group", default=f"watch-{uuid.uuid4()}", help="give a name to go on where you stopped")
    options.add_argument("--from-beginning", action="store_true", help="begin with the oldest event that is kept")
    options.add_argument("--max", type=int, default=0, help="stop after so many events")
    chosen = options.parse_args()

    consumer = Consumer(
        {
            "bootstrap.servers": chosen.brokers,
            "group.id": chosen.group,
            "auto.offset.reset": "earliest" if chosen.from_beginning else "latest",
        }
    )
    consumer.subscribe([os.environ.get("DRAWBRIDGE_TOPIC_PREFIX", "") + "drift.detected"])
    seen = set()
    try:
        while not chosen.max or len(seen) < chosen.max:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                print(f"not readable: {message.error()}", flush=True)
                continue
            event = json.loads(message.value())
            if event["id"] in seen:  # an event may come twice; its id never changes
                continue
            seen.add(event["id"])
            print(
                f"{event['time']} {event['severity']} {event['model']} {event['version']}: "
                f"{', '.join(event['scope']['features'])}; {event['effect']['words']} ({event['evidenceUrl']})",
                flush=True,
            )
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
