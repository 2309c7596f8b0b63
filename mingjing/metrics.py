"""What a service counts about itself, and the port where Prometheus and people ask for it.

Every metric is an attribute of `Metrics`, declared once with its meaning; code elsewhere can neither
misspell nor invent one. `METRICS` is the process's own set; tests make their own, each with a registry of
its own. docs/metrics.md is made from this module.
"""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector, Summary
from prometheus_client.exposition import choose_encoder

from mingjing.errors import ServiceError

_BATCH_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LIVE_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
# Sources report within seconds, by nightly batch, or typed in weeks later 补录.
_LATE_SECONDS = (0.5, 1, 2.5, 5, 10, 60, 300, 1800, 3600, 4 * 3600, 86_400, 3 * 86_400, 7 * 86_400, 30 * 86_400)
_COUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


class Metrics:
    """All metrics of one process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.events = Counter(
            "mingjing_events",
            "Event records taken from the stream, by what became of them: new, duplicate (same content again), "
            "conflict (other content under a known event_id), redelivered (the store already held it), refused.",
            ["outcome"],
            registry=self.registry,
        )
        self.findings = Counter(
            "mingjing_findings",
            "Finding revisions published, by rule, severity (1 to 3) and status (open, resolved, withdrawn).",
            ["rule", "severity", "status"],
            registry=self.registry,
        )
        self.not_judged = Counter(
            "mingjing_not_judged",
            "Times that a case could not be judged by a rule, by rule and the fixed word of the reason.",
            ["rule", "reason"],
            registry=self.registry,
        )
        self.rule_errors = Counter(
            "mingjing_rule_errors",
            "Times that a rule failed with an error of its own; the rule's author must look.",
            ["rule"],
            registry=self.registry,
        )
        self.population_seconds = Gauge(
            "mingjing_population_seconds",
            "Seconds that the query of a population rule took when it was last judged.",
            ["rule"],
            registry=self.registry,
        )
        self.dead_letters = Counter(
            "mingjing_dead_letters",
            "Records refused to dead letters; `mingjing deadletters list` shows them.",
            registry=self.registry,
        )
        self.batch_seconds = Histogram(
            "mingjing_batch_seconds",
            "Seconds that one batch took, by stage: decode, load (cases from the store), judge, write, all.",
            ["stage"],
            buckets=_BATCH_SECONDS,
            registry=self.registry,
        )
        self.batch_events = Histogram(
            "mingjing_batch_events", "Events in one batch.", buckets=_COUNTS, registry=self.registry
        )
        self.occurred_to_stored = Histogram(
            "mingjing_occurred_to_stored_seconds",
            "Seconds from an event's occurred_at until it was in the store: how late sources tell us.",
            buckets=_LATE_SECONDS,
            registry=self.registry,
        )
        self.arrival_to_stored = Histogram(
            "mingjing_arrival_to_stored_seconds",
            "Seconds from an event's arrival in Kafka until it was in the store: our own delay.",
            buckets=_LIVE_SECONDS,
            registry=self.registry,
        )
        self.open_cases = Gauge(
            "mingjing_open_cases", "Open cases that this worker holds in memory.", registry=self.registry
        )
        self.backlog = Gauge(
            "mingjing_backlog_messages",
            "Messages of a partition that are not yet worked off; time stands still there until it is 0.",
            ["partition"],
            registry=self.registry,
        )
        self.as_of = Gauge(
            "mingjing_as_of_timestamp_seconds",
            "The instant (Unix seconds) up to which silence is judged, by partition and source; it lags behind when a "
            "source is late.",
            ["partition", "source"],
            registry=self.registry,
        )
        self.source_silent = Gauge(
            "mingjing_source_silent",
            "1 while a source has not reported for longer than agreed with it; its open cases are then not judged on.",
            ["source"],
            registry=self.registry,
        )
        self.ticks = Counter(
            "mingjing_ticks", "Clock ticks worked off; a standing count is a standing worker.", registry=self.registry
        )
        self.recovery_seconds = Gauge(
            "mingjing_recovery_seconds",
            "Seconds that the last reading back of open cases from the store took, after a start or a rebalance.",
            registry=self.registry,
        )
        self.store_retries = Counter(
            "mingjing_store_retries",
            "Calls to ClickHouse made again because it did not answer.",
            registry=self.registry,
        )
        self.store_seconds = Histogram(
            "mingjing_store_seconds",
            "Seconds that a call to ClickHouse took, by the name of the call or query.",
            ["call"],
            buckets=_BATCH_SECONDS,
            registry=self.registry,
        )
        self.presence_samples = Counter(
            "mingjing_presence_samples",
            "Presence samples taken from the stream, by what became of them: decides (its camera's view of the window "
            "counts), beside (another camera's does), late (a newer one was there), known (it was there already), "
            "refused.",
            ["outcome"],
            registry=self.registry,
        )
        self.presence_changes = Counter(
            "mingjing_presence_changes",
            "Case events published of windows and cameras, by type.",
            ["type"],
            registry=self.registry,
        )
        self.presence_backlog = Gauge(
            "mingjing_presence_backlog_messages",
            "Messages of presence samples not yet worked off; the time of absences stands still until it is 0.",
            registry=self.registry,
        )
        self.camera_frames = Counter(
            "mingjing_camera_frames", "Pictures decoded of a camera.", ["camera"], registry=self.registry
        )
        self.camera_decode_seconds = Counter(
            "mingjing_camera_decode_seconds",
            "Seconds spent on decoding a camera's pictures.",
            ["camera"],
            registry=self.registry,
        )
        self.camera_inference_seconds = Summary(
            "mingjing_camera_inference_seconds",
            "Seconds that the detector spent on a camera's pictures, and how many it looked at.",
            ["camera"],
            registry=self.registry,
        )
        self.camera_frame_age = Gauge(
            "mingjing_camera_frame_age_seconds",
            "Seconds of the wall clock since the last picture of a camera was looked at.",
            ["camera"],
            registry=self.registry,
        )
        self.camera_reconnects = Counter(
            "mingjing_camera_reconnects",
            "Times that a camera's stream was opened again.",
            ["camera"],
            registry=self.registry,
        )
        self.camera_condition = Gauge(
            "mingjing_camera_condition",
            "1 for the condition that a camera is in: ok, dark, covered, blurred, frozen, moved, offline; 0 for the "
            "others.",
            ["camera", "condition"],
            registry=self.registry,
        )
        self.camera_state_changes = Counter(
            "mingjing_camera_state_changes",
            "Times that a window of a camera changed between staffed, unstaffed and unknown.",
            ["camera"],
            registry=self.registry,
        )
        self.camera_samples = Counter(
            "mingjing_camera_samples",
            "Presence samples made of a camera, by state: staffed, unstaffed, unknown.",
            ["camera", "state"],
            registry=self.registry,
        )
        self.samples_waiting = Gauge(
            "mingjing_samples_waiting",
            "Presence samples that the broker has not acknowledged yet.",
            registry=self.registry,
        )
        self.samples_dropped = Counter(
            "mingjing_samples_dropped",
            "Presence samples given up, the oldest first, because the broker was away too long.",
            registry=self.registry,
        )
        self.look_late_seconds = Histogram(
            "mingjing_look_late_seconds",
            "Seconds that a camera waited beyond its period until it was looked at; much of it means too many cameras "
            "for this machine.",
            buckets=_LIVE_SECONDS,
            registry=self.registry,
        )
        self.scored_cases = Counter(
            "mingjing_scored_cases",
            "Cases whose score lines were reckoned, each time that something was stored about them.",
            registry=self.registry,
        )
        self.score_lines = Counter(
            "mingjing_score_lines",
            "Score lines written, by direction: in (it counts now) and out (it ceased to).",
            ["direction"],
            registry=self.registry,
        )
        self.score_lag = Gauge(
            "mingjing_score_lag_seconds",
            "Seconds from an event's being stored until it was in the scores: the longest of the last look, 0 if none.",
            registry=self.registry,
        )
        self.score_failures = Counter(
            "mingjing_score_failures",
            "Times that a case could not be reckoned; its lines stay as they were. The store's not_judged names it.",
            registry=self.registry,
        )
        self.score_repairs = Counter(
            "mingjing_score_repairs",
            "Months of sums that were not those of the lines, and were made so; more than 0 after a crash is usual.",
            registry=self.registry,
        )
        self.score_again = Gauge(
            "mingjing_score_again_ratio",
            "How much of a pass over all cases is done, from 0 to 1; 1 while none is needed.",
            registry=self.registry,
        )
        self.clerk_acts = Counter(
            "mingjing_clerk_acts",
            "Steps of handling that the clerk took by itself, by step: issue, raise, close, lapse, remind and so on.",
            ["step"],
            registry=self.registry,
        )
        self.clerk_lag = Gauge(
            "mingjing_clerk_lag_seconds",
            "Seconds that the clerk's look at all findings has been under way, as after a start; 0 when it is over.",
            registry=self.registry,
        )
        self.relayed = Counter(
            "mingjing_relayed",
            "Acts and entered events of the record that were published as case events, by kind: act, event.",
            ["kind"],
            registry=self.registry,
        )
        self.messages = Counter(
            "mingjing_messages",
            "Mails and web calls, by way (mail, web) and what became of them: sent, failed, given_up.",
            ["way", "outcome"],
            registry=self.registry,
        )


METRICS = Metrics()
"""The metrics of this process."""


class Health:
    """Whether a service does its work: healthy while no part gives a reason against it."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._reasons: dict[str, str] = {}
        self._warnings: dict[str, str] = {}
        self._lock = threading.Lock()

    def failing(self, part: str, reason: str) -> bool:
        """This part does not work now, and why (no personal data: whoever asks is shown it); whether that is news."""
        with self._lock:
            known, self._reasons[part] = self._reasons.get(part), reason
        return known is None

    def warn(self, part: str, reason: str) -> bool:
        """Something that a person should see to (a camera that is off), and no reason to restart the service; whether
        that is news."""
        with self._lock:
            known, self._warnings[part] = self._warnings.get(part), reason
        return known is None

    def well(self, part: str) -> bool:
        """This part works; whether it did not before."""
        with self._lock:
            return bool(self._reasons.pop(part, None)) | bool(self._warnings.pop(part, None))

    def answer(self) -> tuple[HTTPStatus, dict[str, object]]:
        """200, or 503 with the reasons by part; warnings, if there are any, change nothing about that."""
        with self._lock:
            reasons, warnings = dict(self._reasons), dict(self._warnings)
        status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
        answer = {"service": self.service, "healthy": not reasons, "reasons": reasons}
        return status, answer | ({"warnings": warnings} if warnings else {})


class Server:
    """Answers /metrics and /health from a thread of its own until closed; a context manager."""

    def __init__(self, http: ThreadingHTTPServer) -> None:
        self._http = http
        self.port: int = http.server_address[1]
        self._thread = threading.Thread(target=http.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and free the port."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def serve(port: int, health: Health, *, host: str = "127.0.0.1", metrics: Metrics = METRICS) -> Server:
    """Answer on a port (0: any free one, see `Server.port`). Raises ServiceError if it is taken."""
    if metrics is METRICS:
        _describe_process()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                encode, kind = choose_encoder(self.headers.get("Accept", ""))
                self._answer(HTTPStatus.OK, kind, encode(metrics.registry))
            elif path == "/health":
                status, body = health.answer()
                self._answer(status, "application/json", json.dumps(body, ensure_ascii=False).encode())
            else:
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"/metrics or /health\n")

        def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Nothing: being asked every few seconds is no news."""

    try:
        return Server(ThreadingHTTPServer((host, port), Handler))
    except OSError as wrong:
        raise ServiceError(
            f"cannot answer /metrics on {host}:{port}: {wrong.strerror}; set metrics_port to a free port, or 0 for none"
        ) from wrong


_described = False


def _describe_process() -> None:
    """Memory, CPU and version of the process itself, once."""
    global _described  # noqa: PLW0603 - one process, one description
    if not _described:
        ProcessCollector(registry=METRICS.registry)
        PlatformCollector(registry=METRICS.registry)
        _described = True
