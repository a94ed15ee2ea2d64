"""Sends each file of a folder as a record, with its SHA-256 in a header: produce.py <client> <brokers> <folder> <topic>=<codec> …"""
import hashlib
import os
import sys

client, brokers, folder, *topics = sys.argv[1:]
values = [open(os.path.join(folder, name), "rb").read() for name in sorted(os.listdir(folder))]
records = [(value, [("sha256", hashlib.sha256(value).hexdigest().encode())]) for value in values]


def with_kafka_python(topic, codec):
    from kafka import KafkaProducer

    compression = None if codec == "none" else codec
    producer = KafkaProducer(bootstrap_servers=brokers, compression_type=compression, linger_ms=500, batch_size=900_000)
    sent = [producer.send(topic, value, partition=0, headers=headers) for value, headers in records]
    producer.flush()
    for one in sent:
        one.get()


def with_librdkafka(topic, codec):
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": brokers, "compression.codec": codec, "linger.ms": 500})
    errors = []
    for value, headers in records:
        producer.produce(topic, value, partition=0, headers=headers, on_delivery=lambda e, _: e and errors.append(e))
    producer.flush()
    if errors:
        sys.exit(str(errors[0]))


for one in topics:
    topic, codec = one.split("=")
    (with_kafka_python if client == "kafka-python" else with_librdkafka)(topic, codec)
