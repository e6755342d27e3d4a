"""The layout of a library's folder: where below it each thing lies. No other module spells these names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DATABASE = "library.sqlite"
CONFIGURATION = "config.toml"
FILMS, SCANS, DERIVED, JOBS, INCOMING = "films", "scans", "derived", "jobs", "incoming"
"""Folders that a library is made with."""
CALIBRATIONS, ENGINES, NETWORKS, READINGS = "calibrations", "engines", "networks", "readings"
"""Folders that are made when they are needed."""
EMBEDDINGS = "embeddings"
"""The folder in a scan's folder whose files tell people apart: biometric data, which is deleted when asked for."""
COPIES, SET_ASIDE = "copies", "set-aside"
"""Folders of the library's owner, who may look at them and delete them."""


@dataclass(frozen=True, slots=True)
class Home:
    """The layout of a library's folder: the path of everything below it. Nothing is created or read here.

    library.sqlite                        films, scans, edits, jobs; library.sqlite-wal and -shm beside it
    films/<content id>/original.<ext>     bytes that the library holds
    films/<content id>/proxy.mp4          a copy for browsers, proxy.json: its hash, and playable.json: whether the
                                          film needs one; of its second video track proxy-2.mp4, proxy-2.json and
                                          playable-2.json, where that was read
    scans/<scan id>/                      an observation store each
    derived/<scan id>/                    analyses; may be deleted at any time
    calibrations/<weights>.json           a temperature each, fitted here
    jobs/<job id>.request .events .log    what a job's process reads, its events and its standard error
    jobs/<name>.events .pid .lock         a background process that is no job: its events, number and lock
    jobs/expected                         touched when a film is expected
    jobs/worker.json, worker.log          which code the worker runs; standard error of workers
    jobs/faults.log                       faults of the program
    jobs/machines.json, cluster.json      machines that read for the library, and its name in their database
    jobs/<scan id>.parts/                 what they read of a film, before it is put together
    incoming/                             films that are not yet whole (see incoming.upload_store)
    engines/                              what engines measured here, and which one is the default
    networks/                             what engines compiled; may be deleted at any time
    readings/<viewer id>.npz              what a live viewer's face showed, numbers only (see library.screenings)
    config.toml                           what the owner of the machine allows (see storage.configuration)
    copies/                               of library.sqlite (see library.copies)
    set-aside/                            what a repair could not put back; the owner's to look at and to delete
    links.key                             signs links to the app's own routes
    webhooks.json, webhooks.lock          what webhooks were told; held while they are sent
    scan.lock, proxy.lock, worker.lock    held by the process that scans or measures, makes a proxy, works the queue
    scan-2.lock …                         held by scans beside that one, where several films are analysed at once
    watch.lock                            held by the process that watches folders for new films
    """

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def films(self) -> Path:
        return self.folder / FILMS

    @property
    def scans(self) -> Path:
        return self.folder / SCANS

    @property
    def derived(self) -> Path:
        return self.folder / DERIVED

    @property
    def jobs(self) -> Path:
        return self.folder / JOBS

    @property
    def incoming(self) -> Path:
        return self.folder / INCOMING

    @property
    def calibrations(self) -> Path:
        return self.folder / CALIBRATIONS

    @property
    def engines(self) -> Path:
        """A folder of its own, since a scan, which may change little else, adds to it."""
        return self.folder / ENGINES

    @property
    def networks(self) -> Path:
        return self.folder / NETWORKS

    @property
    def readings(self) -> Path:
        return self.folder / READINGS

    @property
    def copies(self) -> Path:
        return self.folder / COPIES

    @property
    def set_aside(self) -> Path:
        return self.folder / SET_ASIDE

    @property
    def base_folders(self) -> tuple[Path, ...]:
        """Folders that a library is made with."""
        return tuple(self.folder / name for name in (FILMS, SCANS, DERIVED, JOBS, INCOMING))

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """Folders into which only the library writes; the owner may keep other things beside them."""
        return (*self.base_folders, self.calibrations, self.engines, self.networks, self.readings)

    @property
    def own_files(self) -> tuple[Path, ...]:
        """Files of the library beside its folders."""
        journals = (self.folder / f"{DATABASE}{suffix}" for suffix in ("-wal", "-shm"))
        return (self.database, *journals, self.configuration, self.link_key, self.webhooks)

    @property
    def configuration(self) -> Path:
        return self.folder / CONFIGURATION

    @property
    def link_key(self) -> Path:
        return self.folder / "links.key"

    @property
    def webhooks(self) -> Path:
        """Which ends of analyses webhooks were told, and what is still to be sent."""
        return self.folder / "webhooks.json"

    @property
    def webhooks_lock(self) -> Path:
        """Locked while webhooks are sent."""
        return self.folder / "webhooks.lock"

    @property
    def scan_lock(self) -> Path:
        """Locked while a scan, or a benchmark of the engines, keeps all cores busy: they take turns."""
        return self.folder / "scan.lock"

    @property
    def scan_locks(self) -> tuple[Path, ...]:
        """`scan_lock`, and those of scans beside that one: as many as scans may run at once."""
        return (self.scan_lock, *(self.folder / f"scan-{number}.lock" for number in range(2, 9)))

    @property
    def watch_lock(self) -> Path:
        """Locked by the process that watches folders for new films."""
        return self.folder / "watch.lock"

    @property
    def proxy_lock(self) -> Path:
        """Locked while a proxy is made: they take turns."""
        return self.folder / "proxy.lock"

    @property
    def worker_lock(self) -> Path:
        """Locked for as long as the library's worker lives."""
        return self.folder / "worker.lock"

    @property
    def announcement_lock(self) -> Path:
        """Locked while an upload is announced."""
        return self.incoming / "announce.lock"

    @property
    def worker_record(self) -> Path:
        """Which process the worker is, and which code it runs."""
        return self.jobs / "worker.json"

    @property
    def expected(self) -> Path:
        """An empty file, touched for the worker that lives when a film is expected."""
        return self.jobs / "expected"

    def spare_process(self, name: str) -> Path:
        """The last word in the command of a spare process, as a request is that of others; there is no such file."""
        return self.jobs / name

    @property
    def join_lock(self) -> Path:
        """Locked while what other machines read of a film is put together: films take turns."""
        return self.jobs / "join.lock"

    @property
    def machines(self) -> Path:
        """Which other machines read films for this library, and what each does, as the cluster's owner last saw it."""
        return self.jobs / "machines.json"

    @property
    def cluster_name(self) -> Path:
        """By which name the cluster's database knows this library."""
        return self.jobs / "cluster.json"

    def parts(self, scan_id: str) -> Path:
        """The folder of what other machines read of a film, before it is put together."""
        return self.jobs / f"{scan_id}.parts"

    @property
    def worker_log(self) -> Path:
        return self.jobs / "worker.log"

    @property
    def fault_log(self) -> Path:
        return self.jobs / "faults.log"

    @property
    def trials(self) -> Path:
        """What is known of the engines on this machine, and which one is the default."""
        return self.engines / "engines.json"

    @property
    def earlier_trials(self) -> Path:
        """Where earlier versions kept `trials`; read until something is remembered."""
        return self.folder / "engines.json"

    @property
    def ipex_imports(self) -> Path:
        """Whether Intel's extension can be imported here, for each environment."""
        return self.engines / "ipex.json"

    def calibration(self, weights: str) -> Path:
        """The temperature fitted here for weights of that hash."""
        return self.calibrations / f"{weights}.json"

    def film(self, film_id: str) -> Path:
        return self.films / film_id

    def proxy(self, film_id: str, track: int | None = None) -> Path:
        """A film's copy for browsers; `track` names another video track than the one read as a rule."""
        return self.film(film_id) / ("proxy.mp4" if track is None else f"proxy-{track}.mp4")

    def playability(self, film_id: str, track: int | None = None) -> Path:
        """The file that says whether a film needs a proxy; `track` as in `proxy`."""
        return self.film(film_id) / ("playable.json" if track is None else f"playable-{track}.json")

    def scan(self, scan_id: str) -> Path:
        """The folder of a scan's observation store."""
        return self.scans / scan_id

    def analyses(self, scan_id: str) -> Path:
        """The folder of the analyses made of a scan."""
        return self.derived / scan_id

    def readings_of(self, viewer_id: str) -> Path:
        """The readings of a live or synthetic viewer."""
        return self.readings / f"{viewer_id}.npz"

    def request(self, job_id: str) -> Path:
        """The file that tells a job's process what to do."""
        return self.jobs / f"{job_id}.request"

    def events(self, name: str) -> Path:
        """The event log of a job or of another background process."""
        return self.jobs / f"{name}.events"

    def process_number(self, name: str) -> Path:
        """The file with the process number of a background process that is no job."""
        return self.jobs / f"{name}.pid"


def proxy_note(proxy: Path) -> Path:
    """Where the SHA-256 of a proxy is kept, as "sha256_of_copy"; not there beside those of earlier versions."""
    return proxy.with_suffix(".json")
