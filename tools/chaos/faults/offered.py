"""What can be broken on a scene."""

from tools.chaos.faults.between import Between, Telegram
from tools.chaos.faults.cluster import ClusterFaults
from tools.chaos.faults.database import Database
from tools.chaos.faults.one_redis import OneRedis
from tools.chaos.faults.processes import Processes
from tools.chaos.faults.restoring import Restoring
from tools.chaos.faults.targets import Targets, Verbs
from tools.chaos.restores import Backups
from tools.chaos.rollbacks import Rollbacks
from tools.chaos.runs import Run
from tools.chaos.thief import Thief


def faults(run: Run) -> Verbs:
    scene, targets = run.scene, Targets(run.journal, run.now)
    servers = scene.servers
    return {
        **Processes(targets, scene.fleet).verbs(),
        **Database(targets, servers.embedded.postgres, scene.engine).verbs(),
        **Telegram(targets, scene.sandbox.state.faults).verbs(),
        **Between(targets, servers.pooler, servers.proxy).verbs(),
        **(ClusterFaults(targets, servers.cluster).verbs() if servers.cluster else _of_one(run, targets)),
    }


def _of_one(run: Run, targets: Targets) -> Verbs:
    """Where Redis is one server."""
    scene, journal, now = run.scene, run.journal, run.now
    servers = scene.servers.embedded
    rollbacks = Rollbacks(servers.redis, scene.redis, scene.data / "redis")
    thief = Thief(scene.redis, scene.engine, journal, now)
    backups = Backups(
        *(servers.postgres, scene.data / "pg", scene.engine, scene.redis, scene.fleet),
        *(journal, now, run.still, run.plan.players),
    )
    return {
        **OneRedis(targets, servers.redis, scene.redis, scene.clock, rollbacks, thief, run.gate).verbs(),
        **Restoring(targets, backups, scene.fleet).verbs(),
    }
