"""Keeps a function running on every slot of a Dask cluster. The only module that uses the scheduler.

Dask places one call on each thread of each of its workers, restarts calls elsewhere when a worker is gone, and ends
them when this process ends. It has no part in what they do: the runs go through the store.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mnist_core.errors import UserError

if TYPE_CHECKING:
    from distributed import Client, Future

SETTING = "MNIST_SCHEDULER_ADDRESS"
CONNECT_SECONDS = 5.0
RECONNECT_SECONDS = 2.0
LOOK_SECONDS = 1.0
"""How often to check the cluster for new workers, lost workers and failed calls."""
PATIENCE_SECONDS = 10.0
"""How long to wait before a failed call is retried; longer than the timeout of a database that does not answer."""
SERVING = ("running", "paused")
"""States of a Dask worker in which its calls continue. "paused" means that it is short of memory."""

Wanted = Callable[[], bool]
"""Called by the function on a slot from time to time: whether to continue."""


class Slot(NamedTuple):
    """One thread of one Dask worker."""

    worker: str
    number: int


class Call(NamedTuple):
    """One call on a slot, and when it was submitted."""

    future: Future
    since: float

    @property
    def failed(self) -> bool:
        """Whether it has ended with an error."""
        return bool(self.future.status == "error")

    @property
    def over(self) -> bool:
        """Whether it has ended and the next call is due."""
        patient = self.failed and time.monotonic() - self.since < PATIENCE_SECONDS
        return self.future.done() and not patient


class ClusterSlots:
    """Keeps `serve(wanted)` running on every slot of the cluster at `address`, from `start` to `stop`.

    `serve` must be a function that the Dask workers and the scheduler can import, or a `functools.partial` of one.
    `report` is called with a sentence about a problem, and with "" once it is over.
    """

    def __init__(self, address: str, serve: Callable[[Wanted], None], report: Callable[[str], None]) -> None:
        self.address = address
        self.serve = serve
        self.report = report
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="cluster", daemon=True)
        self._calls: dict[Slot, Call] = {}

    def start(self) -> None:
        """Start to connect to the scheduler. Returns at once, whether or not there is one."""
        self._thread.start()

    def stop(self) -> None:
        """End the calls on all slots. Dask does so by itself if this process dies."""
        self._stopping.set()
        self._thread.join(2 * CONNECT_SECONDS)

    def _keep(self) -> None:
        """Connect and keep the slots filled until `_stopping` is set. Reconnect after each error."""
        while not self._stopping.is_set():
            try:
                asyncio.run(self._keep_connected())
            except ImportError as error:
                self.report(
                    f"{SETTING} is set, but a package that it needs is missing ({error}). Install the packages of "
                    "requirements-cluster.txt with pip, then start the app again."
                )
                return
            except Exception as error:  # whatever listens at a wrong address may send anything
                self.report(self._unreachable(error))
            self._stopping.wait(RECONNECT_SECONDS)

    async def _keep_connected(self) -> None:
        from distributed import Client

        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we report errors in a sentence
        client = Client(self.address, asynchronous=True, timeout=CONNECT_SECONDS, set_as_default=False, name="mnist")
        try:
            await client
            self._calls = {}
            while client.status == "running" and not self._stopping.is_set():
                self.report(await self._fill(client))
                await asyncio.to_thread(self._stopping.wait, LOOK_SECONDS)
            for call in self._calls.values():
                call.future.release()
        finally:
            await client.close()

    async def _fill(self, client: Client) -> str:
        """Submit a call for each slot without one. Return the problem in a sentence, "" if there is none."""
        slots = await _slots(client)
        for gone in self._calls.keys() - slots:
            self._calls.pop(gone).future.release()
        problem = "" if slots else f"The Dask cluster at {self.address} has no workers. Start some with: dask worker."
        for slot in slots:
            call = self._calls.get(slot)
            if call is not None and call.failed:
                problem = _failure(slot, await call.future.exception())
            if call is None or call.over:
                self._calls[slot] = self._submit(client, slot)
        return problem

    def _submit(self, client: Client, slot: Slot) -> Call:
        key = f"mnist-worker-{uuid.uuid4().hex}"
        return Call(client.submit(_serve_on_slot, self.serve, key=key, workers=[slot.worker]), time.monotonic())

    def _unreachable(self, error: Exception) -> str:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        return (
            f"{SETTING} is {self.address}, where no Dask scheduler can be reached ({reason}). The app expects an "
            "address such as tcp://10.0.0.5:8786. The app tries again every few seconds."
        )


async def _slots(client: Client) -> set[Slot]:
    """Return the slots of all workers of the cluster that run calls now."""
    workers = (await client.scheduler.identity(n_workers=-1))["workers"]
    serving = {address: worker["nthreads"] for address, worker in workers.items() if worker["status"] in SERVING}
    return {Slot(address, number) for address, threads in serving.items() for number in range(threads)}


def _serve_on_slot(serve: Callable[[Wanted], None]) -> None:
    """Run `serve` in a Dask worker until the app or the scheduler is gone.

    Dask cannot interrupt a call, but it drops it from the list of tasks of the worker, which is checked here.
    """
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return worker.status.name in SERVING and task is not None and task.state == "executing"

    serve(wanted)


def _failure(slot: Slot, error: BaseException) -> str:
    """Say why a call failed on its slot. Errors other than `UserError` are mostly due to the installation."""
    if isinstance(error, UserError):
        return f"The Dask worker {slot.worker} cannot train: {error}"
    return (
        f"The Dask worker {slot.worker} cannot train ({type(error).__name__}: {error}). The scheduler and all its "
        "workers need this project, its requirements and the folder of the project in PYTHONPATH."
    )
