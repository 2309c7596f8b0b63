"""A real Apache Kafka, from Maven's jars: one process that is broker and controller (KRaft), with a small heap.

    with KafkaServer.start(directory) as kafka: ... kafka.address ...

The jars are copied once into a cache: MINGJING_TEST_KAFKA_JARS, else ~/.cache/mingjing/kafka-<hash of the pom>.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

from mingjing.brokers.process import Child, free_port, listening
from mingjing.errors import ServiceError

POM = Path(__file__).parent / "pom.xml"
HEAP = "-Xmx384m -Xms128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"

_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={directory}/log
num.network.threads=2
num.io.threads=2
background.threads=2
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.cleaner.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
controller.quorum.election.timeout.ms=500
controller.quorum.fetch.timeout.ms=1000
# A kill -9 must not lose what was acknowledged, even where the machine's page cache survives anyway.
log.flush.interval.messages=1000
"""

_LOG4J = """
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


def missing() -> str | None:
    """What this machine lacks to run Kafka, or None."""
    absent = [program for program in ("java", "mvn") if shutil.which(program) is None]
    return f"real Kafka needs {' and '.join(absent)} (Java 17, Maven 3.8)" if absent else None


def jars() -> Path:
    """The directory with the broker's jars; Maven fills it the first time."""
    if chosen := os.environ.get("MINGJING_TEST_KAFKA_JARS"):
        return Path(chosen)
    name = hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    target = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mingjing" / f"kafka-{name}"
    if not target.is_dir():
        filling = target.with_name(f"{target.name}.{os.getpid()}")
        command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={filling}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServiceError(f"Maven could not fetch Kafka's jars: {done.stdout[-500:]}{done.stderr[-500:]}")
        try:
            filling.rename(target)
        except OSError:
            shutil.rmtree(filling)  # another test run was faster
    return target


class KafkaServer:
    """A running broker on loopback, that can be killed and started again on what it had on disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._properties = directory / "server.properties"
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}"
        text = _PROPERTIES.format(port=self._port, controller=free_port(), directory=directory)
        directory.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(text)
        (directory / "log4j2.properties").write_text(_LOG4J)
        self._run_to_end("kafka.tools.StorageTool", "format", "-t", "mingjing-tests-mingjing", "-c")
        self._child = self._start()

    @classmethod
    def start(cls, directory: Path) -> Self:
        """Format the storage in `directory` and start the broker; ready when this returns."""
        return cls(directory)

    @property
    def running(self) -> bool:
        """Whether the broker still lives."""
        return self._child.running

    def kill(self) -> None:
        """End the broker as a power cut would."""
        self._child.kill()

    def restart(self) -> None:
        """Start a killed broker again, on the same port and what it had on disk."""
        self._child = self._start()

    def stop(self) -> None:
        """End the broker in good order."""
        self._child.stop(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _java(self, main: str) -> list[str]:
        log4j = f"-Dlog4j2.configurationFile={self._directory / 'log4j2.properties'}"
        return ["java", *HEAP.split(), log4j, "-cp", f"{jars()}/*", main]

    def _run_to_end(self, main: str, *arguments: str) -> None:
        command = [*self._java(main), *arguments, str(self._properties)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServiceError(f"Kafka's storage was not formatted: {done.stdout[-300:]}{done.stderr[-500:]}")

    def _start(self) -> Child:
        child = Child("Kafka", [*self._java("kafka.Kafka"), str(self._properties)], self._directory / "kafka.log")
        child.wait_ready(lambda: listening(self._port), 60)
        return child
