"""Kafka from the outside: a broker for the demo and the tests, topics, and publishing.

tansu.serve()            a broker in a process of ours, on loopback, in memory
topics.ensure()          topics with the wanted number of partitions, before a worker starts
publisher.Publisher      event files into the topic, acknowledged by the broker
partitions.partition_of  where a case lives
"""
